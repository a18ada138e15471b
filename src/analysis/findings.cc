#include <algorithm>
#include <charconv>

#include "analysis/analysis.h"
#include "analysis/detail/finding_table.h"
#include "analysis/detail/known.h"
#include "analysis/detail/principal_filter.h"
#include "analysis/detail/sql.h"
#include "store/meta.h"

namespace backtrail::analysis {
namespace {

/// The finding's span meets the window; one without times is only in the unbounded window.
bool in_window(const model::Finding& f, const TimeWindow& window) {
  if (!window.from && !window.to) return true;
  if (!f.first || !f.last) return false;
  return (!window.from || *f.last >= *window.from) && (!window.to || *f.first < *window.to);
}

bool wanted(const model::Finding& f, const FindingsFilter& filter) {
  if (!in_window(f, filter.window)) return false;
  if (filter.at_least && f.severity < *filter.at_least) return false;
  if (!filter.states.empty() &&
      std::find(filter.states.begin(), filter.states.end(), f.state) == filter.states.end())
    return false;
  if (!filter.rule.empty() &&
      std::find(f.rule_ids.begin(), f.rule_ids.end(), filter.rule) == f.rule_ids.end())
    return false;
  if (filter.principal.empty()) return true;
  const PrincipalFilter principal(filter.principal);
  return std::any_of(f.principals.begin(), f.principals.end(),
                     [&](const std::string& p) { return principal.matches(p); });
}

/// Stored hits that the last detect did not see. Hits are only ever added between two runs.
Result<std::uint64_t> hits_since_detect(store::Engine& engine) {
  BACKTRAIL_ASSIGN(const std::string grouped, get_meta(engine, store::meta::kHitsGrouped));
  std::uint64_t before = 0;
  std::from_chars(grouped.data(), grouped.data() + grouped.size(), before);
  BACKTRAIL_ASSIGN(const store::Table t, fetch(engine, {.sql = "SELECT count(*) FROM hits"}));
  const std::uint64_t now = to_count(t.rows[0][0]);
  return now > before ? now - before : 0;
}

}  // namespace

Result<Findings> findings(casefile::Case& kase, const FindingsFilter& filter) {
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  store::Engine& engine = store->engine();
  Findings out;
  BACKTRAIL_ASSIGN(std::vector<model::Finding> all, read_findings(engine, {}));
  BACKTRAIL_ASSIGN(const Known known, Known::of(kase));
  for (model::Finding& f : all) {
    if (!wanted(f, filter)) continue;
    f.marks = known.of_finding(f);
    const bool benign = f.state == kBenign;
    if (benign) ++out.benign;
    if (!benign || !filter.without_benign) out.findings.push_back(std::move(f));
  }
  BACKTRAIL_ASSIGN(out.hits_not_grouped, hits_since_detect(engine));
  BACKTRAIL_ASSIGN(const std::string stale, get_meta(engine, store::meta::kFindingsStale));
  out.stale = stale.starts_with('1') || out.hits_not_grouped > 0;
  return out;
}

}  // namespace backtrail::analysis
