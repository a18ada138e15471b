#pragma once

#include <cstdint>
#include <vector>

#include "model/record.h"
#include "sigma/detail/compiled.h"
#include "sigma/match/field_match.h"

namespace backtrail::sigma::match {

/// The tests of a rule set bound to a layout, each evaluated at most once per record. One per thread.
class Tests {
 public:
  Tests(const std::vector<detail::FieldTest>& tests, const model::RecordLayout& layout);

  /// Binds the test unless it is bound already.
  void use(std::uint32_t test);
  /// Forgets the answers of the last record.
  void next_record();
  [[nodiscard]] bool holds(std::uint32_t test, const model::Record& record);
  [[nodiscard]] int cost(std::uint32_t test) const;
  [[nodiscard]] std::uint64_t regex_limits_hit() const;

 private:
  const std::vector<detail::FieldTest>& source_;
  const model::RecordLayout& layout_;
  std::vector<std::int32_t> bound_at_;     // by test: into bound_, or -1
  std::vector<FieldMatch> bound_{};
  std::vector<std::uint32_t> answers_;     // by test: epoch * 2 + answer
  std::uint32_t epoch_ = 1;
  Scratch scratch_{};
};

/// A condition as a flat tree, cheap tests first.
class Program {
 public:
  Program(const detail::Node& root, Tests& tests);
  [[nodiscard]] bool holds(Tests& tests, const model::Record& record) const {
    return run(root_, tests, record);
  }

 private:
  struct Step {
    detail::Node::Kind kind = detail::Node::Kind::test;
    std::uint32_t test = 0;
    std::uint32_t first = 0;  // children: steps_[first … first + count)
    std::uint32_t count = 0;
  };
  struct Built {
    Step step{};
    int cost = 0;
  };

  Built build(const detail::Node& node, Tests& tests);
  bool run(const Step& step, Tests& tests, const model::Record& record) const;

  std::vector<Step> steps_{};
  Step root_{};
};

}  // namespace backtrail::sigma::match
