#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "ingest/ingest.h"
#include "model/hit.h"
#include "sigma/sigma.h"
#include "store/store.h"

/// The table `hits`: one row a rule and event. It is read as a stream: a rule may fire on everything.
namespace backtrail::analysis {

inline constexpr std::uint32_t kAllEvidence = std::numeric_limits<std::uint32_t>::max();

/// SQL: the uids of records, of any table, that evidence up to the item of this parameter ("$1") holds a copy of.
[[nodiscard]] inline std::string known_events(const std::string& last_item) {
  return "(SELECT uid FROM records WHERE _evidence <= " + last_item +
         " UNION ALL SELECT uid FROM duplicates WHERE _evidence <= " + last_item + ")";
}

/// The hits of these rules on events of evidence up to `last_item`.
struct HitRange {
  const sigma::RuleSet& rules;
  std::uint32_t last_item = kAllEvidence;
};

/// Puts what was matched in the place of the range's stored hits.
[[nodiscard]] Result<void> replace_hits(store::Store& store, const HitRange& range,
                                        ingest::MatchedHits& matched, std::stop_token stop);

/// Calls `hit` with each hit's rule and event until it returns false. `in_order`: by time (none last),
/// rule id, uid; else as the table has them.
[[nodiscard]] Result<void> each_hit(store::Engine& engine, const HitRange& range, bool in_order,
                                    FunctionRef<bool(std::uint32_t, const model::EventRef&)> hit,
                                    std::stop_token stop);

/// What correlations need of the hits that feed them, by rule id, time, uid.
[[nodiscard]] Result<std::vector<sigma::BaseHit>> correlated_hits(store::Engine& engine,
                                                                  const HitRange& range,
                                                                  std::stop_token stop);

/// The events of these uids, as the hits hold them.
[[nodiscard]] Result<std::map<std::string, model::EventRef>> hit_events(
    store::Engine& engine, const std::vector<std::string>& uids, std::stop_token stop);

/// How the call of each hit's event ended where `EventRef::error` cannot say: uid and failure text
/// of failures without an error code (a refused sign-in), as view `events` has them.
[[nodiscard]] Result<std::map<std::string, std::string>> failures_without_code(
    store::Engine& engine, std::stop_token stop);

}  // namespace backtrail::analysis
