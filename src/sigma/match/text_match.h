#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "sigma/detail/compiled.h"
#include "sigma/match/finder.h"

namespace backtrail::sigma::match {

/// A text and its folding, which is made once and only when asked for. Reused from text to text.
class FoldedText {
 public:
  /// `text` must stay valid until the next call.
  void set(std::string_view text) {
    raw_ = text;
    folded_ready_ = false;
  }
  [[nodiscard]] std::string_view raw() const { return raw_; }
  [[nodiscard]] std::string_view folded();

 private:
  std::string_view raw_{};
  std::string folded_{};
  bool folded_ready_ = false;
};

/// Whether the pattern matches `text`, which must be folded unless the pattern is cased.
[[nodiscard]] bool matches(const detail::TextPattern& pattern, std::string_view text);

/// The text patterns of one test: literal sets are hashed, the rest is tried in turn.
class TextPatterns {
 public:
  void add(const detail::TextPattern& pattern);
  [[nodiscard]] bool empty() const { return empty_; }
  [[nodiscard]] bool matches(FoldedText& text) const;
  /// All patterns have the shape contains or any: what holds for a part of a text holds for the
  /// text.
  [[nodiscard]] bool only_contains() const { return only_contains_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  using Set = std::unordered_set<std::string, Hash, std::equal_to<>>;
  /// Few literals are compared in turn, many are looked up.
  struct Literals {
    std::vector<std::string> few{};
    Set many{};
    void add(const std::string& text);
    [[nodiscard]] bool contains(std::string_view text) const;
    [[nodiscard]] bool empty() const { return few.empty() && many.empty(); }
  };

  Literals exact_folded_{};
  Literals exact_cased_{};
  std::vector<Finder> contained_folded_{};
  std::vector<Finder> contained_cased_{};
  std::vector<detail::TextPattern> others_{};  // prefixes, suffixes, globs
  bool empty_ = true;
  bool any_ = false;
  bool only_contains_ = true;
};

}  // namespace backtrail::sigma::match
