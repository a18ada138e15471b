#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/ingest.h"
#include "sigma/sigma.h"
#include "store/store.h"

/// Table `hits`: which rule matched which event.
namespace backtrail::analysis {

/// Detection looks at evidence up to this item; a replayed run must not see what was imported
/// later.
inline constexpr std::uint32_t kAllEvidence = std::numeric_limits<std::uint32_t>::max();

/// By rule id, time (none last), uid; each rule and event once; `rule` is the first rule of its id.
void put_in_order(std::vector<ingest::CaseHit>& hits, const sigma::RuleSet& rules);

/// The stored hits of these rules, in order.
[[nodiscard]] Result<std::vector<ingest::CaseHit>> read_hits(store::Engine& engine,
                                                             const sigma::RuleSet& rules,
                                                             std::stop_token stop);

/// SQL: the uids of events that evidence up to the item of this parameter ("$1") holds a copy of.
[[nodiscard]] inline std::string known_events(const std::string& last_item) {
  return "(SELECT uid FROM cloudtrail_logs WHERE _evidence <= " + last_item +
         " UNION ALL SELECT uid FROM duplicates WHERE _evidence <= " + last_item + ")";
}

/// Drops hits on events of later evidence.
[[nodiscard]] Result<void> keep_evidence(store::Engine& engine, std::vector<ingest::CaseHit>& hits,
                                         std::uint32_t last_item, std::stop_token stop);

/// Puts these hits in the place of the rules' stored ones (of evidence up to `last_item`).
[[nodiscard]] Result<void> replace_hits(store::Store& store, const sigma::RuleSet& rules,
                                        const std::vector<ingest::CaseHit>& hits,
                                        std::uint32_t last_item);

/// How the call of each hit's event ended where `EventRef::error` cannot say: uid and failure text
/// of failures without an error code (a refused sign-in), as view `events` has them.
[[nodiscard]] Result<std::map<std::string, std::string>> failures_without_code(
    store::Engine& engine, std::stop_token stop);

}  // namespace backtrail::analysis
