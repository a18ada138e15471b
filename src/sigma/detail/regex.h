#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sigma/detail/compiled.h"

namespace backtrail::sigma::detail {

/// Checks the expression and picks its engine: RE2, and PCRE2 only for what RE2 does not know.
/// Error `sigma.regex` with the position.
[[nodiscard]] Result<RegexPattern> check_regex(RegexPattern pattern);

/// Text that every match holds (empty when none is sure), folded when `ignore_case`. A matcher
/// looks for it before it runs the expression.
[[nodiscard]] std::string required_literal(const RegexPattern& pattern);

/// A compiled expression. One per thread.
class Regex {
 public:
  /// `pattern` must have passed `check_regex`.
  explicit Regex(const RegexPattern& pattern);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  /// Whether it matches somewhere in the text. A PCRE2 search that hits its limits is no match and
  /// is counted in `limits_hit`.
  [[nodiscard]] bool search(std::string_view text);
  [[nodiscard]] std::uint64_t limits_hit() const { return limits_hit_; }

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::uint64_t limits_hit_ = 0;
};

inline constexpr std::uint32_t kRegexMatchLimit = 200'000;
inline constexpr std::uint32_t kRegexDepthLimit = 2'000;
inline constexpr std::uint32_t kRegexHeapLimitKiB = 16 * 1024;

}  // namespace backtrail::sigma::detail
