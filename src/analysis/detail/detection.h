#pragma once

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "analysis/detail/hit_table.h"
#include "base/function_ref.h"
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

/// A hit of a rule as it is reported.
[[nodiscard]] model::Hit hit_of(const sigma::RuleInfo& rule);

/// Hits of the reporting correlations, over what the table `hits` holds of the rules that feed them.
[[nodiscard]] Result<std::vector<Detection>> correlations(store::Engine& engine, const HitRange& range,
                                                          std::stop_token stop);

/// One detection per event that has copies of different content.
[[nodiscard]] Result<std::vector<Detection>> conflicting_copies(store::Engine& engine,
                                                                std::uint32_t last_item,
                                                                std::stop_token stop);

/// By first event's time (none last), rule id, first event's uid, group.
void put_in_order(std::vector<Detection>& detections);
/// Whether the detection comes before a hit of a rule on one event in that order.
[[nodiscard]] bool comes_before(const Detection& d, const sigma::RuleInfo& rule,
                                const model::EventRef& event);

/// Adds hits up to findings, one per rule and group, in any order. Of a hit only its event's id and time
/// are kept, and each value once that a finding lists.
class Grouping {
 public:
  /// `failures`: events that failed without an error code, by uid; must outlive the object.
  explicit Grouping(const std::map<std::string, std::string>& failures);
  ~Grouping();
  Grouping(const Grouping&) = delete;
  Grouping& operator=(const Grouping&) = delete;

  /// A rule's hit on one event, which it has not hit before.
  void add(const sigma::RuleInfo& rule, const model::EventRef& event);
  /// A hit on events of which other hits of the rule may hold some as well.
  void add(const Detection& detection);
  [[nodiscard]] std::size_t size() const { return groups_.size(); }
  /// Gives the findings one after the other, ordered by id, and ends the grouping.
  [[nodiscard]] Result<void> give(FunctionRef<Result<void>(const model::Finding&)> finding);

 private:
  struct Group;
  void add_event(Group& group, const model::EventRef& event);

  const std::map<std::string, std::string>& failures_;
  std::map<std::pair<std::string, std::vector<std::string>>, Group> groups_;  // by rule id, group
};

/// No event of it succeeded.
[[nodiscard]] inline bool only_failed(const model::Finding& f) {
  return !f.event_ids.empty() && f.denied >= f.event_ids.size();
}

/// Findings' order: severity (highest first); those of which something succeeded; severity of the
/// worst finding that shares a principal (benign ones do not count); first time (none last); id.
void put_in_order(std::vector<model::Finding>& findings);

}  // namespace backtrail::analysis
