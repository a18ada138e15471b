#include <algorithm>

#include "sigma/detail/compiled.h"
#include "sigma/detail/metadata.h"
#include "sigma/match/capture.h"
#include "sigma/match/dispatch.h"
#include "sigma/match/program.h"
#include "sigma/match/requirement.h"

namespace backtrail::sigma {
namespace {

struct BoundFilter {
  std::uint32_t filter = 0;
  match::Program program;
};

/// A detection rule bound to the layout.
struct BoundRule {
  std::uint32_t rule = 0;
  std::vector<match::Program> conditions{};
  std::vector<BoundFilter> filters{};
};

}  // namespace

struct Matcher::State {
  std::shared_ptr<const RuleSet> rules;
  match::Tests tests;
  std::vector<BoundRule> bound{};  // ascending by rule
  /// By bound rule: the cheap test that refuted it last. It is asked first, since what a rule wants
  /// beside the event's name is rare, and mostly the same thing is missing.
  std::vector<std::uint32_t> refuters{};
  match::Dispatch dispatch{};
  std::vector<std::vector<model::FieldRef>> captures{};  // by rule
  std::vector<std::uint32_t> candidates{};
  std::vector<std::uint32_t> hits{};
  std::vector<std::uint64_t> filtered{};  // by filter

  State(std::shared_ptr<const RuleSet> r, const model::RecordLayout& layout)
      : rules(std::move(r)), tests(rules->compiled().tests, layout) {}

  void bind(const model::RecordLayout& layout, const LogSource& source) {
    const RuleSet::Compiled& compiled = rules->compiled();
    std::vector<std::vector<match::Requirement>> needs;
    filtered.resize(compiled.filters.size());
    captures.resize(compiled.infos.size());
    for (const detail::Detection& d : compiled.detections) {
      if (!detail::covers(compiled.infos[d.rule].logsource, source)) continue;
      BoundRule& rule = bound.emplace_back(BoundRule{.rule = d.rule});
      std::vector<std::vector<match::Requirement>> alternatives;
      for (const detail::Condition& c : d.conditions) {
        rule.conditions.emplace_back(c.root, tests);
        alternatives.push_back(match::requirements(c.root, compiled.tests, layout));
      }
      for (const detail::AppliedFilter& f : d.filters)
        rule.filters.push_back({f.filter, match::Program(f.root, tests)});
      needs.push_back(match::requirements_of_any(std::move(alternatives)));
      for (const std::string& field : captured_fields(*rules, d.rule))
        captures[d.rule].push_back(model::bind_field(layout, field));
    }
    dispatch.build(needs);
    refuters.resize(bound.size(), match::Program::kNoTest);
  }

  bool fires(std::uint32_t index, const model::Record& record) {
    const auto& conditions = bound[index].conditions;
    if (conditions.size() == 1)
      return conditions.front().holds(tests, record, refuters[index]);
    return std::any_of(conditions.begin(), conditions.end(),
                       [&](const match::Program& p) { return p.holds(tests, record); });
  }

  void try_rule(std::uint32_t index, const model::Record& record) {
    const std::uint32_t refuter = refuters[index];
    if (refuter != match::Program::kNoTest && !tests.holds(refuter, record)) return;
    if (!fires(index, record)) return;
    const BoundRule& rule = bound[index];
    for (const BoundFilter& f : rule.filters) {
      if (f.program.holds(tests, record)) continue;
      ++filtered[f.filter];
      return;
    }
    hits.push_back(rule.rule);
  }
};

Matcher::Matcher(std::shared_ptr<const RuleSet> rules, const model::RecordLayout& layout,
                 const LogSource& source)
    : state_(std::make_unique<State>(std::move(rules), layout)) {
  state_->bind(layout, source);
}
Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;

std::span<const std::uint32_t> Matcher::match(const model::Record& record) {
  State& s = *state_;
  s.hits.clear();
  s.candidates.clear();
  s.tests.next_record();
  s.dispatch.candidates(record, s.candidates);
  for (const std::uint32_t i : s.candidates) s.try_rule(i, record);
  for (const std::uint32_t i : s.dispatch.always()) s.try_rule(i, record);
  if (s.hits.size() > 1) std::sort(s.hits.begin(), s.hits.end());
  return s.hits;
}

std::vector<std::optional<std::string>> Matcher::capture(std::uint32_t rule,
                                                         const model::Record& record) const {
  std::vector<std::optional<std::string>> out;
  for (const model::FieldRef& field : state_->captures[rule])
    out.push_back(match::capture_field(field, record));
  return out;
}

std::vector<std::uint64_t> Matcher::removed_by_filters() const { return state_->filtered; }

std::uint64_t Matcher::regex_limits_hit() const { return state_->tests.regex_limits_hit(); }

std::size_t Matcher::rule_count() const { return state_->bound.size(); }

}  // namespace backtrail::sigma
