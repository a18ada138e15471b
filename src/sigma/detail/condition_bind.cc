#include <fmt/format.h>

#include "base/text.h"
#include "sigma/detail/condition.h"

namespace backtrail::sigma::detail {
namespace {

constexpr std::size_t kMaxBoundNodes = 200'000;

/// `*` any run; names compare exactly.
bool matches(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  name.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  while (true) {
    const std::size_t next = pattern.find('*');
    const std::string_view piece = pattern.substr(0, next);
    if (next == std::string_view::npos) return name.ends_with(piece);
    const std::size_t at = name.find(piece);
    if (at == std::string_view::npos) return false;
    name.remove_prefix(at + piece.size());
    pattern.remove_prefix(next + 1);
  }
}

std::size_t count_nodes(const Node& node) {
  std::size_t n = 1;
  for (const Node& child : node.children) n += count_nodes(child);
  return n;
}

class Binder {
 public:
  Binder(const std::vector<Selection>& selections, std::vector<bool>& used,
         const ConditionText& text, Issues& issues)
      : selections_(selections), used_(used), text_(text), issues_(issues) {}

  std::optional<Node> bind(const ConditionExpr& expr) {
    using Kind = ConditionExpr::Kind;
    Node node{.label = std::string(text_.text.substr(expr.offset, expr.length)),
              .place = text_.at(expr.offset)};
    switch (expr.kind) {
      case Kind::name: {
        for (std::size_t i = 0; i < selections_.size(); ++i)
          if (selections_[i].name == expr.name) return take(i, expr);
        std::vector<std::string> names;
        for (const Selection& s : selections_) names.push_back(s.name);
        issues_.fail(text_.at(expr.offset), "sigma.unknown_selection",
                     fmt::format("the condition names \"{}\", which is not defined{}", expr.name,
                                 suggestion(expr.name, names)));
        return std::nullopt;
      }
      case Kind::one_of_pattern:
      case Kind::all_of_pattern: {
        node.kind = expr.kind == Kind::one_of_pattern ? Node::Kind::any_of : Node::Kind::all_of;
        for (std::size_t i = 0; i < selections_.size(); ++i) {
          if (!selected(expr.name, selections_[i].name)) continue;
          auto child = take(i, expr);
          if (!child) return std::nullopt;
          node.children.push_back(std::move(*child));
        }
        if (!node.children.empty()) return node;
        issues_.fail(text_.at(expr.offset), "sigma.no_selection_matches",
                     fmt::format("\"{}\" matches no selection, so the rule could never work as "
                                 "meant",
                                 node.label));
        return std::nullopt;
      }
      case Kind::not_:
        node.kind = Node::Kind::not_;
        break;
      case Kind::all_of:
        node.kind = Node::Kind::all_of;
        break;
      case Kind::any_of:
        node.kind = Node::Kind::any_of;
        break;
    }
    for (const ConditionExpr& child : expr.children) {
      auto bound = bind(child);
      if (!bound) return std::nullopt;
      node.children.push_back(std::move(*bound));
    }
    return node;
  }

 private:
  static bool selected(std::string_view pattern, std::string_view name) {
    if (pattern == "them") return !name.starts_with('_');
    if (name.starts_with('_') && !pattern.starts_with('_')) return false;
    return matches(pattern, name);
  }
  std::optional<Node> take(std::size_t i, const ConditionExpr& expr) {
    nodes_ += count_nodes(selections_[i].node);
    if (nodes_ > kMaxBoundNodes) {
      issues_.fail(text_.at(expr.offset), "sigma.too_large",
                   "the condition unfolds to too many tests; split the rule");
      return std::nullopt;
    }
    used_[i] = true;
    return selections_[i].node;
  }

  const std::vector<Selection>& selections_;
  std::vector<bool>& used_;
  const ConditionText& text_;
  Issues& issues_;
  std::size_t nodes_ = 0;
};

}  // namespace

std::optional<Node> bind_condition(const ConditionExpr& expr,
                                   const std::vector<Selection>& selections,
                                   std::vector<bool>& used, const ConditionText& text,
                                   Issues& issues) {
  return Binder(selections, used, text, issues).bind(expr);
}

std::string legacy_aggregation_message(std::string_view aggregation, std::string_view timeframe) {
  const std::size_t name_end = aggregation.find_first_of("( \t");
  const std::string_view function = aggregation.substr(0, name_end);
  std::string argument;
  if (name_end != std::string_view::npos && aggregation[name_end] == '(') {
    const std::size_t close = aggregation.find(')', name_end);
    if (close != std::string_view::npos)
      argument = trim(aggregation.substr(name_end + 1, close - name_end - 1));
  }
  std::string type = "event_count";
  if (function == "near") type = "temporal";
  if (function == "count" && !argument.empty()) type = "value_count";
  if (function == "sum") type = "value_sum";
  if (function == "avg") type = "value_avg";

  std::string group;
  if (const std::size_t by = aggregation.find(" by "); by != std::string_view::npos) {
    const std::string_view rest = trim(aggregation.substr(by + 4));
    group = rest.substr(0, rest.find_first_of(" \t<>="));
  }
  std::string message = fmt::format(
      "\"| {}\" was removed in Sigma 2; remove it here and add a correlation document of type {} "
      "that cites this rule by its name or id in `rules`",
      aggregation, type);
  if (function == "near") {
    message += ", beside a rule of its own for the other search";
  } else if (!argument.empty()) {
    message += fmt::format(", with `field: {}` in its condition", argument);
  }
  if (!group.empty()) message += fmt::format(", `group-by: [{}]`", group);
  message += fmt::format(", `timespan: {}`", timeframe.empty() ? "…" : timeframe);

  static constexpr std::pair<std::string_view, std::string_view> kOperators[] = {
      {">=", "gte"}, {"<=", "lte"}, {">", "gt"}, {"<", "lt"}, {"==", "eq"}, {"=", "eq"}};
  for (const auto& [symbol, name] : kOperators) {
    const std::size_t at = aggregation.find(symbol);
    if (at == std::string_view::npos) continue;
    message += fmt::format(" and `condition: {{{}: {}}}`", name,
                           trim(aggregation.substr(at + symbol.size())));
    break;
  }
  return message;
}

}  // namespace backtrail::sigma::detail
