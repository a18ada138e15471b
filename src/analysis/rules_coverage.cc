#include <algorithm>

#include "analysis/analysis.h"
#include "analysis/detail/sql.h"

namespace backtrail::analysis {

Result<std::map<std::string, std::uint64_t>> hits_by_rule(casefile::Case& kase) {
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  std::map<std::string, std::uint64_t> out;
  BACKTRAIL_RETURN_IF_ERROR(
      each_row(store->engine(),
               {.sql = "SELECT rule_ids[1], CAST(sum(count) AS BIGINT) FROM findings GROUP BY 1"},
               [&out](std::span<const store::Cell> row) {
                 out[store::to_text(row[0])] = to_count(row[1]);
                 return true;
               },
               {}));
  return out;
}

RulesCoverage rules_coverage(const sigma::RuleSet& rules,
                             const std::map<std::string, std::uint64_t>& hits) {
  RulesCoverage out;
  std::map<std::string, std::map<std::string, TechniqueCoverage>> tactics;
  for (const sigma::RuleInfo& r : rules.rules()) {
    if (!r.reports) continue;
    if (r.tactics.empty() || r.techniques.empty()) out.untagged.push_back(r.id);
    const auto hit = hits.find(r.id);
    for (const std::string& tactic : r.tactics)
      for (const std::string& technique : r.techniques) {
        TechniqueCoverage& t = tactics[tactic][technique];
        t.technique = technique;
        t.rule_ids.push_back(r.id);
        t.highest = std::max(t.highest, r.level);
        t.hits += hit == hits.end() ? 0 : hit->second;
      }
  }
  std::sort(out.untagged.begin(), out.untagged.end());
  for (auto& [tactic, techniques] : tactics)
    for (auto& [name, t] : techniques) {
      std::sort(t.rule_ids.begin(), t.rule_ids.end());
      out.tactics[tactic].push_back(std::move(t));
    }
  return out;
}

}  // namespace backtrail::analysis
