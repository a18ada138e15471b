#pragma once

#include <duckdb.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "store/trino/trino.h"

namespace backtrail::store::trino {

/// An in-memory database whose connection speaks Athena's dialect; for tests.
class TestDatabase {
 public:
  TestDatabase() {
    EXPECT_EQ(duckdb_open(nullptr, &database_), DuckDBSuccess);
    EXPECT_EQ(duckdb_connect(database_, &connection_), DuckDBSuccess);
    const auto installed = install(connection_);
    EXPECT_TRUE(installed) << (installed ? "" : installed.error().message);
  }
  ~TestDatabase() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  duckdb_connection connection() { return connection_; }
  duckdb_database database() { return database_; }

  /// Runs DuckDB's SQL as it is; its message when it fails.
  std::string execute(const std::string& sql) {
    duckdb_result result;
    std::string message;
    if (duckdb_query(connection_, sql.c_str(), &result) != DuckDBSuccess)
      message = duckdb_result_error(&result);
    duckdb_destroy_result(&result);
    return message;
  }

  /// Rewrites and runs a query; each row as an array of JSON values (to_json of each column).
  Result<std::vector<Json>> rows(std::string_view query) {
    BACKTRAIL_ASSIGN(const Rewritten rewritten, rewrite(query));
    return rows_of(rewritten.sql);
  }

  /// The single value of a query; tests of functions use it.
  std::string value(std::string_view query) {
    const auto found = rows(query);
    if (!found) return "error: " + found.error().message;
    if (found->size() != 1) return "rows: " + std::to_string(found->size());
    const Json& first = (*found)[0].as_array()[0];
    return first.is_string() ? first.as_string() : first.dump();
  }

 private:
  static Error failed(std::string_view message) { return invalid_argument("sql.failed", message); }

  Result<std::vector<Json>> rows_of(const std::string& sql) {
    duckdb_prepared_statement prepared = nullptr;
    const bool ok = duckdb_prepare(connection_, sql.c_str(), &prepared) == DuckDBSuccess;
    const idx_t columns = ok ? duckdb_prepared_statement_column_count(prepared) : 0;
    const char* const why = ok ? nullptr : duckdb_prepare_error(prepared);
    const std::string message = why == nullptr ? "" : why;
    duckdb_destroy_prepare(&prepared);
    if (!ok) return failed(message);
    std::string names, values;
    for (idx_t i = 0; i < columns; ++i) {
      names += (i > 0 ? ", c" : "c") + std::to_string(i);
      values += (i > 0 ? ", to_json(c" : "to_json(c") + std::to_string(i) + ")";
    }
    duckdb_result result;
    std::vector<Json> out;
    const std::string wrapped =
        "SELECT CAST(json_array(" + values + ") AS varchar) FROM (" + sql + ") AS t(" + names + ")";
    const bool ran = duckdb_query(connection_, wrapped.c_str(), &result) == DuckDBSuccess;
    const std::string run_message = ran ? "" : duckdb_result_error(&result);
    for (idx_t row = 0; ran && row < duckdb_row_count(&result); ++row) {
      char* const cell = duckdb_value_varchar(&result, 0, row);
      std::string text = cell;
      duckdb_free(cell);
      // Fields of ROW(…) have no name; JSON needs distinct ones.
      for (std::size_t at = 0, n = 0; (at = text.find("\"\":", at)) != std::string::npos; at += 3)
        text.insert(at + 1, "field" + std::to_string(n++));
      for (const char* const word : {"[Infinity", "[-Infinity", "[NaN"})  // no JSON either
        if (const auto at = text.find(word); at != std::string::npos) {
          text.insert(at + std::string(word).size(), 1, '"');
          text.insert(at + 1, 1, '"');
        }
      auto parsed = Json::parse(text);
      out.push_back(parsed ? std::move(*parsed) : Json(text));
    }
    duckdb_destroy_result(&result);
    if (!ran) return failed(run_message);
    return out;
  }

  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

}  // namespace backtrail::store::trino
