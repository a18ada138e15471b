#include "store/functions/rule_scalars.h"

#include <charconv>
#include <cmath>
#include <cstdint>

#include "base/text.h"

namespace backtrail::store {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  if (!text.starts_with("%7B") && !text.starts_with("%7b")) return std::nullopt;
  if (text.size() == 3) return std::nullopt;
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::size_t taken = 1;
    char c = text.front();
    if (c == '%' && text.size() >= 3 && hex_value(text[1]) >= 0 && hex_value(text[2]) >= 0) {
      c = static_cast<char>(hex_value(text[1]) << 4 | hex_value(text[2]));
      taken = 3;
    }
    out += c;
    text.remove_prefix(taken);
  }
  return is_valid_utf8(out) ? out : to_valid_utf8(out);
}

std::optional<double> number_of(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  if (text.empty()) return std::nullopt;
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  // from_chars reads "inf" and "nan" too.
  if (error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<Timestamp> clock_of(std::string_view text) {
  constexpr std::size_t kDate = 10;    // 2023-07-10
  constexpr std::size_t kMinute = 16;  // 2023-07-10T11:42
  if (text.size() < kDate || !parse_log_time(text)) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t length) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + length, value);
    return value;
  };
  using namespace std::chrono;
  const year_month_day date{year(part(0, 4)), month(static_cast<unsigned>(part(5, 2))),
                            day(static_cast<unsigned>(part(8, 2)))};
  Timestamp out = sys_days(date);
  if (text.size() >= kMinute) out += hours(part(11, 2)) + minutes(part(14, 2));
  return out;
}

}  // namespace backtrail::store
