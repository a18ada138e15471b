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

[[nodiscard]] inline bool is_integer(std::string_view s) {
  if (!s.empty() && s[0] == '-') s.remove_prefix(1);
  if (s.empty() || s.size() > 18) return false;
  for (const char c : s)
    if (c < '0' || c > '9') return false;
  return true;
}

/// A count of units since 1970, `per_second` of them (1, 1,000, 1,000,000) a second.
[[nodiscard]] std::optional<Timestamp> time_of_epoch(std::string_view digits, std::int64_t per_second);

/// `06/Feb/2019:00:00:38 +0000`, as web servers write it.
[[nodiscard]] std::optional<Timestamp> time_of_common_log(std::string_view text);

/// Has the form of a region's name: `us-east-1`, `us-gov-west-1`. Regions that do not exist pass.
[[nodiscard]] bool is_region_name(std::string_view text);

}  // namespace backtrail::sources::detail
