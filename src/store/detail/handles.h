#pragma once

#include <duckdb.h>

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.h"

namespace backtrail::store {

struct DatabaseCloser {
  using pointer = duckdb_database;
  void operator()(duckdb_database d) const { duckdb_close(&d); }
};
struct ConnectionCloser {
  using pointer = duckdb_connection;
  void operator()(duckdb_connection c) const { duckdb_disconnect(&c); }
};
struct PreparedCloser {
  using pointer = duckdb_prepared_statement;
  void operator()(duckdb_prepared_statement p) const { duckdb_destroy_prepare(&p); }
};
struct TypeCloser {
  using pointer = duckdb_logical_type;
  void operator()(duckdb_logical_type t) const { duckdb_destroy_logical_type(&t); }
};
struct ChunkCloser {
  using pointer = duckdb_data_chunk;
  void operator()(duckdb_data_chunk c) const { duckdb_destroy_data_chunk(&c); }
};

using Database = std::unique_ptr<std::remove_pointer_t<duckdb_database>, DatabaseCloser>;
using Connection = std::unique_ptr<std::remove_pointer_t<duckdb_connection>, ConnectionCloser>;
using Prepared = std::unique_ptr<std::remove_pointer_t<duckdb_prepared_statement>, PreparedCloser>;
using LogicalType = std::unique_ptr<std::remove_pointer_t<duckdb_logical_type>, TypeCloser>;
using Chunk = std::unique_ptr<std::remove_pointer_t<duckdb_data_chunk>, ChunkCloser>;

/// A result that is destroyed with the object.
class ResultHandle {
 public:
  ResultHandle() = default;
  ~ResultHandle() { duckdb_destroy_result(&result_); }
  ResultHandle(const ResultHandle&) = delete;
  ResultHandle& operator=(const ResultHandle&) = delete;
  [[nodiscard]] duckdb_result* get() { return &result_; }

 private:
  duckdb_result result_{};
};

/// A `char*` of DuckDB's as text; frees it.
[[nodiscard]] std::string take_text(char* text);

/// DuckDB's message as an Error: ids `sql.*`, `store.disk_full`, `interrupted`, `store.broken`.
[[nodiscard]] Error database_error(duckdb_error_type type, std::string_view message);

/// The kind that DuckDB names at the start of a message that comes without one.
[[nodiscard]] duckdb_error_type error_type_of(std::string_view message);

/// Runs any number of statements and drops their rows.
[[nodiscard]] Result<void> run_statements(duckdb_connection connection, std::string_view sql);

[[nodiscard]] Result<Connection> connect(duckdb_database database);

/// Interrupts the connection's query when `stop` is requested, while the object lives.
class InterruptOnStop {
 public:
  InterruptOnStop(duckdb_connection connection, std::stop_token stop)
      : callback_(std::move(stop), Interrupt{connection}) {}

 private:
  struct Interrupt {
    duckdb_connection connection;
    void operator()() const { duckdb_interrupt(connection); }
  };
  std::stop_callback<Interrupt> callback_;
};

}  // namespace backtrail::store
