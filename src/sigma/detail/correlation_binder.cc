#include <fmt/format.h>

#include <algorithm>

#include "sigma/detail/disjunction.h"
#include "sigma/detail/drafts.h"

namespace backtrail::sigma::detail {
namespace {

const CorrelationDraft* correlation_of(const Draft& d) {
  return std::get_if<CorrelationDraft>(&d.body);
}

/// Refuses the correlation when a cited rule is missing or was refused.
bool check_citations(std::vector<Draft>& drafts, Draft& draft) {
  const CorrelationDraft& correlation = *correlation_of(draft);
  for (const Named& cited : correlation.rules) {
    const std::ptrdiff_t at = find_draft(drafts, cited.name);
    if (at < 0) {
      std::vector<std::string> known;
      for (const Draft& d : drafts)
        if (d.alive() && !d.info.name.empty()) known.push_back(d.info.name);
      return draft.issues.fail(
          cited.place, "sigma.unknown_rule",
          fmt::format("the correlation cites rule \"{}\", which no loaded file "
                      "defines by id or name{}",
                      cited.name, suggestion(cited.name, known)));
    }
    const Draft& found = drafts[static_cast<std::size_t>(at)];
    if (!found.alive())
      return draft.issues.fail(cited.place, "sigma.refused_rule",
                               fmt::format("the correlation cites rule \"{}\", which was refused "
                                           "({} line {}: {})",
                                           cited.name, found.path, found.issues.error()->place.line,
                                           found.issues.error()->message));
  }
  return true;
}

class Orderer {
 public:
  explicit Orderer(std::vector<Draft>& drafts) : drafts_(drafts), state_(drafts.size()) {}

  std::vector<std::size_t> run() {
    // A refusal can strand those that cite the refused one: repeat until nothing changes.
    for (bool changed = true; changed;) {
      changed = false;
      for (Draft& d : drafts_)
        if (d.alive() && correlation_of(d) != nullptr && !check_citations(drafts_, d))
          changed = true;
      if (!changed) changed = refuse_circles();
    }
    return std::move(order_);
  }

 private:
  enum class State : std::uint8_t { fresh, open, done };

  bool refuse_circles() {
    order_.clear();
    std::fill(state_.begin(), state_.end(), State::fresh);
    bool refused = false;
    for (std::size_t i = 0; i < drafts_.size(); ++i) refused |= visit(i);
    return refused;
  }

  /// Depth first without recursion: chains may be as long as the rule set.
  bool visit(std::size_t start) {
    struct Frame {
      std::size_t draft;
      std::size_t next = 0;
    };
    std::vector<Frame> stack;
    const auto enter = [&](std::size_t i) {
      if (state_[i] != State::fresh || !drafts_[i].alive() || correlation_of(drafts_[i]) == nullptr)
        return;
      state_[i] = State::open;
      stack.push_back({i});
    };
    enter(start);
    while (!stack.empty()) {
      Frame& top = stack.back();
      Draft& draft = drafts_[top.draft];
      const auto& rules = correlation_of(draft)->rules;
      if (top.next == rules.size()) {
        state_[top.draft] = State::done;
        order_.push_back(top.draft);
        stack.pop_back();
        continue;
      }
      const Named& cited = rules[top.next++];
      const auto at = static_cast<std::size_t>(find_draft(drafts_, cited.name));
      if (state_[at] == State::open) {
        draft.issues.fail(cited.place, "sigma.correlation_cycle",
                          fmt::format("the correlation cites \"{}\", which cites it in turn: "
                                      "correlations must not form a circle",
                                      cited.name));
        return true;
      }
      enter(at);
    }
    return false;
  }

  std::vector<Draft>& drafts_;
  std::vector<State> state_;
  std::vector<std::size_t> order_{};
};

/// The field to read for `name` from hits of the cited rules.
bool bind_field(const std::vector<Draft>& drafts, Draft& draft, const Named& name, bool is_group,
                CorrelationField& out) {
  const CorrelationDraft& correlation = *correlation_of(draft);
  out.name = name.name;
  const auto alias = correlation.aliases.find(name.name);
  for (const Named& cited : correlation.rules) {
    std::string field = name.name;
    if (alias != correlation.aliases.end()) {
      const auto it = alias->second.find(cited.name);
      if (it == alias->second.end() && is_group)
        return draft.issues.fail(name.place, "sigma.alias",
                                 fmt::format("alias \"{}\" says no field for rule \"{}\", whose "
                                             "events then belong to no group",
                                             name.name, cited.name));
      field = it == alias->second.end() ? std::string() : it->second;
    }
    const Draft& target = drafts[static_cast<std::size_t>(find_draft(drafts, cited.name))];
    if (const CorrelationDraft* inner = correlation_of(target);
        inner != nullptr && !field.empty()) {
      std::vector<std::string> groups;
      for (const Named& g : inner->group_by) groups.push_back(g.name);
      if (std::find(groups.begin(), groups.end(), field) == groups.end())
        return draft.issues.fail(name.place, "sigma.correlation_field",
                                 fmt::format("the cited correlation \"{}\" has no group-by field "
                                             "\"{}\"{}; only those are known of its results",
                                             cited.name, field, suggestion(field, groups)));
    }
    out.per_rule.push_back(std::move(field));
  }
  return true;
}

bool bind_expression(const ConditionExpr& expr, Draft& draft, RuleExpression& out) {
  const CorrelationDraft& correlation = *correlation_of(draft);
  using Kind = ConditionExpr::Kind;
  switch (expr.kind) {
    case Kind::any_of:
      out.kind = RuleExpression::Kind::any_of;
      break;
    case Kind::all_of:
      out.kind = RuleExpression::Kind::all_of;
      break;
    case Kind::not_:
      out.kind = RuleExpression::Kind::not_;
      break;
    case Kind::one_of_pattern:
    case Kind::all_of_pattern:
      return draft.issues.fail(correlation.expression_text.at(expr.offset),
                               "sigma.correlation_condition",
                               "\"of\" is not for correlations; name the rules");
    case Kind::name: {
      std::vector<std::string> names;
      for (std::size_t i = 0; i < correlation.rules.size(); ++i) {
        if (correlation.rules[i].name == expr.name) {
          out.rule = static_cast<std::uint32_t>(i);
          return true;
        }
        names.push_back(correlation.rules[i].name);
      }
      return draft.issues.fail(correlation.expression_text.at(expr.offset), "sigma.unknown_rule",
                               fmt::format("the condition names \"{}\", which `rules` does not "
                                           "cite{}",
                                           expr.name, suggestion(expr.name, names)));
    }
  }
  for (const ConditionExpr& child : expr.children)
    if (!bind_expression(child, draft, out.children.emplace_back())) return false;
  return true;
}

/// An order needs rules that occur, and few enough alternatives.
bool check_expression(Draft& draft, const Correlation& c) {
  const CorrelationDraft& in = *correlation_of(draft);
  const auto alternatives = disjunction_of(*c.expression, c.rules.size());
  const Place place = in.expression_text.at(0);
  if (!alternatives)
    return draft.issues.fail(place, "sigma.correlation_condition",
                             "the condition unfolds to too many alternatives; split the rule");
  if (alternatives->empty())
    return draft.issues.fail(place, "sigma.correlation_condition",
                             "the condition contradicts itself: it can never hold");
  for (const Conjunction& a : *alternatives)
    if (a.wanted.empty())
      return draft.issues.fail(place, "sigma.correlation_condition",
                               "the condition holds where nothing happens; it must want at least "
                               "one rule to occur");
  return true;
}

}  // namespace

std::vector<std::size_t> order_correlations(std::vector<Draft>& drafts) {
  // Binding can refuse as well, and so strand others: bind before the order is final.
  for (bool changed = true; changed;) {
    changed = false;
    std::vector<std::size_t> order = Orderer(drafts).run();
    const std::vector<std::uint32_t> any_index(drafts.size());
    for (const std::size_t i : order) {
      Correlation ignored;
      if (!bind_correlation(drafts, i, any_index, ignored)) changed = true;
    }
    if (!changed) return order;
  }
  return {};
}

bool bind_correlation(std::vector<Draft>& drafts, std::size_t which,
                      const std::vector<std::uint32_t>& rule_index, Correlation& out) {
  Draft& draft = drafts[which];
  const CorrelationDraft& in = *correlation_of(draft);
  out.rule = rule_index[which];
  out.type = in.type;
  out.timespan = in.timespan;
  out.bounds = in.bounds;
  out.percentile = in.percentile;
  out.generate = in.generate;
  for (const Named& cited : in.rules)
    out.rules.push_back(rule_index[static_cast<std::size_t>(find_draft(drafts, cited.name))]);
  for (const Named& name : in.group_by)
    if (!bind_field(drafts, draft, name, true, out.group_by.emplace_back())) return false;
  for (const Named& name : in.fields)
    if (!bind_field(drafts, draft, name, false, out.fields.emplace_back())) return false;
  return !in.expression || (bind_expression(*in.expression, draft, out.expression.emplace()) &&
                            check_expression(draft, out));
}

}  // namespace backtrail::sigma::detail
