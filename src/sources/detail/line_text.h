#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/text.h"
#include "base/time.h"

/// What the parsers of line-based logs share.
namespace backtrail::sources::detail {

/// The words of a line, one after another; runs of spaces and tabs separate them.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}
  [[nodiscard]] std::optional<std::string_view> next() {
    std::size_t from = 0;
    while (from < rest_.size() && (rest_[from] == ' ' || rest_[from] == '\t')) ++from;
    if (from == rest_.size()) {
      rest_ = {};
      return std::nullopt;
    }
    std::size_t to = from;
    while (to < rest_.size() && rest_[to] != ' ' && rest_[to] != '\t') ++to;
    const std::string_view word = rest_.substr(from, to - from);
    rest_.remove_prefix(to);
    return word;
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// Fields separated by single spaces, of which some are in quotes ("…", with \" and \\ inside) or in
/// brackets ([…]); as access logs of ELB and S3 have them. The quotes and brackets are left off.
class QuotedFields {
 public:
  explicit QuotedFields(std::string_view line) : rest_(line) {}
  [[nodiscard]] std::optional<std::string_view> next();
  /// The last field was cut off inside its quotes.
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  std::string_view rest_;
  bool broken_ = false;
};

[[nodiscard]] inline bool is_integer(std::string_view s) {
  if (!s.empty() && s[0] == '-') s.remove_prefix(1);
  if (s.empty() || s.size() > 18) return false;
  for (const char c : s)
    if (c < '0' || c > '9') return false;
  return true;
}

/// A count of units since 1970, `per_second` of them (1, 1,000, 1,000,000) a second.
[[nodiscard]] std::optional<Timestamp> time_of_epoch(std::string_view digits, std::int64_t per_second);

}  // namespace backtrail::sources::detail
