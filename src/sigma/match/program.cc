#include "sigma/match/program.h"

#include <algorithm>
#include <limits>

namespace backtrail::sigma::match {

Tests::Tests(const std::vector<detail::FieldTest>& tests, const model::RecordLayout& layout)
    : source_(tests), layout_(layout), bound_at_(tests.size(), -1), answers_(tests.size(), 0) {}

void Tests::use(std::uint32_t test) {
  if (bound_at_[test] >= 0) return;
  bound_at_[test] = static_cast<std::int32_t>(bound_.size());
  bound_.emplace_back(source_[test], layout_);
}

void Tests::next_record() {
  if (++epoch_ <= std::numeric_limits<std::uint32_t>::max() / 2) return;
  std::fill(answers_.begin(), answers_.end(), 0U);
  epoch_ = 1;
}

bool Tests::holds(std::uint32_t test, const model::Record& record) {
  std::uint32_t& answer = answers_[test];
  if (answer >> 1 == epoch_) return (answer & 1) != 0;
  const bool hit = bound_[static_cast<std::size_t>(bound_at_[test])].matches(record, scratch_);
  answer = epoch_ << 1 | (hit ? 1U : 0U);
  return hit;
}

int Tests::cost(std::uint32_t test) const {
  return bound_[static_cast<std::size_t>(bound_at_[test])].cost();
}

std::uint64_t Tests::regex_limits_hit() const {
  std::uint64_t n = 0;
  for (const FieldMatch& m : bound_) n += m.regex_limits_hit();
  return n;
}

Program::Program(const detail::Node& root, Tests& tests) : root_(build(root, tests).step) {}

Program::Built Program::build(const detail::Node& node, Tests& tests) {
  using Kind = detail::Node::Kind;
  if (node.kind == Kind::test) {
    tests.use(node.test);
    return {{.kind = node.kind, .test = node.test}, tests.cost(node.test)};
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

bool Program::run(const Step& step, Tests& tests, const model::Record& record) const {
  switch (step.kind) {
    case detail::Node::Kind::test: return tests.holds(step.test, record);
    case detail::Node::Kind::not_: return !run(steps_[step.first], tests, record);
    case detail::Node::Kind::all_of:
      for (std::uint32_t i = 0; i < step.count; ++i)
        if (!run(steps_[step.first + i], tests, record)) return false;
      return true;
    case detail::Node::Kind::any_of:
      for (std::uint32_t i = 0; i < step.count; ++i)
        if (run(steps_[step.first + i], tests, record)) return true;
      return false;
  }
  return false;
}

}  // namespace backtrail::sigma::match
