#pragma once

#include <cstdint>
#include <vector>

#include "model/record.h"
#include "sigma/detail/compiled.h"
#include "sigma/match/field_match.h"
#include "sigma/match/verdicts.h"

namespace backtrail::sigma::match {

/// The tests of a rule set bound to a layout, each evaluated at most once per record; answers about
/// the text of a slot are remembered from record to record. One per thread.
class Tests {
 public:
  Tests(const std::vector<detail::FieldTest>& tests, const model::RecordLayout& layout);

  /// Binds the test unless it is bound already.
  void use(std::uint32_t test);
  /// Forgets the answers of the last record.
  void next_record();
  [[nodiscard]] bool holds(std::uint32_t test, const model::Record& record) {
    State& state = states_[test];
    if (state.answer >> 1 == epoch_) return (state.answer & 1) != 0;
    return answer(state, record);
  }
  [[nodiscard]] int cost(std::uint32_t test);
  [[nodiscard]] std::uint64_t regex_limits_hit() const;

 private:
  /// What every look at a test needs, kept small.
  struct State {
    std::int32_t match = -1;    // into matches_; -1: not used
    std::int32_t slot = -1;     // into slots_: the text at the slot decides
    std::uint32_t verdict = 0;  // its place in the slot's rows
    std::uint32_t answer = 0;   // epoch * 2 + answer
  };
  struct Slot {
    SlotVerdicts verdicts;
    SlotVerdicts::Verdict* row = nullptr;  // of the record of `epoch`; nullptr: no text
    std::uint32_t epoch = 0;
  };

  [[nodiscard]] bool answer(State& state, const model::Record& record);
  [[nodiscard]] bool evaluate(const State& state, const model::Record& record);
  [[nodiscard]] std::int32_t slot_of(const FieldMatch& match);
  [[nodiscard]] FieldMatch& match_of(const State& state) {
    return matches_[static_cast<std::size_t>(state.match)];
  }

  const std::vector<detail::FieldTest>& source_;
  const model::RecordLayout& layout_;
  std::vector<State> states_;  // by test
  std::vector<FieldMatch> matches_{};
  std::vector<Slot> slots_{};
  std::uint32_t epoch_ = 1;
  Scratch scratch_{};
};

/// A condition as a flat tree, cheap tests first.
class Program {
 public:
  static constexpr std::uint32_t kNoTest = ~std::uint32_t{0};

  Program(const detail::Node& root, Tests& tests);
  [[nodiscard]] bool holds(Tests& tests, const model::Record& record) const {
    return holds(root_, tests, record);
  }
  /// The same. Where a single cheap test that the condition cannot do without says no, `refuter`
  /// becomes that test.
  [[nodiscard]] bool holds(Tests& tests, const model::Record& record, std::uint32_t& refuter) const;

 private:
  struct Step {
    detail::Node::Kind kind = detail::Node::Kind::test;
    bool cheap = false;  // a test that neither searches expressions nor walks JSON
    std::uint32_t test = 0;
    std::uint32_t first = 0;  // children: steps_[first … first + count)
    std::uint32_t count = 0;
  };
  struct Built {
    Step step{};
    int cost = 0;
  };

  Built build(const detail::Node& node, Tests& tests);
  bool holds(const Step& step, Tests& tests, const model::Record& record) const {
    return step.kind == detail::Node::Kind::test ? tests.holds(step.test, record)
                                                 : run(step, tests, record);
  }
  bool run(const Step& step, Tests& tests, const model::Record& record) const;

  std::vector<Step> steps_{};
  Step root_{};
};

}  // namespace backtrail::sigma::match
