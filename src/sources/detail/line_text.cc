#include "sources/detail/line_text.h"

namespace backtrail::sources::detail {

std::optional<std::string_view> QuotedFields::next() {
  while (!rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
  if (rest_.empty()) return std::nullopt;
  const char open = rest_[0];
  if (open == '"' || open == '[') {
    const char close = open == '"' ? '"' : ']';
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (open == '"' && rest_[i] == '\\') {
        ++i;
        continue;
      }
      // A quote inside a quoted field ends it only before a space or the end: AWS does not escape
      // everywhere.
      if (rest_[i] != close || (i + 1 < rest_.size() && rest_[i + 1] != ' ')) continue;
      const std::string_view field = rest_.substr(1, i - 1);
      rest_.remove_prefix(i + 1);
      return field;
    }
    broken_ = true;
    const std::string_view field = rest_.substr(1);
    rest_ = {};
    return field;
  }
  const std::size_t end = std::min(rest_.find(' '), rest_.size());
  const std::string_view field = rest_.substr(0, end);
  rest_.remove_prefix(end);
  return field;
}

std::optional<Timestamp> time_of_epoch(std::string_view digits, std::int64_t per_second) {
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  // Up to the year 9999; the beginning of a fraction ends the number.
  const bool whole = end == digits.data() + digits.size() || *end == '.';
  if (error != std::errc() || !whole || n < 0 || n / per_second > 253402300799) return std::nullopt;
  return Timestamp(std::chrono::microseconds(n * (1'000'000 / per_second)));
}

}  // namespace backtrail::sources::detail
