#pragma once

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/detail/hit_table.h"
#include "base/result.h"
#include "model/finding.h"
#include "model/hit.h"
#include "sigma/sigma.h"

/// From base hits to what is reported: hits of rules, correlations and built-in checks, and the
/// findings that they add up to.
namespace backtrail::analysis {

/// A reported hit with what grouping needs to know of it.
struct Detection {
  model::Hit hit{};
  const sigma::RuleInfo* rule = nullptr;
  std::vector<std::string> group{};  // account and principal; of a correlation its group-by values

  /// Hits of one rule with equal texts are one finding: who did it where one principal did, however
  /// many sessions and windows a correlation counts; else the group.
  [[nodiscard]] std::vector<std::string> finding_key() const;
};

/// The check that no rule can express: copies of one event that differ. Not a Sigma rule, but
/// described like one.
[[nodiscard]] const sigma::RuleInfo& conflicting_copies_rule();

/// Hits of the reporting rules and of all correlations; `hits` in order (`put_in_order`).
[[nodiscard]] std::vector<Detection> detections_of_rules(const sigma::RuleSet& rules,
                                                         const std::vector<ingest::CaseHit>& hits);

/// One detection per event that has copies of different content.
[[nodiscard]] Result<std::vector<Detection>> conflicting_copies(store::Engine& engine,
                                                                std::uint32_t last_item,
                                                                std::stop_token stop);

/// By first event's time (none last), rule id, first event's uid, group.
void put_in_order(std::vector<Detection>& detections);

/// One finding per rule and group. `failures`: events that failed without an error code. Ordered by
/// id.
[[nodiscard]] std::vector<model::Finding> group_findings(
    const std::vector<Detection>& detections, const std::map<std::string, std::string>& failures);

/// No event of it succeeded.
[[nodiscard]] inline bool only_failed(const model::Finding& f) {
  return !f.event_ids.empty() && f.denied >= f.event_ids.size();
}

/// Findings' order: severity (highest first); those of which something succeeded; severity of the
/// worst finding that shares a principal (benign ones do not count); first time (none last); id.
void put_in_order(std::vector<model::Finding>& findings);

}  // namespace backtrail::analysis
