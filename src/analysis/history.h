#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/analysis.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

/// A resource over time: what AWS Config recorded of it, and who changed it.
namespace backtrail::analysis {

/// What one configuration item says that the one before did not.
struct ConfigChange {
  std::string path{};  // "configuration.ipPermissions[0].fromPort", "tags.Name"; a list that only gained or
                       // lost members: "configuration.ipPermissions[]"
  std::optional<std::string> from{}, to{};  // texts as they are, all else as JSON text; nullopt: not there
};
/// The differences of two JSON values, in order of path. Order in lists means nothing; texts that hold JSON
/// objects or lists are compared by what they hold.
[[nodiscard]] std::vector<ConfigChange> config_changes(const Json& before, const Json& after);

struct ConfigState {
  std::string uid{};
  std::optional<Timestamp> time{};  // of the capture
  std::string status{};             // "OK", "ResourceDiscovered", "ResourceDeleted", …
  std::string type{}, id{}, name{}, arn{}, account{}, region{};
  std::vector<std::string> related_events{};
  Json content{};  // configuration, supplementaryConfiguration, tags, relationships, …
};
struct HistoryItem {
  ConfigState state{};
  std::uint64_t copies = 1;  // the same state from snapshots, history files, notifications, …
  bool first = false;        // the first that is known of this resource
  std::vector<ConfigChange> changes{};
  /// What may have caused it: CloudTrail events that the item relates to, and changing calls that name the
  /// resource within `HistoryOptions::before` the capture and since the item before. By time, then uid.
  std::vector<TimelineRow> events{};
};
struct HistoryOptions {
  std::string resource{};  // id, ARN or name
  TimeWindow window{};     // of the items and events to list
  std::optional<Timestamp> at{};
  std::chrono::minutes before{15};
  std::uint64_t limit = 0;  // events listed where there are no items; 0: all
};
struct ResourceHistory {
  std::vector<HistoryItem> items{};   // by time, uid
  std::vector<ConfigState> states{};  // with `at`: the last of each resource up to then
  /// Without any item: the CloudTrail events (and others) that name the resource.
  std::vector<TimelineRow> events{};
  bool truncated = false;  // more events than `limit`
};
[[nodiscard]] Result<ResourceHistory> history(casefile::Case& kase, const HistoryOptions& options,
                                              std::stop_token stop);

}  // namespace backtrail::analysis
