#include "sigma/detail/correlation_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "base/time.h"
#include "sigma/detail/metadata.h"

namespace backtrail::sigma::detail {
namespace {

constexpr std::array<std::pair<std::string_view, CorrelationType>, 8> kTypes = {{
    {"event_count", CorrelationType::event_count},
    {"value_count", CorrelationType::value_count},
    {"temporal", CorrelationType::temporal},
    {"temporal_ordered", CorrelationType::temporal_ordered},
    {"value_sum", CorrelationType::value_sum},
    {"value_avg", CorrelationType::value_avg},
    {"value_median", CorrelationType::value_median},
    {"value_percentile", CorrelationType::value_percentile},
}};

constexpr std::array<std::pair<std::string_view, CompareOp>, 6> kOps = {{
    {"gt", CompareOp::gt},
    {"gte", CompareOp::gte},
    {"lt", CompareOp::lt},
    {"lte", CompareOp::lte},
    {"eq", CompareOp::eq},
    {"neq", CompareOp::neq},
}};

class Reader {
 public:
  Reader(const Yaml& root, CorrelationDraft& out, Issues& issues)
      : root_(root), section_(*root.find("correlation")), out_(out), issues_(issues) {}

  bool run() {
    out_.place = section_.place;
    if (!section_.is_map())
      return issues_.fail(section_.place, "sigma.section",
                          fmt::format("`correlation` must be a map, not {}", yaml_kind(section_)));
    return check_keys() && read_type() && read_rules() && read_timespan() && read_group_by() &&
           read_aliases() && read_condition() && read_generate() && check_value_type();
  }

 private:
  [[nodiscard]] bool is_temporal() const {
    return out_.type == CorrelationType::temporal || out_.type == CorrelationType::temporal_ordered;
  }
  bool missing(std::string_view key, std::string_view what) {
    return issues_.fail(section_.place, "sigma.correlation",
                        fmt::format("`correlation` has no `{}`: {}", key, what));
  }

  bool check_keys() {
    static const std::vector<std::string> kKeys = {"type",      "rules",   "group-by", "timespan",
                                                   "condition", "aliases", "generate"};
    for (const auto& [key, value] : section_.members)
      if (std::find(kKeys.begin(), kKeys.end(), key.text) == kKeys.end())
        return issues_.fail(key.place, "sigma.correlation",
                            fmt::format("`correlation` has no key \"{}\"; known: {}{}", key.text,
                                        join(kKeys, ", "), suggestion(key.text, kKeys)));
    return true;
  }

  bool read_type() {
    const Yaml* type = section_.find("type");
    if (type == nullptr) return missing("type", "event_count, value_count, temporal, …");
    std::vector<std::string> names;
    for (const auto& [name, value] : kTypes) {
      if (type->text == name) {
        out_.type = value;
        return true;
      }
      names.emplace_back(name);
    }
    return issues_.fail(type->place, "sigma.correlation_type",
                        fmt::format("correlation type \"{}\" does not exist; expected one of {}{}",
                                    type->text, join(names, ", "), suggestion(type->text, names)));
  }

  /// A text or a list of texts.
  bool read_names(const Yaml& value, std::string_view key, std::vector<Named>& names) {
    const auto add = [&](const Yaml& v) {
      if (!v.is_scalar() || v.is_null() || v.text.empty())
        return issues_.fail(v.place, "sigma.correlation",
                            fmt::format("`{}` holds names, not {}", key, yaml_kind(v)));
      names.push_back({v.text, v.place});
      return true;
    };
    if (!value.is_sequence()) return add(value);
    for (const Yaml& v : value.items)
      if (!add(v)) return false;
    return true;
  }

  bool read_rules() {
    const Yaml* rules = section_.find("rules");
    if (rules == nullptr) return missing("rules", "the ids or names of the rules to correlate");
    if (!read_names(*rules, "rules", out_.rules)) return false;
    if (out_.rules.empty())
      return issues_.fail(rules->place, "sigma.correlation", "`rules` is empty");
    for (std::size_t i = 0; i < out_.rules.size(); ++i)
      for (std::size_t k = 0; k < i; ++k)
        if (out_.rules[i].name == out_.rules[k].name)
          return issues_.fail(out_.rules[i].place, "sigma.correlation",
                              fmt::format("`rules` cites \"{}\" twice", out_.rules[i].name));
    return true;
  }

  bool read_timespan() {
    const Yaml* timespan = section_.find("timespan");
    if (timespan == nullptr) return missing("timespan", "the length of the window, such as 10m");
    const auto span = parse_timespan(timespan->text);
    if (!span)
      return issues_.fail(timespan->place, "sigma.timespan",
                          fmt::format("timespan \"{}\" is not understood; expected a whole number "
                                      "above 0 and a unit: s, m, h, d, w, M (month), y",
                                      timespan->text));
    out_.timespan = *span;
    return true;
  }

  bool read_group_by() {
    const Yaml* group = section_.find("group-by");
    if (group == nullptr || group->is_null() || (group->is_sequence() && group->items.empty())) {
      issues_.warn(section_.place, "sigma.group_by_missing",
                   "without `group-by` all events of all accounts fall into one group");
      return true;
    }
    return read_names(*group, "group-by", out_.group_by);
  }

  bool read_aliases() {
    const Yaml* aliases = section_.find("aliases");
    if (aliases == nullptr || aliases->is_null()) return true;
    if (!aliases->is_map())
      return issues_.fail(aliases->place, "sigma.correlation",
                          "`aliases` must be a map of alias: {rule: field}");
    for (const auto& [alias, by_rule] : aliases->members) {
      if (!by_rule.is_map() || by_rule.members.empty())
        return issues_.fail(by_rule.place, "sigma.correlation",
                            fmt::format("alias \"{}\" must be a map of rule: field", alias.text));
      for (const auto& [rule, field] : by_rule.members) {
        const bool cited = std::any_of(out_.rules.begin(), out_.rules.end(),
                                       [&r = rule](const Named& n) { return n.name == r.text; });
        if (!cited)
          return issues_.fail(rule.place, "sigma.correlation",
                              fmt::format("alias \"{}\" names rule \"{}\", which `rules` does not "
                                          "cite",
                                          alias.text, rule.text));
        if (!field.is_scalar() || field.is_null())
          return issues_.fail(
              field.place, "sigma.correlation",
              fmt::format("alias \"{}\" needs a field for rule \"{}\"", alias.text, rule.text));
        out_.aliases[alias.text][rule.text] = field.text;
      }
    }
    return true;
  }

  bool read_condition() {
    const Yaml* condition = section_.find("condition");
    if (condition == nullptr || condition->is_null()) {
      if (is_temporal()) return true;
      return missing("condition", "what must hold, such as {gte: 10}");
    }
    if (condition->is_map()) return read_bounds(*condition);
    if (!condition->is_scalar() || !is_temporal())
      return issues_.fail(condition->place, "sigma.correlation_condition",
                          is_temporal() ? "the condition is a map such as {gte: 2}, or text over "
                                          "rule names"
                                        : "the condition is a map such as {gte: 10}");
    out_.expression_text = {condition->text, condition->place, condition->plain};
    out_.expression = parse_condition(out_.expression_text, issues_);
    return out_.expression.has_value();
  }

  bool read_bounds(const Yaml& condition) {
    std::vector<std::string> known = {"field", "percentile"};
    for (const auto& [name, op] : kOps) known.emplace_back(name);
    for (const auto& [key, value] : condition.members) {
      if (key.text == "field") {
        if (!read_names(value, "field", out_.fields)) return false;
        continue;
      }
      const auto number = yaml_number(value);
      if (key.text == "percentile") {
        if (!number || number->real < 0 || number->real > 100)
          return issues_.fail(value.place, "sigma.correlation_condition",
                              "`percentile` is a number from 0 to 100");
        out_.percentile = number->real;
        has_percentile_ = true;
        continue;
      }
      const auto* op = std::find_if(kOps.begin(), kOps.end(),
                                    [&k = key](const auto& o) { return o.first == k.text; });
      if (op == kOps.end())
        return issues_.fail(key.place, "sigma.correlation_condition",
                            fmt::format("the condition has no \"{}\"; known: {}{}", key.text,
                                        join(known, ", "), suggestion(key.text, known)));
      if (!number)
        return issues_.fail(
            value.place, "sigma.correlation_condition",
            fmt::format("\"{}\" takes a number, not {}", key.text, yaml_kind(value)));
      out_.bounds.push_back({.op = op->second, .value = number->real});
    }
    if (out_.bounds.empty())
      return issues_.fail(condition.place, "sigma.correlation_condition",
                          "the condition compares nothing; expected gt, gte, lt, lte, eq or neq");
    return true;
  }

  bool read_generate() {
    const Yaml* generate = section_.find("generate");
    if (generate == nullptr) generate = root_.find("generate");
    if (generate == nullptr || generate->is_null()) return true;
    const auto value = yaml_bool(*generate);
    if (!value)
      return issues_.fail(generate->place, "sigma.correlation", "`generate` is true or false");
    out_.generate = *value;
    return true;
  }

  bool check_value_type() {
    const bool needs_field = !is_temporal() && out_.type != CorrelationType::event_count;
    if (needs_field && out_.fields.empty())
      return issues_.fail(
          section_.place, "sigma.correlation_condition",
          fmt::format("type {} needs `field` in its condition", to_string(out_.type)));
    if (!needs_field && !out_.fields.empty())
      return issues_.fail(out_.fields[0].place, "sigma.correlation_condition",
                          fmt::format("type {} takes no `field`", to_string(out_.type)));
    if (out_.fields.size() > 1 && out_.type != CorrelationType::value_count)
      return issues_.fail(out_.fields[1].place, "sigma.correlation_condition",
                          "several fields are for value_count only");
    if (out_.type == CorrelationType::value_percentile && !has_percentile_)
      return issues_.fail(section_.place, "sigma.correlation_condition",
                          "type value_percentile needs `percentile: 95` (0 to 100) in its "
                          "condition");
    if (out_.type != CorrelationType::value_percentile && has_percentile_)
      return issues_.fail(section_.place, "sigma.correlation_condition",
                          "`percentile` is for value_percentile only");
    return out_.type != CorrelationType::temporal_ordered || check_ordered_bounds();
  }

  /// `gte: N` with all N rules says what temporal_ordered means anyway.
  bool check_ordered_bounds() {
    if (out_.bounds.empty()) return true;
    const auto all = static_cast<double>(out_.rules.size());
    const bool wants_all =
        out_.bounds.size() == 1 &&
        ((out_.bounds[0].op == CompareOp::gte && out_.bounds[0].value == all) ||
         (out_.bounds[0].op == CompareOp::eq && out_.bounds[0].value == all) ||
         (out_.bounds[0].op == CompareOp::gt && out_.bounds[0].value == all - 1));
    if (!wants_all)
      return issues_.fail(section_.place, "sigma.correlation_condition",
                          "temporal_ordered wants all its rules, in order; for some of them write "
                          "the condition as text over rule names");
    out_.bounds.clear();
    return true;
  }

  const Yaml& root_;
  const Yaml& section_;
  CorrelationDraft& out_;
  Issues& issues_;
  bool has_percentile_ = false;
};

}  // namespace

bool read_correlation(const Yaml& root, CorrelationDraft& out, Issues& issues) {
  return Reader(root, out, issues).run();
}

std::optional<std::chrono::microseconds> parse_timespan(std::string_view text) {
  using std::chrono::seconds;
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || n <= 0 || end + 1 != text.data() + text.size()) return std::nullopt;
  // Sigma's mean month and year, beside the units of everywhere.
  const auto length = *end == 'M'   ? std::optional(seconds(2'629'746))
                      : *end == 'y' ? std::optional(seconds(31'556'952))
                                    : unit_of(*end);
  if (!length) return std::nullopt;
  constexpr std::int64_t kMostSeconds = std::int64_t{31'556'952} * 1000;
  if (n > kMostSeconds / length->count()) return std::nullopt;
  return n * *length;
}

std::string_view to_string(CorrelationType type) {
  for (const auto& [name, value] : kTypes)
    if (value == type) return name;
  return "";
}

}  // namespace backtrail::sigma::detail
