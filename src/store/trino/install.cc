#include <fmt/format.h>

#include "base/content.h"
#include "store/trino/functions/registry.h"
#include "store/trino/trino.h"

namespace backtrail::store::trino {
namespace {

constexpr const char* kSettings =
    "SET TimeZone = 'UTC'; SET integer_division = true; SET errors_as_json = true;";
/// Registered last, so that its presence says that all are there.
constexpr const char* kLastFunction = "trino_layer_version";
std::optional<std::int64_t> layer_version(Call&) { return 1; }

Result<void> run(duckdb_connection connection, const char* sql) {
  duckdb_result result;
  const bool ok = duckdb_query(connection, sql, &result) == DuckDBSuccess;
  const char* const message = ok ? nullptr : duckdb_result_error(&result);
  const std::string text = message == nullptr ? "" : message;
  duckdb_destroy_result(&result);
  if (!ok) return internal_error("sql.layer", text);
  return {};
}

bool functions_are_there(duckdb_connection connection) {
  return run(connection, fmt::format("SELECT {}()", kLastFunction).c_str()).has_value();
}

}  // namespace

Result<void> install(duckdb_connection connection) {
  BACKTRAIL_RETURN_IF_ERROR(
      run(connection, kSettings).with_context("settings of Athena's dialect"));
  if (!functions_are_there(connection)) {
    BACKTRAIL_RETURN_IF_ERROR(register_types(connection));
    Registry registry(connection);
    add_address_functions(registry);
    add_cast_functions(registry);
    add_json_functions(registry);
    add_pattern_functions(registry);
    add_text_functions(registry);
    add_time_functions(registry);
    BACKTRAIL_RETURN_IF_ERROR(registry.finish());
    registry.add<layer_version>(kLastFunction);
    BACKTRAIL_RETURN_IF_ERROR(registry.finish());
  }
  const auto macros = shipped_file("src/store/trino/macros.sql");
  BACKTRAIL_CHECK(macros, "macros.sql is not in the binary");
  return run(connection, std::string(*macros).c_str()).with_context("macros of Athena's dialect");
}

}  // namespace backtrail::store::trino
