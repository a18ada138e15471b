#include "base/cancel.h"
#include "store/detail/handles.h"

namespace backtrail::store {

std::string take_text(char* text) {
  std::string out = text != nullptr ? text : "";
  duckdb_free(text);
  return out;
}

Error database_error(duckdb_error_type type, std::string_view message) {
  if (type == DUCKDB_ERROR_INTERRUPT) return cancelled_error("the query");
  if (message.find("No space left") != std::string_view::npos)
    return make_error(ErrorCode::resource_exhausted, "store.disk_full", message);
  switch (type) {
    case DUCKDB_ERROR_PARSER:
    case DUCKDB_ERROR_SYNTAX: return invalid_argument("sql.syntax", message);
    case DUCKDB_ERROR_CATALOG: return not_found("sql.unknown_table", message);
    case DUCKDB_ERROR_BINDER: return not_found("sql.unknown_column", message);
    case DUCKDB_ERROR_PERMISSION:
      return make_error(ErrorCode::permission_denied, "sql.forbidden", message);
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return make_error(ErrorCode::resource_exhausted, "sql.out_of_memory", message);
    case DUCKDB_ERROR_IO: return make_error(ErrorCode::unavailable, "store.io", message);
    case DUCKDB_ERROR_FATAL:
    case DUCKDB_ERROR_INTERNAL: return data_loss("store.broken", message);
    default: return invalid_argument("sql.failed", message);
  }
}

Result<void> run_statements(duckdb_connection connection, std::string_view sql) {
  ResultHandle result;
  if (duckdb_query(connection, std::string(sql).c_str(), result.get()) == DuckDBError)
    return database_error(duckdb_result_error_type(result.get()),
                          duckdb_result_error(result.get()));
  return {};
}

Result<Connection> connect(duckdb_database database) {
  duckdb_connection connection = nullptr;
  if (duckdb_connect(database, &connection) == DuckDBError)
    return internal_error("store.connect", "the database gave no connection");
  return Connection(connection);
}

}  // namespace backtrail::store
