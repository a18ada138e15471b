#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sigma/detail/compiled.h"
#include "sigma/detail/detection.h"
#include "sigma/detail/issues.h"

namespace backtrail::sigma::detail {

/// A condition as written, not yet bound to selections.
struct ConditionExpr {
  enum class Kind : std::uint8_t { any_of, all_of, not_, name, one_of_pattern, all_of_pattern };
  Kind kind = Kind::name;
  std::string name{};      // name, or the pattern (`them`, `filter_*`)
  std::size_t offset = 0;  // in the condition's text
  std::size_t length = 0;
  std::vector<ConditionExpr> children{};
};

/// Where a condition's text stands, so that errors can point into it.
struct ConditionText {
  std::string_view text{};
  Place place{};
  bool plain = true;
  [[nodiscard]] Place at(std::size_t offset) const;
};

/// Parses `a and not 1 of b*`. Weakest first: or, and, not, `x of`, brackets. Upper-case operators
/// are read with a warning. nullopt after `issues.fail` (`sigma.condition`,
/// `sigma.legacy_aggregation`).
[[nodiscard]] std::optional<ConditionExpr> parse_condition(const ConditionText& text,
                                                           Issues& issues);

/// Binds the expression to selections; `used[i]` is set for each selection taken. Patterns leave
/// out names that begin with `_` unless the pattern itself does. Errors: `sigma.unknown_selection`,
/// `sigma.no_selection_matches`.
[[nodiscard]] std::optional<Node> bind_condition(const ConditionExpr& expr,
                                                 const std::vector<Selection>& selections,
                                                 std::vector<bool>& used, const ConditionText& text,
                                                 Issues& issues);

/// Whether `not` occurs in it.
[[nodiscard]] bool has_not(const ConditionExpr& expr);

/// The message that refuses `| count() by x > 5`, naming the correlation that replaces it.
[[nodiscard]] std::string legacy_aggregation_message(std::string_view aggregation,
                                                     std::string_view timeframe);

}  // namespace backtrail::sigma::detail
