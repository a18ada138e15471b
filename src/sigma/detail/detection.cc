#include "sigma/detail/detection.h"

#include <fmt/format.h>

#include "base/text.h"
#include "sigma/detail/condition.h"

namespace backtrail::sigma::detail {
namespace {

/// A list of plain values, or one value: keywords.
std::optional<Node> read_keywords(const Yaml& value, ReadContext& context) {
  const Yaml key{.kind = Yaml::Kind::scalar, .place = value.place};
  return read_item(key, value, context);
}

bool is_plain_list(const Yaml& list) {
  for (const Yaml& item : list.items)
    if (item.is_map() || item.is_sequence()) return false;
  return true;
}

/// The condition's texts: one, or a list of several.
bool read_condition_texts(const Yaml& section, std::string_view name, Issues& issues,
                          std::vector<const Yaml*>& out) {
  const Yaml* condition = section.find("condition");
  if (condition == nullptr)
    return issues.fail(section.place, "sigma.condition_missing",
                       fmt::format("`{}` has no `condition`", name));
  if (condition->is_sequence()) {
    for (const Yaml& item : condition->items) out.push_back(&item);
  } else {
    out.push_back(condition);
  }
  if (out.empty())
    return issues.fail(condition->place, "sigma.condition", "the condition is empty");
  for (const Yaml* text : out)
    if (!text->is_scalar() || text->is_null())
      return issues.fail(text->place, "sigma.condition",
                         fmt::format("a condition is text, not {}", yaml_kind(*text)));
  return true;
}

/// `timeframe` has no meaning without the aggregation that Sigma 2 removed.
bool refuse_timeframe(const Yaml& section, const std::vector<const Yaml*>& conditions,
                      Issues& issues) {
  const Yaml* timeframe = section.find("timeframe");
  for (const Yaml* condition : conditions) {
    const std::size_t pipe = condition->text.find('|');
    if (pipe == std::string::npos) continue;
    const ConditionText text{condition->text, condition->place, condition->plain};
    return issues.fail(
        text.at(pipe), "sigma.legacy_aggregation",
        legacy_aggregation_message(trim(std::string_view(condition->text).substr(pipe + 1)),
                                   timeframe != nullptr ? timeframe->text : ""));
  }
  if (timeframe == nullptr) return true;
  return issues.fail(
      timeframe->place, "sigma.legacy_timeframe",
      fmt::format("`timeframe` was removed from detections in Sigma 2: one event cannot satisfy a "
                  "time span; make each selection a rule of its own and add a correlation document "
                  "of type temporal (event_count for a number of events) with `timespan: {}`",
                  timeframe->text));
}

}  // namespace

std::optional<Node> read_search(const Yaml& value, ReadContext& context) {
  if (value.is_map()) {
    if (value.members.empty()) {
      context.issues.fail(value.place, "sigma.empty_selection",
                          "the map is empty: it would match "
                          "everything");
      return std::nullopt;
    }
    Node node{.kind = Node::Kind::all_of, .place = value.place};
    for (const auto& [key, item] : value.members) {
      auto child = read_item(key, item, context);
      if (!child) return std::nullopt;
      node.children.push_back(std::move(*child));
    }
    return node;
  }
  if (value.is_sequence()) {
    if (value.items.empty()) {
      context.issues.fail(value.place, "sigma.empty_selection",
                          "the list is empty: it would match "
                          "nothing");
      return std::nullopt;
    }
    Node node{.kind = Node::Kind::any_of, .place = value.place};
    if (is_plain_list(value)) {
      auto keywords = read_keywords(value, context);
      if (!keywords) return std::nullopt;
      node.children.push_back(std::move(*keywords));
      return node;
    }
    for (const Yaml& item : value.items) {
      auto child = read_search(item, context);
      if (!child) return std::nullopt;
      node.children.push_back(std::move(*child));
    }
    return node;
  }
  if (value.is_null()) {
    context.issues.fail(value.place, "sigma.empty_selection",
                        "expected a map of fields, a list, or keywords; got nothing");
    return std::nullopt;
  }
  Node node{.kind = Node::Kind::any_of, .place = value.place};
  auto keyword = read_keywords(value, context);
  if (!keyword) return std::nullopt;
  node.children.push_back(std::move(*keyword));
  return node;
}

bool read_searches(const Yaml& section, std::string_view section_name,
                   const std::set<std::string_view>& reserved, ReadContext& context,
                   Searches& out) {
  Issues& issues = context.issues;
  if (!section.is_map())
    return issues.fail(section.place, "sigma.section",
                       fmt::format("`{}` must be a map of selections and a condition, not {}",
                                   section_name, yaml_kind(section)));
  std::vector<const Yaml*> conditions;
  if (!read_condition_texts(section, section_name, issues, conditions)) return false;
  if (!refuse_timeframe(section, conditions, issues)) return false;

  for (const auto& [key, value] : section.members) {
    if (reserved.contains(key.text)) continue;
    auto node = read_search(value, context);
    if (!node) return false;
    node->label = key.text;
    out.selections.push_back({.name = key.text, .place = key.place, .node = std::move(*node)});
  }
  if (out.selections.empty())
    return issues.fail(section.place, "sigma.no_selection",
                       fmt::format("`{}` defines no selection", section_name));

  std::vector<bool> used(out.selections.size());
  for (const Yaml* condition : conditions) {
    const ConditionText text{condition->text, condition->place, condition->plain};
    const auto expr = parse_condition(text, issues);
    if (!expr) return false;
    auto root = bind_condition(*expr, out.selections, used, text, issues);
    if (!root) return false;
    out.conditions.push_back({.text = condition->text, .root = std::move(*root)});
  }
  for (std::size_t i = 0; i < used.size(); ++i)
    if (!used[i])
      issues.warn(
          out.selections[i].place, "sigma.unused_selection",
          fmt::format("selection \"{}\" is not used by the condition", out.selections[i].name));
  return true;
}

}  // namespace backtrail::sigma::detail
