#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sample/identity.h"
#include "sample/random.h"

namespace backtrail::sample {

/// One API call as CloudTrail tells it. Texts named `…json` hold JSON; empty means null or absent.
struct Call {
  std::string_view service{};  // "ec2", the event source without ".amazonaws.com"
  std::string_view name{};
  bool read_only = true;
  std::string request_json{};
  std::string response_json{};
  std::string error_code{};
  std::string error_message{};
  std::string additional_json{};
  std::string resources_json{};
  std::string details_json{};  // serviceEventDetails
  std::string request_id{};    // empty: a new one
  std::string shared_event_id{};
  std::string_view event_type = "AwsApiCall";
  bool data_event = false;
  std::string trail_account{};  // whose trail gets it; empty: the actor's
};

/// One rendered record and where it belongs.
struct Record {
  Seconds time{};
  std::string account{};
  std::string region{};
  std::string event_id{};
  std::string json{};
};

/// Collects the records of the sample in the order of telling, which is not the order of time.
class Journal {
 public:
  explicit Journal(std::uint64_t seed) : random_(seed, "event ids") {}

  /// Adds the record of `call` by `actor` and returns its eventID.
  std::string call(const Actor& actor, Seconds time, std::string_view region, Call call);
  [[nodiscard]] const std::vector<Record>& records() const { return records_; }
  [[nodiscard]] std::vector<Record>& records() { return records_; }

 private:
  Random random_;
  std::vector<Record> records_;
};

/// Where a service without regions logs, else `region`.
[[nodiscard]] std::string_view logging_region(std::string_view service, std::string_view region);

}  // namespace backtrail::sample
