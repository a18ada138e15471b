#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/trino/syntax/kinds.h"
#include "store/trino/syntax/tokens.h"

/// Rewriting rules, one file per family. Each works on a sequence whose groups are rewritten
/// already.
namespace backtrail::store::trino {

/// Where a sequence stands.
struct Context {
  bool filter = false;  // in WHERE, ON or HAVING: rows that another term excludes may reach it
};

/// A call that a rule may rewrite.
struct CallSite {
  std::string name{};  // in lower case
  std::uint32_t at = 0;
  char gap = ' ';
  Nodes inside{};  // what stands between the brackets
  Nodes after{};   // WITHIN GROUP (…), FILTER (…), OVER …, IGNORE NULLS
  Context context{};
};

/// Nothing: the call stays as it is (a rule then leaves `inside` and `after` untouched).
using Replacement = Result<std::optional<Nodes>>;
using CallRule = Replacement (*)(CallSite& call);

/// The rule for a function's name, or null.
[[nodiscard]] CallRule find_call_rule(std::string_view lower_case_name);

/// `trino_f` for a function f that DuckDB has with another meaning, else f.
[[nodiscard]] std::string layer_name(std::string_view lower_case_name);

// Families of call rules: name → rule.
struct NamedRule {
  std::string_view name;
  CallRule rule;
};
[[nodiscard]] std::vector<NamedRule> aggregate_rules();
[[nodiscard]] std::vector<NamedRule> array_rules();
[[nodiscard]] std::vector<NamedRule> cast_rules();
[[nodiscard]] std::vector<NamedRule> text_rules();
[[nodiscard]] std::vector<NamedRule> time_rules();

// Rules on sequences.
void rewrite_literals(Nodes& nodes);
void rewrite_time_zones(Nodes& nodes);
void rewrite_operators(Nodes& nodes);
void rewrite_values(Nodes& nodes);
void rewrite_unnest(Nodes& nodes);
void rewrite_row_limits(Nodes& nodes);
/// Names of catalogs and databases go, CloudTrail Lake's ids of event data stores become names.
/// Returns notes on what was read in another way than written.
[[nodiscard]] std::vector<Note> rewrite_table_names(Nodes& query);

/// An event data store of CloudTrail Lake where a table stands: its id, or AWS's placeholder for one
/// (`<event_data_store_id>`, `$EDS_ID`), as samples are published.
struct EventDataStore {
  std::string name{};
  std::size_t end = 0;  // of its tokens
};
[[nodiscard]] std::optional<EventDataStore> event_data_store_at(const Nodes& nodes, std::size_t at);
inline constexpr std::string_view kEventDataStoreNote = "sql.note.event_data_store";

/// `requestparameters.bucketName`: members of CloudTrail's JSON texts by a dot, as if they were rows.
[[nodiscard]] std::vector<Note> rewrite_json_members(Nodes& query);
/// Trino's names of result columns without one: `_col0`, …
void name_result_columns(Nodes& query);

/// For a moment in a zone (AT TIME ZONE, from_unixtime(n, zone)): the clock of that zone as a
/// timestamp.
[[nodiscard]] std::optional<Nodes> zoned_as_wall(NodesView expression);
[[nodiscard]] Nodes zone_of(NodesView expression);

/// A type as DuckDB spells it.
[[nodiscard]] Nodes rewrite_type(Nodes type);

/// An error of a construct that Trino has and this program cannot do.
[[nodiscard]] Error unsupported(std::uint32_t at, std::string_view what);

// Small builders.
[[nodiscard]] Nodes word(std::string_view text, std::uint32_t at);
[[nodiscard]] Nodes call(std::string_view name, std::uint32_t at, std::vector<Nodes> arguments);
void append(Nodes& to, Nodes from);
/// Moves the nodes from `begin` on out of the end of a sequence.
[[nodiscard]] Nodes take_from(Nodes& nodes, std::size_t begin);
/// Moves nodes out of a sequence, leaving empty ones behind.
[[nodiscard]] Nodes take_range(Nodes& nodes, std::size_t begin, std::size_t end);

}  // namespace backtrail::store::trino
