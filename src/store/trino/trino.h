#pragma once

#include <duckdb.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

/// Athena's dialect (Trino SQL) on DuckDB. Three tools, each for what it can do: a rewriter on
/// tokens for syntax, TEMP macros for names whose meaning differs, C++ functions and the type
/// IPADDRESS for the rest. Internal to `store`. docs/sql-dialect.md lists what runs unchanged and
/// what stays different.
namespace backtrail::store::trino {

/// Something the user should know about a query that runs all the same.
struct Note {
  std::size_t offset = 0;  // bytes into the user's text
  std::string id{};        // `sql.note.text_time`, …
  std::string message{};
};

/// Where a piece of the rewritten text comes from.
struct Anchor {
  std::uint32_t rewritten = 0;  // offsets in bytes
  std::uint32_t original = 0;
};

struct Rewritten {
  std::string sql{};
  std::vector<Note> notes{};
  std::vector<Anchor> anchors{};  // ascending in `rewritten`

  /// The place in the user's text that the byte at `offset` of `sql` stands for.
  [[nodiscard]] std::size_t original_offset(std::size_t offset) const;
};

/// Names that exist, for suggestions.
struct NameCatalog {
  std::vector<std::string> tables{};
  std::vector<std::string> columns{};
  std::vector<std::string> functions{};
  std::vector<std::pair<std::string, std::string>> table_columns{};  // table and column, lower case
};

/// Makes the connection speak Athena's dialect: settings (UTC, integer division, errors as JSON),
/// macros (TEMP: other connections do not see them), and, once per database, C++ functions and
/// IPADDRESS (these carry names of their own or add overloads; no built-in changes its meaning).
/// Call it before `lock_configuration`, and not from two threads at once for one database. Views
/// that run on such a connection see the macros: write `system.main.f(…)` in them where f is one of
/// the names in macros.sql.
[[nodiscard]] Result<void> install(duckdb_connection connection);

/// Rewrites one query of Athena's dialect into DuckDB's. Linear in the text; never executes
/// anything. Errors: `sql.syntax` (open string, comment or bracket, with its place), `sql.too_long`
/// (1 MiB), `sql.too_deep` (more than 200 open brackets), `sql.unsupported` (valid in Trino, not
/// possible here).
[[nodiscard]] Result<Rewritten> rewrite(std::string_view query);

/// DuckDB's error for the rewritten text as an error for the user's: line and column, what is
/// wrong, a near name, and a hint where the query is wrong as published. Ids `sql.syntax`,
/// `sql.unknown_table`, `sql.unknown_column`, `sql.unknown_function`, `sql.type`, `sql.failed`,
/// `sql.forbidden`.
[[nodiscard]] Error explain_error(std::string_view user_query, const Rewritten& rewritten,
                                  std::string_view duckdb_message, const NameCatalog& names);

/// Lets only one statement pass, and only one that reads (SELECT, WITH, VALUES, SHOW, DESCRIBE,
/// EXPLAIN of these), without functions that reach files, the network, the environment or settings.
/// Errors: `sql.forbidden`, `sql.empty`, and what explain_error makes of a syntax error.
[[nodiscard]] Result<void> check_read_only(duckdb_connection connection,
                                           std::string_view user_query, const Rewritten& rewritten);

/// Tables, columns and functions that the connection can see.
[[nodiscard]] Result<NameCatalog> read_names(duckdb_connection connection);

}  // namespace backtrail::store::trino
