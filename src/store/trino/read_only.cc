#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "store/trino/syntax/tokens.h"
#include "store/trino/trino.h"

namespace backtrail::store::trino {
namespace {

Error forbidden(std::string_view query, std::size_t at, std::string_view message) {
  return make_error(ErrorCode::permission_denied, "sql.forbidden",
                    fmt::format("{}: {}", place_of(query, at), message));
}

/// Functions in FROM that only compute or show what the database holds.
const std::set<std::string, std::less<>>& harmless_tables() {
  static const std::set<std::string, std::less<>> names = {"unnest",
                                                           "generate_series",
                                                           "range",
                                                           "repeat_row",
                                                           "json_each",
                                                           "json_tree",
                                                           "pragma_table_info",
                                                           "duckdb_columns",
                                                           "duckdb_functions",
                                                           "duckdb_keywords",
                                                           "duckdb_schemas",
                                                           "duckdb_tables",
                                                           "duckdb_types",
                                                           "duckdb_views"};
  return names;
}

/// Calls that reach files, the network, memory, settings or the environment, wherever they stand.
bool reaches_out(const std::string& name) {
  static const std::set<std::string, std::less<>> names = {"glob",
                                                           "getenv",
                                                           "getvariable",
                                                           "current_setting",
                                                           "sniff_csv",
                                                           "parquet_scan",
                                                           "arrow_scan",
                                                           "arrow_scan_dumb",
                                                           "pandas_scan",
                                                           "python_map_function",
                                                           "query",
                                                           "query_table",
                                                           "checkpoint",
                                                           "force_checkpoint",
                                                           "json_execute_serialized_sql",
                                                           "from_substrait",
                                                           "from_substrait_json",
                                                           "duckdb_secrets",
                                                           "which_secret",
                                                           "duckdb_settings",
                                                           "duckdb_temporary_files",
                                                           "duckdb_logs",
                                                           "duckdb_log_contexts",
                                                           "enable_logging",
                                                           "disable_logging",
                                                           "set_log_level",
                                                           "truncate_duckdb_logs",
                                                           "write_log",
                                                           "nextval",
                                                           "currval",
                                                           "seq_scan",
                                                           "sleep_ms",
                                                           "add_parquet_key",
                                                           "load_aws_credentials"};
  static constexpr std::array<std::string_view, 9> kPrefixes = {"read_",     "parquet_", "sqlite_",
                                                                "postgres_", "mysql_",   "iceberg_",
                                                                "delta_",    "st_read",  "pragma_"};
  if (harmless_tables().contains(name)) return false;
  return names.contains(name) || std::any_of(kPrefixes.begin(), kPrefixes.end(),
                                             [&](auto p) { return name.starts_with(p); });
}

/// Statements that exist and may not run; anything else at the beginning is a mistake in writing.
bool is_statement(const Node& node) {
  static const std::set<std::string, std::less<>> names = {
      "abort",   "alter",   "analyze", "attach",   "begin",     "call",   "checkpoint",
      "comment", "commit",  "copy",    "create",   "delete",    "deny",   "detach",
      "drop",    "execute", "explain", "export",   "grant",     "import", "insert",
      "install", "load",    "merge",   "msck",     "optimize",  "pragma", "prepare",
      "refresh", "reset",   "revoke",  "rollback", "set",       "start",  "truncate",
      "unload",  "update",  "use",     "vacuum",   "deallocate"};
  return node.kind == TokenKind::word && names.contains(to_lower_ascii(node.text));
}

Error no_query(std::string_view query, std::size_t at, const Node& node) {
  std::string message = node.kind == TokenKind::word
                            ? fmt::format("'{}' begins no query", node.text)
                            : std::string("a query begins with SELECT or WITH");
  const std::string near =
      nearest(node.text, {"SELECT", "WITH", "VALUES", "SHOW", "DESCRIBE", "EXPLAIN"});
  if (node.kind == TokenKind::word)
    message +=
        near.empty() ? "; it would with SELECT or WITH" : fmt::format("; did you mean '{}'?", near);
  return invalid_argument("sql.syntax", fmt::format("{}: {}", place_of(query, at), message));
}

class Checker {
 public:
  Checker(std::string_view query, const Rewritten& rewritten)
      : query_(query), rewritten_(rewritten) {}

  Result<void> run(const Nodes& nodes) {
    BACKTRAIL_RETURN_IF_ERROR(check_start(nodes));
    return check_calls(nodes);
  }

 private:
  std::size_t original(const Node& node) const { return rewritten_.original_offset(node.at); }

  static bool is_any(const Node& node, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](auto w) { return is_word(node, w); });
  }

  Result<void> check_start(const Nodes& nodes) const {
    std::size_t first = 0;
    const bool explain = is_word(nodes[0], "explain");
    if (explain)
      for (first = 1; first < nodes.size() &&
                      (is_any(nodes[first], {"analyze", "verbose"}) ||
                       (first == 1 && is_group(nodes[first], '(') && first + 1 < nodes.size()));)
        ++first;
    if (first == nodes.size()) return forbidden(query_, original(nodes[0]), "EXPLAIN of what?");
    const bool reads =
        is_group(nodes[first], '(') ||
        is_any(nodes[first], {"select", "with", "values", "table", "from"}) ||
        (!explain && is_any(nodes[first], {"show", "describe", "desc", "summarize"}));
    if (!reads && !is_statement(nodes[first]))
      return no_query(query_, original(nodes[first]), nodes[first]);
    if (!reads)
      return forbidden(
          query_, original(nodes[first]),
          fmt::format(
              "'{}': only reading is possible (SELECT, WITH, VALUES, SHOW, DESCRIBE, EXPLAIN of "
              "these); to keep a result use --output",
              nodes[first].text));
    // EXPLAIN ANALYZE runs what it explains, and WITH may end in a statement that writes.
    for (std::size_t i = first; i < nodes.size(); ++i)
      if (is_any(nodes[i], {"insert", "update", "delete", "merge"}) && i > 0 &&
          is_group(nodes[i - 1], '(') && i + 1 < nodes.size() &&
          nodes[i + 1].kind != TokenKind::symbol)
        return forbidden(query_, original(nodes[i]),
                         fmt::format("'{}' writes; only reading is possible", nodes[i].text));
    return {};
  }

  Result<void> check_calls(const Nodes& nodes) const {
    bool in_from = false, table_next = false;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const Node& node = nodes[i];
      const bool named = node.kind == TokenKind::word || node.kind == TokenKind::quoted;
      const bool call = named && i + 1 < nodes.size() && is_group(nodes[i + 1], '(');
      const std::string name = named ? to_lower_ascii(name_of(node)) : "";
      if (call && reaches_out(name))
        return forbidden(
            query_, original(node),
            fmt::format(
                "{} is not available: queries see only the case's tables, no files, network, "
                "settings or environment (bring files in with `backtrail import`)",
                name));
      if (is_word(node, "from") || is_word(node, "join")) {
        in_from = in_from || is_word(node, "from");
        table_next = true;
      } else if (is_symbol(node, ",")) {
        table_next = in_from;
      } else if (is_symbol(node, ".")) {
        // still the same name
      } else if (is_any(node, {"select", "where", "group", "order", "having", "limit", "union",
                               "on", "using"})) {
        in_from = table_next = false;
      } else if (is_word(node, "lateral")) {
        // a query or function follows
      } else {
        const bool dot_follows = i + 1 < nodes.size() && is_symbol(nodes[i + 1], ".");
        if (table_next && node.kind == TokenKind::string && in_query(nodes))
          return forbidden(
              query_, original(node),
              fmt::format("FROM {}: queries see only the case's tables, no files", node.text));
        if (table_next && call && in_query(nodes) && !harmless_tables().contains(name))
          return forbidden(query_, original(node),
                           fmt::format("the table function {} is not available", name));
        table_next = table_next && dot_follows;
      }
      BACKTRAIL_RETURN_IF_ERROR(check_calls(node.children));
    }
    return {};
  }

  /// `FROM` of extract(x FROM y) and trim(x FROM y) is none of a query.
  static bool in_query(const Nodes& nodes) {
    return std::any_of(nodes.begin(), nodes.end(),
                       [](const Node& n) { return is_word(n, "select"); }) ||
           (!nodes.empty() && is_word(nodes[0], "from"));
  }

  std::string_view query_;
  const Rewritten& rewritten_;
};

}  // namespace

Result<void> check_read_only(duckdb_connection connection, std::string_view user_query,
                             const Rewritten& rewritten) {
  BACKTRAIL_ASSIGN(const Nodes nodes, parse_tokens(rewritten.sql));
  if (nodes.empty()) return invalid_argument("sql.empty", "the query is empty");
  BACKTRAIL_RETURN_IF_ERROR(Checker(user_query, rewritten).run(nodes));

  // DuckDB's own reading decides; the tokens above only make the message better.
  duckdb_extracted_statements statements = nullptr;
  const idx_t count = duckdb_extract_statements(connection, rewritten.sql.c_str(), &statements);
  const char* const why = duckdb_extract_statements_error(statements);
  const std::string message = why == nullptr ? "" : why;
  duckdb_prepared_statement prepared = nullptr;
  duckdb_statement_type type = DUCKDB_STATEMENT_TYPE_INVALID;
  std::string prepare_message;
  if (count == 1) {
    if (duckdb_prepare_extracted_statement(connection, statements, 0, &prepared) == DuckDBSuccess)
      type = duckdb_prepared_statement_type(prepared);
    else if (const char* text = duckdb_prepare_error(prepared); text != nullptr)
      prepare_message = text;
  }
  duckdb_destroy_prepare(&prepared);
  duckdb_destroy_extracted(&statements);
  if (!message.empty()) return explain_error(user_query, rewritten, message, {});
  if (count == 0) return invalid_argument("sql.empty", "the query is empty");
  if (count > 1) {
    const auto second =
        std::find_if(nodes.begin(), nodes.end(), [](const Node& n) { return is_symbol(n, ";"); });
    const std::size_t at = second == nodes.end() ? 0 : rewritten.original_offset(second->at);
    return forbidden(user_query, at, fmt::format("one statement at a time; these are {}", count));
  }
  // What does not bind is explained when it runs, with the names that exist.
  if (!prepare_message.empty()) return {};
  const bool reads = type == DUCKDB_STATEMENT_TYPE_SELECT || type == DUCKDB_STATEMENT_TYPE_EXPLAIN;
  if (!reads)
    return forbidden(user_query, 0,
                     "only reading is possible (SELECT, WITH, VALUES, SHOW, DESCRIBE, EXPLAIN)");
  return {};
}

Result<NameCatalog> read_names(duckdb_connection connection) {
  NameCatalog names;
  struct Source {
    const char* sql;
    std::vector<std::string>* to;
  };
  for (const Source& source :
       {Source{"SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() "
               "WHERE NOT internal "
               "ORDER BY 1",
               &names.tables},
        Source{"SELECT DISTINCT lower(column_name) FROM duckdb_columns() WHERE NOT internal ORDER "
               "BY 1",
               &names.columns},
        Source{"SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_name NOT LIKE "
               "'trino\\_%' "
               "ESCAPE '\\' AND regexp_full_match(function_name, '[a-z][a-z0-9_]*') ORDER BY 1",
               &names.functions}}) {
    duckdb_result result;
    const bool ok = duckdb_query(connection, source.sql, &result) == DuckDBSuccess;
    const std::string message = ok ? "" : duckdb_result_error(&result);
    for (idx_t row = 0; ok && row < duckdb_row_count(&result); ++row) {
      char* const text = duckdb_value_varchar(&result, 0, row);
      if (text != nullptr) source.to->emplace_back(text);
      duckdb_free(text);
    }
    duckdb_destroy_result(&result);
    if (!ok) return internal_error("sql.names", message);
  }
  duckdb_result result;
  if (duckdb_query(connection,
                   "SELECT DISTINCT lower(table_name), lower(column_name) FROM duckdb_columns() WHERE NOT internal "
                   "ORDER BY ALL",
                   &result) == DuckDBSuccess)
    for (idx_t row = 0; row < duckdb_row_count(&result); ++row) {
      char* const table = duckdb_value_varchar(&result, 0, row);
      char* const column = duckdb_value_varchar(&result, 1, row);
      if (table != nullptr && column != nullptr) names.table_columns.emplace_back(table, column);
      duckdb_free(table);
      duckdb_free(column);
    }
  duckdb_destroy_result(&result);
  return names;
}

}  // namespace backtrail::store::trino
