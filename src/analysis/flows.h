#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/analysis.h"
#include "base/result.h"
#include "base/time.h"

/// What VPC flow logs tell: who talked to whom, who was let in, who scanned, beaconed or sent much out.
namespace backtrail::analysis {

enum class FlowView : std::uint8_t { talkers, access, scans, beacons, outbound, peers };

/// Both directions of what went on between two addresses over one port of the server. Where several
/// interfaces (of both ends, of a gateway between) recorded it, each hour counts as the interface with the most
/// bytes has it; connections and times are of all.
struct FlowConnection {
  std::string client{}, server{};
  std::uint64_t port = 0, protocol = 0;
  bool from_outside = false, to_outside = false;
  std::uint64_t sent = 0, received = 0;  // bytes, as the client sees it; refused flows left out
  std::uint64_t packets = 0;
  std::uint64_t records = 0, accepted = 0, rejected = 0;
  std::uint64_t connections = 0;  // different ports of the client
  std::optional<Timestamp> first{}, last{};
};

/// Many ports of one host (`target`), or one port of many hosts ("").
struct FlowScan {
  std::string source{}, target{};
  bool from_outside = false;
  std::uint64_t port = 0;                // of a sweep over hosts
  std::uint64_t ports = 0, hosts = 0;    // tried
  std::uint64_t most = 0;                // of these within ten minutes
  std::uint64_t records = 0, rejected = 0;
  std::optional<Timestamp> first{}, last{};
};

/// Connections that come at even distances.
struct FlowBeacon {
  std::string client{}, server{};
  std::uint64_t port = 0, protocol = 0;
  bool to_outside = false;
  std::uint64_t connections = 0;
  double interval_seconds = 0;  // median from one beginning to the next
  double regular = 0;           // share of the distances within the jitter of it, 0 to 1
  double bytes_each = 0;        // median that the client sent, as the interface with the most bytes has it
  std::optional<Timestamp> first{}, last{};
};

/// What an inside address sent outside on one day, beside its other days. Interfaces as above.
struct FlowOutbound {
  std::string host{}, day{};
  std::uint64_t bytes = 0, destinations = 0;
  std::string top{};  // destination of most bytes
  std::uint64_t top_bytes = 0;
  std::uint64_t other_days = 0;         // with records of the host
  std::optional<double> usual{};        // median of the other days; absent below three of them
  std::optional<double> factor{};       // bytes to `usual`
};

/// What is known of an address that an answer names.
struct FlowAddress {
  std::string address{};
  bool outside = false;
  std::string instance{}, interface{};
  std::string known_by{};    // "flow log", "CloudTrail", "AWS Config"
  std::string started_by{};  // principal of RunInstances
  std::vector<std::string> findings{};  // ids of those that name it
};

/// What the logs leave out.
struct FlowLimits {
  std::uint64_t records = 0, nodata = 0, skipdata = 0;
  std::uint64_t without_addresses = 0;  // of records, NODATA and SKIPDATA apart
  std::uint64_t repeated = 0;           // of records: delivered more than once, each counted once in the answers
  std::uint64_t direction_by_port = 0;  // of records: no TCP flags tell who began
  std::optional<Timestamp> first{}, last{};
};

struct FlowOptions {
  FlowView view = FlowView::talkers;
  TimeWindow window{};
  std::string account{}, region{}, address{};
  std::uint64_t limit = 25;
  std::uint64_t least = 0;  // scans: ports or hosts; beacons: connections; 0: 20 and 8
  double jitter = 0.2;      // beacons: part of the interval
};

struct Flows {
  std::vector<FlowConnection> connections{};  // talkers, access, peers
  std::vector<FlowScan> scans{};
  std::vector<FlowBeacon> beacons{};
  std::vector<FlowOutbound> outbound{};
  std::vector<FlowAddress> addresses{};       // by address
  FlowLimits limits{};
  bool truncated = false;                     // more than `limit`
};
[[nodiscard]] Result<Flows> flows(casefile::Case& kase, const FlowOptions& options, std::stop_token stop);

/// "ssh", "rdp", …; "" for a port without a name here.
[[nodiscard]] std::string_view service_name(std::uint64_t port);

}  // namespace backtrail::analysis
