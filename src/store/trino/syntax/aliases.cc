#include <map>

#include "base/text.h"
#include "store/trino/syntax/kinds.h"

namespace backtrail::store::trino {
namespace {

using Kinds = std::map<std::string, Kind>;

void learn(Kinds& kinds, const Node& name, Kind kind) {
  if (kind == Kind::unknown || kind == Kind::null) return;
  const auto [found, added] = kinds.emplace(to_lower_ascii(name_of(name)), kind);
  if (!added && found->second != kind) found->second = Kind::unknown;
}

bool is_name(const Node& node) {
  return node.kind == TokenKind::word || node.kind == TokenKind::quoted;
}

/// `(VALUES (1, 'a'), …) AS t(n, s)`: the first row tells.
void learn_values(Kinds& kinds, const Nodes& values, const Nodes& names) {
  if (values.size() < 2 || !is_word(values[0], "values")) return;
  const Nodes& row = is_group(values[1], '(') ? values[1].children : values;
  std::size_t from = is_group(values[1], '(') ? 0 : 1;
  std::size_t name = 0;
  for (std::size_t i = from; i <= row.size() && name < names.size(); ++i) {
    if (i < row.size() && !is_symbol(row[i], ",")) continue;
    learn(kinds, names[name], kind_of(NodesView(row).subspan(from, i - from)));
    from = i + 1;
    name += 2;  // past the comma
  }
}

void collect(Kinds& kinds, const Nodes& nodes) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node& node = nodes[i];
    if (node.kind == TokenKind::group) {
      collect(kinds, node.children);
      std::size_t name = i + 1;
      if (name < nodes.size() && is_word(nodes[name], "as")) ++name;
      if (name + 1 < nodes.size() && is_name(nodes[name]) && is_group(nodes[name + 1], '('))
        learn_values(kinds, node.children, nodes[name + 1].children);
    }
    if (is_symbol(node, ",") || is_word(node, "select") || is_word(node, "distinct") ||
        is_word(node, "from"))
      from = i + 1;
    if (is_word(node, "as") && i + 1 < nodes.size() && is_name(nodes[i + 1]) && i > from)
      learn(kinds, nodes[i + 1], kind_of(NodesView(nodes).subspan(from, i - from)));
  }
}

void mark(const Kinds& kinds, Nodes& nodes) {
  for (Node& node : nodes) {
    if (is_name(node))
      if (const auto found = kinds.find(to_lower_ascii(name_of(node))); found != kinds.end())
        node.alias = found->second;
    mark(kinds, node.children);
  }
}

}  // namespace

void learn_alias_kinds(Nodes& query) {
  Kinds kinds;
  collect(kinds, query);
  // Names of types and literals' words (date, timestamp) keep their own meaning.
  for (const auto word :
       {"date", "timestamp", "interval", "json", "array", "map", "row", "null", "true", "false"})
    kinds.erase(word);
  if (!kinds.empty()) mark(kinds, query);
}

}  // namespace backtrail::store::trino
