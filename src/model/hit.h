#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "model/severity.h"

namespace backtrail::model {

/// What of an event is kept beside a rule's hit: enough to group, rank and show it.
struct EventRef {
  std::string uid{};       // our id, a UUID text
  std::string event_id{};  // CloudTrail eventID; empty when the record has none
  std::optional<Timestamp> time{};
  std::string source{};     // event source ("iam.amazonaws.com") or log type
  std::string action{};     // eventName
  std::string account{};    // whose log it is (recipientAccountId, else the caller's)
  std::string region{};
  std::string principal{};  // ARN without session name, else service or account
  std::string session{};    // session name, empty when there is none
  std::string access_key{};
  std::string source_ip{};  // as logged: address, service name or "AWS Internal"
  std::string user_agent{};
  std::string error{};      // errorCode; empty = success

  /// The id scripts see: eventID, else the uid.
  [[nodiscard]] const std::string& shown_id() const { return event_id.empty() ? uid : event_id; }
  friend bool operator==(const EventRef&, const EventRef&) = default;
};

/// One rule that fired: on one event, or (correlations) on several.
struct Hit {
  std::string rule_id{};
  std::string rule_title{};
  Severity level = Severity::medium;
  std::vector<std::string> techniques{};  // "T1078.004", sorted
  std::vector<EventRef> events{};         // ordered by time, then uid; never empty
};

}  // namespace backtrail::model
