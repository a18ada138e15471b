#pragma once

#include "store/detail/handles.h"
#include "store/store.h"

namespace backtrail::store {

/// Runs one statement on a connection, as it is.
[[nodiscard]] Result<void> run_query(duckdb_connection connection, const Query& query, RowSink& sink,
                                     std::stop_token stop);

/// The program's own SQL on a connection of its own. Not thread-safe: one query at a time.
class ProgramEngine final : public Engine {
 public:
  explicit ProgramEngine(Connection connection) : connection_(std::move(connection)) {}
  [[nodiscard]] Result<void> run(const Query& query, RowSink& sink, std::stop_token stop) override {
    return run_query(connection_.get(), query, sink, std::move(stop));
  }
  [[nodiscard]] std::string_view dialect() const override { return "duckdb"; }
  [[nodiscard]] duckdb_connection connection() const { return connection_.get(); }

 private:
  Connection connection_;
};

}  // namespace backtrail::store
