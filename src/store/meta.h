#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/store.h"

/// Table `meta`: what is known of the case's tables as a whole.
namespace backtrail::store {

/// Keys that more than one module reads or writes.
namespace meta {

/// sigma::RuleSet::hash() of the rules whose rows in `hits` are complete for all evidence; absent
/// or empty: of none. An import that did not match exactly these rules empties it.
inline constexpr std::string_view kHitsRulesHash = "hits_rules_hash";
/// program_version() of the program that matched them; another version may match differently.
inline constexpr std::string_view kHitsVersion = "hits_version";
/// "1" when evidence was imported since the last detect, else "0".
inline constexpr std::string_view kFindingsStale = "findings_stale";
/// "1" when evidence was loaded that `entities`, `coverage` and the counts in `evidence` do not tell of.
inline constexpr std::string_view kDerivedStale = "derived_stale";
/// Number of rows that `hits` had at the end of the last detect; absent before the first.
inline constexpr std::string_view kHitsGrouped = "hits_grouped";
/// "1" when an import said how its files are to be read (its entry in the ledger has it).
inline constexpr std::string_view kReadOptionsUsed = "read_options_used";

}  // namespace meta

/// The value, or "" when the key is absent.
[[nodiscard]] Result<std::string> get_meta(Engine& engine, std::string_view key);
[[nodiscard]] Result<void> set_meta(Store& store, std::string_view key, std::string_view value);

}  // namespace backtrail::store
