#include "store/trino/syntax/hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "store/trino/rules/rules.h"

namespace backtrail::store::trino {

std::optional<Hint> hint_for_missing_where(const Nodes& query) {
  bool after_from = false;
  for (const Node& node : query) {
    if (is_word(node, "from")) after_from = true;
    for (const auto word : {"where", "on", "having", "select", "join", "when"})
      if (is_word(node, word)) after_from = false;
    if (after_from && (is_word(node, "and") || is_word(node, "or")))
      return Hint{
          node.at,
          fmt::format("'{}' without WHERE: the first condition after FROM needs WHERE", node.text)};
    if (const auto inside = hint_for_missing_where(node.children)) return inside;
  }
  return std::nullopt;
}

std::optional<Hint> hint_for_placeholder(const Nodes& query) {
  for (std::size_t i = 0; i < query.size(); ++i) {
    const Node& node = query[i];
    const bool braces =
        is_group(node, '{') && ((i > 0 && is_symbol(query[i - 1], "$") && node.gap == 0) ||
                                (node.children.size() == 1 && is_group(node.children[0], '{')));
    const bool variable = node.kind == TokenKind::symbol && node.text.size() > 1 &&
                          node.text[0] == '$' && (node.text[1] < '0' || node.text[1] > '9');
    // FROM <…>
    const bool table = i > 0 && (is_word(query[i - 1], "from") || is_word(query[i - 1], "join"));
    const bool angle = is_symbol(node, "<") && i > 0 && (table || is_symbol(query[i - 1], "="));
    const bool in_text = node.kind == TokenKind::string && node.text.find("${") != std::string::npos;
    if (table && event_data_store_at(query, i)) continue;
    if (braces || variable || angle || in_text)
      return Hint{
          node.at,
          "this is a template: put a value in place of the placeholder (a table: cloudtrail_logs)"};
    if (const auto inside = hint_for_placeholder(node.children)) return inside;
  }
  return std::nullopt;
}

namespace {

/// `2023-07-10 11:42:31`, which as text sorts before every `2023-07-10T…`.
bool is_time_with_space(const Node& node) {
  if (node.kind != TokenKind::string || node.text.size() < 18) return false;
  static constexpr std::string_view kShape = "'dddd-dd-dd dd:dd";
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const char c = node.text[i];
    if (kShape[i] == 'd' ? c < '0' || c > '9' : c != kShape[i]) return false;
  }
  return true;
}

bool is_comparison(const Node& node) {
  static constexpr std::array<std::string_view, 5> kSymbols = {"=", "<", ">", "<=", ">="};
  return std::any_of(kSymbols.begin(), kSymbols.end(),
                     [&](auto s) { return is_symbol(node, s); }) ||
         is_word(node, "between") || is_word(node, "and");
}

void collect_notes(const Nodes& nodes, bool shown, std::vector<Note>& out) {
  bool compares_event_time = false;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& node = nodes[i];
    if (is_word(node, "eventtime"))
      compares_event_time = i + 1 < nodes.size() && is_comparison(nodes[i + 1]);
    const bool literal = is_time_with_space(node) && i > 0 && is_comparison(nodes[i - 1]);
    if (literal && compares_event_time)
      out.push_back(
          {node.at, "sql.note.text_time",
           fmt::format(
               "eventtime is text of the form '2023-07-10T11:42:31Z' and is compared as text: "
               "write {} with T and Z",
               node.text)});
    if (is_word(node, "from")) shown = false;
    if (shown && i + 2 < nodes.size() && is_word(node, "at") && is_word(nodes[i + 1], "time") &&
        is_word(nodes[i + 2], "zone"))
      out.push_back({node.at, "sql.note.time_zone",
                     "a moment AT TIME ZONE is shown in UTC; date_format(… AT TIME ZONE …, "
                     "'%Y-%m-%d %H:%i:%s') "
                     "shows the zone's clock"});
    collect_notes(node.children, false, out);
  }
}

}  // namespace

std::vector<Note> notes_on(const Nodes& query) {
  std::vector<Note> out;
  collect_notes(query, true, out);
  return out;
}

}  // namespace backtrail::store::trino
