#include <fmt/format.h>

#include "base/text.h"
#include "sigma/detail/compiled.h"
#include "sigma/detail/explain_correlation.h"
#include "sigma/detail/metadata.h"
#include "sigma/match/field_match.h"

namespace backtrail::sigma {
namespace {

constexpr std::size_t kShownValues = 20;
constexpr std::size_t kShownBytes = 300;

class Explainer {
 public:
  Explainer(const RuleSet::Compiled& compiled, const model::Record& record)
      : compiled_(compiled), record_(record) {}

  /// What the record holds at a path.
  ExplainedNode field(const std::string& path) {
    ExplainedNode out{.field = path};
    const model::FieldRef at = model::bind_field(record_.layout(), path);
    out.absent = !record_.exists(at);
    out.result = !out.absent;
    values(path, out.values);
    return out;
  }

  ExplainedNode node(const detail::Node& n) {
    ExplainedNode out{.text = n.label};
    for (const detail::Node& child : n.children) out.children.push_back(node(child));
    switch (n.kind) {
      case detail::Node::Kind::test:
        test(n.test, out);
        break;
      case detail::Node::Kind::not_:
        out.kind = ExplainedNode::Kind::not_;
        out.result = !out.children.front().result;
        break;
      case detail::Node::Kind::all_of:
        out.kind = ExplainedNode::Kind::all_of;
        out.result = count(out) == out.children.size();
        break;
      case detail::Node::Kind::any_of:
        out.kind = ExplainedNode::Kind::any_of;
        out.result = count(out) > 0;
        break;
    }
    return out;
  }

 private:
  static std::size_t count(const ExplainedNode& n) {
    std::size_t hold = 0;
    for (const ExplainedNode& child : n.children) hold += child.result ? 1 : 0;
    return hold;
  }

  void test(std::uint32_t index, ExplainedNode& out) {
    const detail::FieldTest& t = compiled_.tests[index];
    match::FieldMatch matcher(t, record_.layout());
    out.field = t.field;
    out.result = matcher.matches(record_, scratch_);
    if (t.field.empty()) return;
    out.absent = !record_.exists(matcher.field());
    values(t.field, out.values);
    for (const detail::Pattern& p : t.any)
      if (const auto* reference = std::get_if<detail::FieldRefPattern>(&p)) {
        std::vector<std::string> other;
        values(reference->field, other);
        out.values.push_back(fmt::format("{} = {}", reference->field,
                                         other.empty() ? "(absent)" : join(other, ", ")));
      }
  }

  void values(const std::string& field, std::vector<std::string>& out) {
    std::size_t more = 0;
    record_.any(model::bind_field(record_.layout(), field), [&](const model::Value& v) {
      if (out.size() >= kShownValues) {
        ++more;
      } else if (v.kind == model::Value::Kind::null) {
        out.emplace_back("null");
      } else if (v.kind == model::Value::Kind::boolean) {
        out.emplace_back(v.boolean ? "true" : "false");
      } else {
        out.push_back(truncate_utf8(record_.compact(v), kShownBytes));
      }
      return false;
    });
    if (more > 0) out.push_back(fmt::format("… and {} more", with_thousands(more)));
  }

  const RuleSet::Compiled& compiled_;
  const model::Record& record_;
  match::Scratch scratch_{};
};

std::string describe(const LogSource& s) {
  std::string out;
  for (const auto& [name, value] :
       {std::pair{"category", &s.category}, std::pair{"product", &s.product},
        std::pair{"service", &s.service}})
    if (!value->empty()) out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", name, *value);
  return out;
}

/// A field that a correlation groups by or computes with, as this record has it.
ExplainedNode field_node(Explainer& explainer, std::string_view use,
                         const detail::CorrelationField& field, std::size_t position) {
  ExplainedNode out = explainer.field(field.per_rule[position]);
  out.text = fmt::format("{} {}", use, field.name);
  if (out.field != field.name) out.text += " = " + out.field;
  return out;
}

/// Whether the record counts: as a hit of which cited rule, with the fields that are needed.
ExplainedNode explain_correlation(const RuleSet& rules, const detail::Correlation& c,
                                  const model::Record& record, const LogSource& source) {
  const RuleSet::Compiled& compiled = rules.compiled();
  Explainer explainer(compiled, record);
  ExplainedNode out{.kind = ExplainedNode::Kind::any_of, .text = "the event counts"};
  for (std::size_t i = 0; i < c.rules.size(); ++i) {
    const RuleInfo& cited = compiled.infos[c.rules[i]];
    ExplainedNode step{.kind = ExplainedNode::Kind::all_of,
                       .text = fmt::format("as \"{}\" ({})", cited.title,
                                           cited.name.empty() ? cited.id : cited.name)};
    Explanation why = explain(rules, c.rules[i], record, source);
    if (const detail::Correlation* inner = compiled.correlation(c.rules[i]); inner != nullptr) {
      step.text += ": " + detail::describe(*inner);
      step.result = why.conditions.front().result;
    } else {
      step.result = why.fires;
      for (const auto* fields : {&c.group_by, &c.fields})
        for (const detail::CorrelationField& f : *fields) {
          ExplainedNode node =
              field_node(explainer, fields == &c.group_by ? "group-by" : "value", f, i);
          step.result = step.result && node.result;
          step.children.push_back(std::move(node));
        }
    }
    for (auto* nodes : {&why.conditions, &why.filters})
      for (ExplainedNode& n : *nodes) step.children.push_back(std::move(n));
    out.result = out.result || step.result;
    out.children.push_back(std::move(step));
  }
  return out;
}

}  // namespace

Explanation explain(const RuleSet& rules, std::uint32_t rule, const model::Record& record,
                    const LogSource& source) {
  const RuleSet::Compiled& compiled = rules.compiled();
  const RuleInfo& info = compiled.infos[rule];
  Explanation out;
  if (const detail::Correlation* c = compiled.correlation(rule); c != nullptr) {
    out.conditions.push_back(explain_correlation(rules, *c, record, source));
    out.note = fmt::format("a correlation fires on sets of events: {}", detail::describe(*c));
    return out;
  }
  const detail::Detection& d = *compiled.detection(rule);
  Explainer explainer(compiled, record);
  bool base = false;
  for (const detail::Condition& c : d.conditions) {
    base = out.conditions.emplace_back(explainer.node(c.root)).result || base;
    if (out.conditions.back().text.empty()) out.conditions.back().text = c.text;
  }
  out.fires = base;
  for (const detail::AppliedFilter& f : d.filters) {
    ExplainedNode& node = out.filters.emplace_back(explainer.node(f.root));
    node.text = fmt::format("filter {}: {}", compiled.filters[f.filter].id, node.text);
    out.fires = out.fires && node.result;
    if (base && !node.result && out.note.empty())
      out.note = fmt::format("the rule would fire, but filter {} takes the hit away",
                             compiled.filters[f.filter].id);
  }
  if (!detail::covers(info.logsource, source)) {
    out.applies = false;
    out.fires = false;
    out.note = fmt::format("the rule is for other logs ({}), these are {}",
                           describe(info.logsource), describe(source));
  }
  return out;
}

}  // namespace backtrail::sigma
