#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "sigma/sigma.h"

/// Detection rules as SQL over the stored CloudTrail table, from the tree that the native matcher
/// runs.
namespace backtrail::sigma {

enum class SqlDialect : std::uint8_t {
  duckdb,  // the program's own connection: uses the functions of store/functions/rule_functions.h
  trino,   // Trino and Athena engine version 3: stock functions only
};

struct SqlOptions {
  SqlDialect dialect = SqlDialect::duckdb;
  std::string table = "cloudtrail_logs";           // dotted parts are quoted one by one
  std::vector<std::string> columns = {"eventid"};  // likewise (`useridentity.arn`); never empty
  /// A field without a column counts as absent, with a note, instead of being an error.
  bool missing_columns_are_absent = false;
};

struct SqlText {
  std::string sql{};  // one SELECT without a final semicolon
  std::vector<std::string>
      notes{};  // where the table holds less than the log, so that hits may differ
};

/// The SELECT that gives the rows on which the detection rule fires, in no order. `rule` is an
/// index into `RuleSet::rules()`.
///
/// Without notes the DuckDB text gives exactly the native matcher's hits on records whose fields
/// have the JSON types that CloudTrail gives them; docs/sigma.md says what else to expect.
///
/// Errors: `sigma.field_not_stored` (names the field and where it can be tested), `sigma.no_sql` (a
/// correlation, or something that the dialect cannot say), `sigma.logsource_not_stored`.
[[nodiscard]] Result<SqlText> to_sql(const RuleSet& rules, std::uint32_t rule,
                                     const SqlOptions& options = {});

}  // namespace backtrail::sigma
