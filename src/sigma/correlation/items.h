#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sigma/detail/compiled.h"

namespace backtrail::sigma::correlation {

/// One thing that a correlation takes: a hit of a detection rule, or a result of a cited
/// correlation (which counts at the time of its last event).
struct Item {
  std::int64_t time = 0;       // µs since 1970
  std::uint32_t position = 0;  // in Correlation::rules
  std::uint32_t group = 0;     // into Items::groups
  std::uint32_t source = 0;  // base hit: its place in the sorted order; else into the inner results
  bool inner = false;
  std::uint32_t tuple = 0;  // value_count: the same number = the same values
  double number = 0;        // value_sum, …
};

/// The items of one correlation, by group, then time, then source.
struct Items {
  std::vector<Item> items{};
  std::vector<std::vector<std::string>> groups{};
  std::uint64_t without_group = 0;
  std::uint64_t without_value = 0;
};

/// What correlations share: the base hits in order, and the results of correlations run so far.
struct Inputs {
  const RuleSet& rules;
  const std::vector<BaseHit>& hits;
  std::vector<std::size_t> order{};                    // hits by time, event_key; usable ones only
  std::vector<std::vector<std::size_t>> by_rule{};     // by rule: places in `order`, ascending
  std::vector<std::vector<CorrelationHit>> results{};  // by rule
  std::uint64_t without_time = 0;
};

/// Sorts the hits of cited rules and drops duplicates.
[[nodiscard]] Inputs prepare(const RuleSet& rules, const std::vector<BaseHit>& hits);

[[nodiscard]] Items collect(const detail::Correlation& correlation, const Inputs& inputs);

}  // namespace backtrail::sigma::correlation
