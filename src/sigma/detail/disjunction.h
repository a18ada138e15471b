#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sigma/detail/compiled.h"

namespace backtrail::sigma::detail {

/// Rules that must occur, in the order of Correlation::rules, and rules that must not.
struct Conjunction {
  std::vector<std::uint32_t> wanted{};
  std::vector<std::uint32_t> unwanted{};
};

inline constexpr std::size_t kMaxConjunctions = 64;

/// The expression as alternatives, contradictions left out; nullopt when there would be more than
/// kMaxConjunctions.
[[nodiscard]] std::optional<std::vector<Conjunction>> disjunction_of(const RuleExpression& expr,
                                                                     std::size_t rules);

}  // namespace backtrail::sigma::detail
