#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "store/trino/rules/rules.h"

namespace backtrail::store::trino {
namespace {

template <std::size_t N>
bool is_any_word(const Node& node, const std::array<std::string_view, N>& words) {
  return node.kind == TokenKind::word &&
         std::any_of(words.begin(), words.end(),
                     [&](std::string_view w) { return is_word(node, w); });
}

constexpr std::array<std::string_view, 9> kAfterValues = {
    "order", "limit", "offset", "fetch", "union", "except", "intersect", "select", "as"};

Node wrap(Nodes item) {
  const std::uint32_t at = item.empty() ? 0 : item.front().at;
  const char gap = item.empty() ? ' ' : item.front().gap;
  if (!item.empty()) item.front().gap = 0;
  return {.kind = TokenKind::group,
          .text = "(",
          .at = at,
          .gap = gap,
          .children = std::move(item),
          .end = at};
}

}  // namespace

/// `VALUES 1, 2` → `VALUES (1), (2)`; a row constructor `ROW(1, 2)` loses its word.
void rewrite_values(Nodes& nodes) {
  Nodes out;
  for (std::size_t i = 0; i < nodes.size();) {
    const bool values = is_word(nodes[i], "values");
    out.push_back(std::move(nodes[i++]));
    if (!values) continue;
    while (i < nodes.size()) {
      std::size_t end = i;
      while (end < nodes.size() && !is_symbol(nodes[end], ",") &&
             !is_any_word(nodes[end], kAfterValues))
        ++end;
      if (end == i) break;
      Nodes item = take_range(nodes, i, end);
      if (item.size() == 2 && is_word(item[0], "row") && is_group(item[1], '('))
        item.erase(item.begin());
      if (item.size() == 1 && is_group(item[0], '('))
        out.push_back(std::move(item[0]));
      else
        out.push_back(wrap(std::move(item)));
      i = end;
      if (i == nodes.size() || !is_symbol(nodes[i], ",")) break;
      out.push_back(std::move(nodes[i++]));
    }
  }
  nodes = std::move(out);
}

namespace {

/// What follows UNNEST(…): WITH ORDINALITY, a name, names of columns.
struct UnnestTail {
  std::size_t end = 0;  // past it
  bool ordinality = false;
  std::size_t columns = 0;  // names given, 0 when none are
};

UnnestTail read_tail(const Nodes& nodes, std::size_t at) {
  UnnestTail tail;
  if (at + 1 < nodes.size() && is_word(nodes[at], "with") && is_word(nodes[at + 1], "ordinality")) {
    tail.ordinality = true;
    at += 2;
  }
  tail.end = at;
  std::size_t name = at;
  if (name < nodes.size() && is_word(nodes[name], "as")) ++name;
  const bool named = name + 1 < nodes.size() && is_group(nodes[name + 1], '(') &&
                     (nodes[name].kind == TokenKind::word || nodes[name].kind == TokenKind::quoted);
  if (named) tail.columns = split_at(nodes[name + 1].children, ",").size();
  return tail;
}

/// The SELECT that gives one column per field, key, value or array; empty when DuckDB's UNNEST
/// does.
Nodes unnest_query(std::vector<Nodes> arrays, const UnnestTail& tail, std::uint32_t at) {
  const std::size_t columns = tail.columns - (tail.ordinality && tail.columns > 0 ? 1 : 0);
  if (arrays.size() == 1) {
    const bool map = kind_of(arrays[0]) == Kind::map;
    if (!map && columns < 2) return {};
    const std::string source = map ? "map_entries($1)" : "$1";
    if (!tail.ordinality)
      return expand(fmt::format("LATERAL (SELECT unnest({}, max_depth := 2))", source), at,
                    std::move(arrays));
    return expand(fmt::format("LATERAL (SELECT unnest({0}, max_depth := 2), "
                              "unnest(generate_series(1, len({0}))))",
                              source),
                  at, std::move(arrays));
  }
  Nodes select = word("SELECT", at), lengths;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    if (i > 0) append(select, expand(",", at, {}));
    if (tail.ordinality) {
      if (i > 0) append(lengths, expand(",", at, {}));
      append(lengths, expand("len($1)", at, {arrays[i]}));
    }
    append(select, expand("unnest($1)", at, {std::move(arrays[i])}));
  }
  if (tail.ordinality)
    append(select, expand(", unnest(generate_series(1, system.main.greatest($1)))", at,
                          {std::move(lengths)}));
  return expand("LATERAL ($1)", at, {std::move(select)});
}

}  // namespace

void rewrite_unnest(Nodes& nodes) {
  Nodes out;
  bool in_from = false;
  static constexpr std::array<std::string_view, 8> kEndsFrom = {
      "select", "where", "group", "order", "having", "limit", "union", "qualify"};
  for (std::size_t i = 0; i < nodes.size();) {
    if (is_word(nodes[i], "from")) in_from = true;
    if (is_any_word(nodes[i], kEndsFrom)) in_from = false;
    const bool unnest = in_from && is_word(nodes[i], "unnest") && i + 1 < nodes.size() &&
                        is_group(nodes[i + 1], '(');
    Nodes query;
    if (unnest) {
      const UnnestTail tail = read_tail(nodes, i + 2);
      const std::size_t commas = static_cast<std::size_t>(
          std::count_if(nodes[i + 1].children.begin(), nodes[i + 1].children.end(),
                        [](const Node& n) { return is_symbol(n, ","); }));
      if (commas > 0 || tail.columns > 0 || kind_of(nodes[i + 1].children) == Kind::map)
        query = unnest_query(split_at(nodes[i + 1].children, ","), tail, nodes[i].at);
      if (!query.empty()) {
        query.front().gap = nodes[i].gap;
        append(out, std::move(query));
        i = tail.end;
        continue;
      }
    }
    out.push_back(std::move(nodes[i++]));
  }
  nodes = std::move(out);
}

namespace {

/// ORDER BY x FETCH FIRST n ROWS WITH TIES → QUALIFY rank() OVER (ORDER BY x) <= n ORDER BY x
void rewrite_with_ties(Nodes& nodes) {
  const auto ties =
      std::find_if(nodes.begin(), nodes.end(), [](const Node& n) { return is_word(n, "ties"); });
  if (ties == nodes.end() || ties - nodes.begin() < 4 || !is_word(*(ties - 1), "with")) return;
  auto fetch = ties - 1;
  while (fetch != nodes.begin() && !is_word(*fetch, "fetch")) --fetch;
  auto order = fetch;
  while (order != nodes.begin() && !is_word(*order, "order")) --order;
  if (!is_word(*fetch, "fetch") || !is_word(*order, "order")) return;
  const std::uint32_t at = fetch->at;
  Nodes count = word("1", at);
  count.front().kind = TokenKind::number;
  if (fetch + 2 < ties && (fetch + 2)->kind == TokenKind::number) count = {*(fetch + 2)};
  Nodes ordering(order, fetch);
  Nodes made = expand("QUALIFY rank() OVER ($1) <= $2", at, {ordering, std::move(count)});
  made.front().gap = ordering.front().gap;
  append(made, std::move(ordering));
  Nodes rest(ties + 1, nodes.end());
  nodes.erase(order, nodes.end());
  append(nodes, std::move(made));
  append(nodes, std::move(rest));
}

}  // namespace

void rewrite_row_limits(Nodes& nodes) {
  rewrite_with_ties(nodes);
  for (std::size_t i = 0; i + 2 < nodes.size(); ++i) {
    const bool sample = is_word(nodes[i], "tablesample") && is_group(nodes[i + 2], '(');
    if (!sample || nodes[i + 2].children.size() != 1) continue;
    append(nodes[i + 2].children, word("PERCENT", nodes[i].at));
  }
}

}  // namespace backtrail::store::trino
