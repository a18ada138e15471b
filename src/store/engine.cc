#include "store/detail/engine.h"

#include "base/cancel.h"
#include "store/detail/cells.h"

namespace backtrail::store {
namespace {

Result<void> bind(duckdb_prepared_statement statement, const std::vector<Cell>& parameters) {
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const idx_t n = i + 1;
    struct Binder {
      duckdb_prepared_statement s;
      idx_t n;
      duckdb_state operator()(std::monostate) const { return duckdb_bind_null(s, n); }
      duckdb_state operator()(bool b) const { return duckdb_bind_boolean(s, n, b); }
      duckdb_state operator()(std::int64_t v) const { return duckdb_bind_int64(s, n, v); }
      duckdb_state operator()(double v) const { return duckdb_bind_double(s, n, v); }
      duckdb_state operator()(const std::string& v) const {
        return duckdb_bind_varchar_length(s, n, v.data(), v.size());
      }
      duckdb_state operator()(Timestamp t) const {
        return duckdb_bind_timestamp(s, n, {t.time_since_epoch().count()});
      }
      duckdb_state operator()(const JsonText& v) const {
        return duckdb_bind_varchar_length(s, n, v.text.data(), v.text.size());
      }
    };
    if (std::visit(Binder{statement, n}, parameters[i]) == DuckDBError)
      return invalid_argument("sql.parameter", "parameter $" + std::to_string(n) + " does not fit");
  }
  return {};
}

Result<Prepared> prepare(duckdb_connection connection, const std::string& sql) {
  duckdb_prepared_statement raw = nullptr;
  const duckdb_state prepared_ok = duckdb_prepare(connection, sql.c_str(), &raw);
  Prepared prepared(raw);
  if (prepared_ok == DuckDBError) {
    const char* message = duckdb_prepare_error(prepared.get());
    const std::string_view text = message != nullptr ? message : "the statement cannot be prepared";
    return database_error(error_type_of(text), text);
  }
  return prepared;
}

}  // namespace

Result<void> run_query(duckdb_connection connection, const Query& query, RowSink& sink,
                       std::stop_token stop) {
  if (stop.stop_requested()) return cancelled_error("the query");
  BACKTRAIL_ASSIGN(const Prepared prepared, prepare(connection, query.sql));
  BACKTRAIL_RETURN_IF_ERROR(bind(prepared.get(), query.parameters));

  const InterruptOnStop interrupt(connection, stop);
  ResultHandle result;
  if (duckdb_execute_prepared_streaming(prepared.get(), result.get()) == DuckDBError)
    return database_error(duckdb_result_error_type(result.get()), duckdb_result_error(result.get()));

  std::vector<Column> columns;
  std::vector<CellReader> readers;
  for (idx_t i = 0; i < duckdb_column_count(result.get()); ++i) {
    const LogicalType type(duckdb_column_logical_type(result.get(), i));
    columns.push_back({.name = duckdb_column_name(result.get(), i), .type = type_name(type.get())});
    readers.emplace_back(type.get());
  }
  sink.columns(columns);
  std::vector<Cell> cells(columns.size());
  for (;;) {
    const Chunk chunk(duckdb_fetch_chunk(*result.get()));
    if (!chunk) break;
    for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
      for (std::size_t c = 0; c < cells.size(); ++c)
        cells[c] = readers[c].read(duckdb_data_chunk_get_vector(chunk.get(), c), row);
      if (!sink.row(cells)) return {};
    }
  }
  if (const char* message = duckdb_result_error(result.get()); message != nullptr)
    return database_error(duckdb_result_error_type(result.get()), message);
  if (stop.stop_requested()) return cancelled_error("the query");
  return {};
}

Result<Table> fetch(Engine& engine, const Query& query, std::stop_token stop) {
  class Keep final : public RowSink {
   public:
    void columns(std::span<const Column> c) override { table.columns.assign(c.begin(), c.end()); }
    bool row(std::span<const Cell> cells) override {
      table.rows.emplace_back(cells.begin(), cells.end());
      return true;
    }
    Table table;
  } keep;
  BACKTRAIL_RETURN_IF_ERROR(engine.run(query, keep, std::move(stop)));
  return std::move(keep.table);
}

}  // namespace backtrail::store
