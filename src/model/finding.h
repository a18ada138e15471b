#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/severity.h"

namespace backtrail::model {

/// One line of work for the analyst: the hits of one rule (or of one built-in check such as
/// `conflicting_copies`) on one group key. `id` hashes rule and group key and so survives rebuild,
/// repeated detection and upgrades. Or a finding of another tool in its last version: `id` hashes that tool's id,
/// `rule_ids` is its type, `events` are its versions.
struct Finding {
  std::string id{};  // "f-" and 16 hex digits
  std::string title{};
  Severity severity = Severity::medium;
  std::vector<std::string> techniques{};  // sorted
  std::vector<std::string> tactics{};     // "persistence", … in ATT&CK order
  std::uint64_t count = 0;                // hits
  std::optional<Timestamp> first{};
  std::optional<Timestamp> last{};
  std::vector<std::string> principals{};  // sorted, as are the lists below
  std::vector<std::string> source_ips{};
  std::vector<std::string> event_ids{};   // ordered by time, then id; never capped
  std::vector<std::string> rule_ids{};
  std::vector<std::string> actions{};     // distinct event names, by count, then name
  std::vector<std::string> accounts{};
  std::vector<std::string> regions{};
  std::vector<std::string> investigation{};  // what to look at next, from the rule
  std::string state = "new";
  std::vector<std::string> marks{};  // what the case's context says of it: "scanner", …
  std::uint64_t denied = 0;  // of count: events with an error code
  std::string source{};      // who found it: "guardduty", …; "": our rules
  std::vector<std::string> resources{};  // what another tool's finding is about
};

}  // namespace backtrail::model
