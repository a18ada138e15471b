#pragma once

#include <duckdb.h>
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <string_view>

namespace bench {

/// Runs statements; prints what went wrong under the program's name.
inline bool run(const char* program, duckdb_connection connection, const std::string& sql) {
  duckdb_result result;
  const bool good = duckdb_query(connection, sql.c_str(), &result) == DuckDBSuccess;
  if (!good) fmt::print(stderr, "{}: {}\n", program, duckdb_result_error(&result));
  duckdb_destroy_result(&result);
  return good;
}

inline std::string sql_text(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

}  // namespace bench
