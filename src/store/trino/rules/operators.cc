#include <algorithm>
#include <array>

#include "store/trino/rules/rules.h"

namespace backtrail::store::trino {
namespace {

/// An interval of whole days, which keeps a date a date.
bool is_day_interval(NodesView e) {
  if (e.size() != 3 || !is_word(e[0], "interval") || e[2].kind != TokenKind::word) return false;
  static constexpr std::array<std::string_view, 8> kUnits = {"day",   "days",   "week", "weeks",
                                                             "month", "months", "year", "years"};
  return std::any_of(kUnits.begin(), kUnits.end(),
                     [&](std::string_view u) { return is_word(e[2], u); });
}

bool is_scalar_kind(Kind kind) {
  return kind != Kind::unknown && kind != Kind::array && kind != Kind::null && kind != Kind::map;
}

/// What stands in place of `left op right`, or nothing.
Nodes rewrite_operation(NodesView left, const Node& op, NodesView right) {
  const auto parts = [&] {
    return std::vector<Nodes>{{left.begin(), left.end()}, {right.begin(), right.end()}};
  };
  if (is_symbol(op, "||")) {
    const Kind l = kind_of(left), r = kind_of(right);
    if (l == Kind::array && is_scalar_kind(r)) return call("list_append", op.at, parts());
    if (r == Kind::array && is_scalar_kind(l))
      return expand("list_prepend($1, $2)", op.at, parts());
    return {};
  }
  if (is_symbol(op, "/")) {
    if (kind_of(left) == Kind::real || kind_of(right) == Kind::real)
      return call("trino_divide", op.at, parts());
    return {};
  }
  const bool minus = is_symbol(op, "-");
  if (!minus && !is_symbol(op, "+")) return {};
  if (kind_of(left) != Kind::date) return {};
  if (is_day_interval(right))
    return expand(minus ? "CAST($1 - $2 AS date)" : "CAST($1 + $2 AS date)", op.at, parts());
  if (minus && kind_of(right) == Kind::date)
    return expand("to_days(CAST($1 - $2 AS integer))", op.at, parts());
  return {};
}

}  // namespace

void rewrite_operators(Nodes& nodes) {
  Nodes out;
  for (std::size_t i = 0; i < nodes.size();) {
    const Node& op = nodes[i];
    const bool candidate =
        is_symbol(op, "||") || is_symbol(op, "-") || is_symbol(op, "+") || is_symbol(op, "/");
    const std::size_t begin = candidate ? operand_begin(out, out.size()) : out.size();
    const std::size_t end = candidate ? operand_end(nodes, i + 1) : i;
    Nodes made;
    if (candidate && begin < out.size() && end > i + 1)
      made = rewrite_operation(NodesView(out).subspan(begin), op,
                               NodesView(nodes).subspan(i + 1, end - i - 1));
    if (made.empty()) {
      out.push_back(std::move(nodes[i++]));
      continue;
    }
    made.front().gap = out[begin].gap;
    out.resize(begin);
    append(out, std::move(made));
    i = end;
  }
  nodes = std::move(out);
}

}  // namespace backtrail::store::trino
