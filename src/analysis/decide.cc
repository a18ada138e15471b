#include <algorithm>

#include "analysis/analysis.h"
#include "analysis/detail/decisions.h"
#include "analysis/detail/finding_events.h"
#include "analysis/detail/detect.h"
#include "analysis/detail/sql.h"
#include "base/text.h"

namespace backtrail::analysis {

const std::vector<std::string>& finding_states() {
  static const std::vector<std::string> kStates = {"new", "true", kBenign, "later"};
  return kStates;
}

Result<void> store_decision(casefile::Case& kase, const casefile::Case::Entry& entry) {
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  return store->execute(
      {.sql = "INSERT INTO decisions VALUES ($1, $2, $3, $4, $5)",
       .parameters = {entry.body["finding"].as_string(), entry.body["state"].as_string(),
                      entry.body["note"].as_string(), entry.time,
                      entry.body["actor"].as_string()}});
}

Result<void> decide(casefile::Case& kase, const Decision& decision) {
  const auto& states = finding_states();
  if (std::find(states.begin(), states.end(), decision.state) == states.end())
    return invalid_argument(
        "finding.unknown_state",
        "\"" + decision.state + "\" is no state of a finding; there are " + join(states, ", "));
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  BACKTRAIL_RETURN_IF_ERROR(check_finding(store->engine(), decision.finding));
  Json body = Json::object();
  body.set("finding", decision.finding);
  body.set("state", decision.state);
  body.set("note", decision.note);
  body.set("actor", decision.actor);
  BACKTRAIL_RETURN_IF_ERROR(kase.record(kDecisionEntry, std::move(body)));
  // The row takes its time from the ledger, as a rebuild will.
  BACKTRAIL_ASSIGN(const auto entries, kase.entries());
  if (entries.empty() || entries.back().type != kDecisionEntry)
    return internal_error("case.entry_missing",
                          "the decision was recorded, but the ledger does not end with it");
  return store_decision(kase, entries.back());
}

}  // namespace backtrail::analysis
