#include "sigma/match/program.h"

#include <algorithm>
#include <limits>

namespace backtrail::sigma::match {
namespace {

constexpr int kDear = 4;  // FieldMatch::cost of the cheapest test with an expression

}  // namespace

Tests::Tests(const std::vector<detail::FieldTest>& tests, const model::RecordLayout& layout)
    : source_(tests), layout_(layout), states_(tests.size()) {}

std::int32_t Tests::slot_of(const FieldMatch& match) {
  if (!match.is_decided_by_text()) return -1;
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].verdicts.slot() == match.field().slot) return static_cast<std::int32_t>(i);
  slots_.push_back({SlotVerdicts(match.field().slot)});
  return static_cast<std::int32_t>(slots_.size()) - 1;
}

void Tests::use(std::uint32_t test) {
  State& state = states_[test];
  if (state.match >= 0) return;
  state.match = static_cast<std::int32_t>(matches_.size());
  state.slot = slot_of(matches_.emplace_back(source_[test], layout_));
  if (state.slot >= 0)
    state.verdict = slots_[static_cast<std::size_t>(state.slot)].verdicts.add_test();
}

void Tests::next_record() {
  scratch_.objects.next_record();
  if (++epoch_ <= std::numeric_limits<std::uint32_t>::max() / 2) return;
  for (State& s : states_) s.answer = 0;
  for (Slot& s : slots_) s.epoch = 0;
  epoch_ = 1;
}

bool Tests::answer(State& state, const model::Record& record) {
  const bool hit = evaluate(state, record);
  state.answer = epoch_ << 1 | (hit ? 1U : 0U);
  return hit;
}

bool Tests::evaluate(const State& state, const model::Record& record) {
  using Verdict = SlotVerdicts::Verdict;
  if (state.slot < 0) return match_of(state).matches(record, scratch_);
  Slot& slot = slots_[static_cast<std::size_t>(state.slot)];
  const model::Value& v = record.at(slot.verdicts.slot());
  if (slot.epoch != epoch_) {
    slot.epoch = epoch_;
    slot.row = v.is_text() && v.text.size() <= SlotVerdicts::kMaxText ? slot.verdicts.row(v.text)
                                                                      : nullptr;
  }
  if (slot.row == nullptr) return match_of(state).matches_slot(record, scratch_);
  Verdict& verdict = slot.row[state.verdict];
  if (verdict == Verdict::unknown)
    verdict = match_of(state).matches_text(v.text, scratch_) ? Verdict::yes : Verdict::no;
  return verdict == Verdict::yes;
}

int Tests::cost(std::uint32_t test) { return match_of(states_[test]).cost(); }

std::uint64_t Tests::regex_limits_hit() const {
  std::uint64_t n = 0;
  for (const FieldMatch& m : matches_) n += m.regex_limits_hit();
  return n;
}

Program::Program(const detail::Node& root, Tests& tests) : root_(build(root, tests).step) {}

Program::Built Program::build(const detail::Node& node, Tests& tests) {
  using Kind = detail::Node::Kind;
  if (node.kind == Kind::test) {
    tests.use(node.test);
    const int cost = tests.cost(node.test);
    return {{.kind = node.kind, .cheap = cost < kDear, .test = node.test}, cost};
  }
  if (node.children.size() == 1 && node.kind != Kind::not_)
    return build(node.children.front(), tests);
  std::vector<Built> children;
  for (const detail::Node& child : node.children) {
    Built built = build(child, tests);
    if (built.step.kind == node.kind && node.kind != Kind::not_) {
      // A child of the same kind is dissolved.
      for (std::uint32_t i = 0; i < built.step.count; ++i)
        children.push_back({steps_[built.step.first + i], built.cost});
    } else {
      children.push_back(built);
    }
  }
  std::stable_sort(children.begin(), children.end(),
                   [](const Built& a, const Built& b) { return a.cost < b.cost; });
  Built out{{.kind = node.kind,
             .first = static_cast<std::uint32_t>(steps_.size()),
             .count = static_cast<std::uint32_t>(children.size())}};
  for (const Built& child : children) {
    steps_.push_back(child.step);
    out.cost += child.cost;
  }
  return out;
}

bool Program::holds(Tests& tests, const model::Record& record, std::uint32_t& refuter) const {
  const bool conjunction = root_.kind == detail::Node::Kind::all_of;
  const Step* step = conjunction ? steps_.data() + root_.first : &root_;
  for (const Step* end = step + (conjunction ? root_.count : 1); step != end; ++step) {
    if (holds(*step, tests, record)) continue;
    if (step->cheap) refuter = step->test;
    return false;
  }
  return true;
}

bool Program::run(const Step& step, Tests& tests, const model::Record& record) const {
  switch (step.kind) {
    case detail::Node::Kind::test:
      return tests.holds(step.test, record);
    case detail::Node::Kind::not_:
      return !holds(steps_[step.first], tests, record);
    case detail::Node::Kind::all_of:
      for (std::uint32_t i = 0; i < step.count; ++i)
        if (!holds(steps_[step.first + i], tests, record)) return false;
      return true;
    case detail::Node::Kind::any_of:
      for (std::uint32_t i = 0; i < step.count; ++i)
        if (holds(steps_[step.first + i], tests, record)) return true;
      return false;
  }
  return false;
}

}  // namespace backtrail::sigma::match
