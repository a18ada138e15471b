#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace backtrail::store::trino {

/// A compiled regular expression with Trino's (Java's) syntax: PCRE2 with look-around and back
/// references. Matching is limited, so that a hostile pattern or text ends in an error.
class Pattern {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Pattern>> compile(std::string_view pattern);
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  using Span =
      std::pair<std::size_t, std::size_t>;  // begin, end; npos where the group took no part
  /// The first match at or after `from`: spans of the whole and of each group. Error
  /// `sql.regex_limit`.
  [[nodiscard]] Result<std::optional<std::vector<Span>>> find(std::string_view text,
                                                              std::size_t from);
  /// Whether there is a match.
  [[nodiscard]] Result<bool> matches(std::string_view text);
  [[nodiscard]] std::uint32_t group_count() const { return groups_; }
  /// The number of a named group.
  [[nodiscard]] std::optional<std::uint32_t> group_number(const std::string& name) const;

 private:
  Pattern() = default;
  [[nodiscard]] Result<bool> match_at(std::string_view text, std::size_t from);
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
  std::uint32_t groups_ = 0;
};

/// Patterns compiled so far; patterns are mostly constant. Not thread-safe.
class PatternCache {
 public:
  [[nodiscard]] Result<Pattern*> get(std::string_view pattern);

 private:
  std::map<std::string, std::unique_ptr<Pattern>, std::less<>> patterns_;
};

}  // namespace backtrail::store::trino
