#include <algorithm>
#include <chrono>
#include <thread>

#include "base/cancel.h"
#include "store/detail/handles.h"

namespace backtrail::store {

std::string take_text(char* text) {
  std::string out = text != nullptr ? text : "";
  duckdb_free(text);
  return out;
}

Error database_error(duckdb_error_type type, std::string_view message) {
  // A statement that failed while its tasks ran is reported twice: the second text is the cause.
  constexpr std::string_view kAgain = "closed pending query result\nError: ";
  if (const auto at = message.find(kAgain); at != std::string_view::npos) {
    const std::string_view cause = message.substr(at + kAgain.size());
    return database_error(error_type_of(cause), cause);
  }
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

namespace {

struct PendingCloser {
  using pointer = duckdb_pending_result;
  void operator()(duckdb_pending_result p) const { duckdb_destroy_pending(&p); }
};
using Pending = std::unique_ptr<std::remove_pointer_t<duckdb_pending_result>, PendingCloser>;

struct ExtractedCloser {
  using pointer = duckdb_extracted_statements;
  void operator()(duckdb_extracted_statements e) const { duckdb_destroy_extracted(&e); }
};
using Extracted = std::unique_ptr<std::remove_pointer_t<duckdb_extracted_statements>, ExtractedCloser>;

Error message_error(const char* message) {
  const std::string_view text = message != nullptr ? message : "the statement was refused";
  return database_error(error_type_of(text), text);
}

/// Helps with the statement's tasks and sleeps while others hold the last of them: `duckdb_query` would
/// ask for the next one without a pause, at the price of a core.
void work_on(duckdb_pending_result pending) {
  auto nap = std::chrono::microseconds{20};
  for (;;) {
    const duckdb_pending_state state = duckdb_pending_execute_task(pending);
    if (state == DUCKDB_PENDING_ERROR || duckdb_pending_execution_is_finished(state)) return;
    if (state != DUCKDB_PENDING_NO_TASKS_AVAILABLE) continue;
    std::this_thread::sleep_for(nap);
    nap = std::min(nap * 2, std::chrono::microseconds{500});
  }
}

}  // namespace

duckdb_error_type error_type_of(std::string_view message) {
  if (message.starts_with("Parser Error")) return DUCKDB_ERROR_PARSER;
  if (message.starts_with("Catalog Error")) return DUCKDB_ERROR_CATALOG;
  if (message.starts_with("Binder Error")) return DUCKDB_ERROR_BINDER;
  if (message.starts_with("Permission Error")) return DUCKDB_ERROR_PERMISSION;
  if (message.starts_with("INTERRUPT Error")) return DUCKDB_ERROR_INTERRUPT;
  if (message.starts_with("IO Error")) return DUCKDB_ERROR_IO;
  if (message.starts_with("Out of Memory Error")) return DUCKDB_ERROR_OUT_OF_MEMORY;
  if (message.starts_with("FATAL Error")) return DUCKDB_ERROR_FATAL;
  if (message.starts_with("INTERNAL Error")) return DUCKDB_ERROR_INTERNAL;
  return DUCKDB_ERROR_INVALID;
}

Result<void> run_statements(duckdb_connection connection, std::string_view sql) {
  duckdb_extracted_statements raw_statements = nullptr;
  const idx_t count = duckdb_extract_statements(connection, std::string(sql).c_str(), &raw_statements);
  const Extracted statements(raw_statements);
  if (count == 0) return message_error(duckdb_extract_statements_error(statements.get()));
  for (idx_t i = 0; i < count; ++i) {
    duckdb_prepared_statement raw_prepared = nullptr;
    const duckdb_state prepared_ok =
        duckdb_prepare_extracted_statement(connection, statements.get(), i, &raw_prepared);
    const Prepared prepared(raw_prepared);
    if (prepared_ok == DuckDBError) return message_error(duckdb_prepare_error(prepared.get()));
    duckdb_pending_result raw_pending = nullptr;
    const duckdb_state pending_ok = duckdb_pending_prepared(prepared.get(), &raw_pending);
    const Pending pending(raw_pending);
    if (pending_ok == DuckDBError) return message_error(duckdb_pending_error(pending.get()));
    work_on(pending.get());
    ResultHandle result;
    if (duckdb_execute_pending(pending.get(), result.get()) == DuckDBError)
      return database_error(duckdb_result_error_type(result.get()), duckdb_result_error(result.get()));
  }
  return {};
}

Result<Connection> connect(duckdb_database database) {
  duckdb_connection connection = nullptr;
  if (duckdb_connect(database, &connection) == DuckDBError)
    return internal_error("store.connect", "the database gave no connection");
  return Connection(connection);
}

}  // namespace backtrail::store
