#include "sigma/sql/trino_json.h"

#include <fmt/format.h>

#include <vector>

#include "sigma/sql/quote.h"

namespace backtrail::sigma::sql::trino {
namespace {

/// Strings (a key keeps its colon), numbers and booleans of compact JSON text.
constexpr std::string_view kTokens = R"re('"(?:[^"\\]|\\.)*":?|-?[0-9][-+.0-9eE]*|true|false')re";

/// The path as written and, when it has several parts, as one key that holds dots.
Result<std::vector<std::string>> lax_paths(std::string_view path) {
  if (path.find_first_of("\"\\") != std::string_view::npos)
    return no_sql(fmt::format("the path {} holds a quote or a backslash", path));
  std::string nested = "lax $";
  std::string_view rest = path;
  while (!rest.empty()) {
    const std::size_t dot = rest.find('.');
    nested += fmt::format(".\"{}\"", rest.substr(0, dot));
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  }
  std::vector<std::string> out{nested};
  if (path.find('.') != std::string_view::npos) out.push_back(fmt::format("lax $.\"{}\"", path));
  return out;
}

std::string items(std::string_view column, std::string_view lax_path) {
  return fmt::format(
      "COALESCE(CAST(json_parse(json_query({}, {} WITH ARRAY WRAPPER)) AS array(json)), "
      "CAST(ARRAY[] AS array(json)))",
      column, quote_text(lax_path));
}

/// The items at the path, each also opened when it is an array.
Result<std::string> all_items(std::string_view column, std::string_view path, bool keep_arrays) {
  BACKTRAIL_ASSIGN(const auto paths, lax_paths(path));
  std::vector<std::string> parts;
  for (const std::string& p : paths) {
    if (keep_arrays) parts.push_back(items(column, p));
    parts.push_back(items(column, p + "[*][*]"));
  }
  return fmt::format("{}", fmt::join(parts, " || "));
}

std::string leaves(std::string_view json_text) {
  return fmt::format(
      "transform(filter(regexp_extract_all({}, {}), k -> substr(k, length(k)) <> ':'), "
      "k -> json_extract_scalar(k, '$'))",
      json_text, kTokens);
}

std::string texts_of(std::string_view items) {
  return fmt::format(
      "flatten(transform({}, j -> CASE WHEN json_extract_scalar(j, '$') IS NOT NULL "
      "THEN ARRAY[json_extract_scalar(j, '$')] "
      "WHEN json_format(j) = 'null' THEN CAST(ARRAY[] AS array(varchar)) "
      "ELSE ARRAY[json_format(j)] || {} END))",
      items, leaves("json_format(j)"));
}

}  // namespace

Result<std::string> json_values(JsonValues which, std::string_view column, std::string_view path) {
  // The column itself: its text is the compact JSON, in the order of the log.
  if (which == JsonValues::texts && path.empty())
    return fmt::format("ARRAY[{0}] || {1}", column, leaves(column));
  BACKTRAIL_ASSIGN(const std::string found, all_items(column, path, which == JsonValues::texts));
  switch (which) {
    case JsonValues::texts:
      return texts_of(found);
    case JsonValues::strings:
      return fmt::format(
          "transform(filter({}, j -> starts_with(json_format(j), '\"')), "
          "j -> json_extract_scalar(j, '$'))",
          found);
    case JsonValues::numbers:
      return fmt::format(
          "transform(filter({}, j -> regexp_like(json_format(j), '^[-0-9]')), "
          "j -> json_extract_scalar(j, '$'))",
          found);
    case JsonValues::scalars:
      break;
  }
  return fmt::format("transform({}, j -> json_extract_scalar(j, '$'))", found);
}

Result<std::string> json_exists(std::string_view column, std::string_view path) {
  if (path.empty()) return fmt::format("{} IS NOT NULL", column);
  BACKTRAIL_ASSIGN(const auto paths, lax_paths(path));
  std::vector<std::string> parts;
  for (const std::string& p : paths)
    parts.push_back(fmt::format("json_exists({}, {})", column, quote_text(p)));
  return fmt::format("({})", fmt::join(parts, " OR "));
}

Result<std::string> json_has_null(std::string_view column, std::string_view path) {
  BACKTRAIL_ASSIGN(const auto paths, lax_paths(path));
  std::vector<std::string> parts;
  for (const std::string& p : paths)
    parts.push_back(
        fmt::format("json_exists({}, {})", column, quote_text(p + "[*][*] ? (@ == null)")));
  return fmt::format("({})", fmt::join(parts, " OR "));
}

}  // namespace backtrail::sigma::sql::trino
