#include "sources/detail/line_text.h"

namespace backtrail::sources::detail {

std::optional<Timestamp> time_of_epoch(std::string_view digits, std::int64_t per_second) {
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  // Up to the year 9999; a fraction is left off.
  const std::string_view rest = digits.substr(static_cast<std::size_t>(end - digits.data()));
  const bool whole = rest.empty() || (rest[0] == '.' && rest.find_first_not_of("0123456789", 1) == std::string_view::npos);
  if (error != std::errc() || !whole || n < 0 || n / per_second > 253402300799) return std::nullopt;
  return Timestamp(std::chrono::microseconds(n * (1'000'000 / per_second)));
}

std::optional<Timestamp> time_of_common_log(std::string_view s) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (s.size() != 26 || s[2] != '/' || s[6] != '/' || s[11] != ':' || s[20] != ' ') return std::nullopt;
  const std::size_t month = kMonths.find(s.substr(3, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  char text[] = "yyyy-mm-ddThh:mm:ss+zz:zz";
  s.copy(text, 4, 7);
  text[5] = static_cast<char>('0' + (month / 3 + 1) / 10);
  text[6] = static_cast<char>('0' + (month / 3 + 1) % 10);
  s.copy(text + 8, 2, 0);
  s.copy(text + 11, 8, 12);
  s.copy(text + 19, 3, 21);
  s.copy(text + 23, 2, 24);
  return parse_rfc3339(std::string_view(text, 25));
}

bool is_region_name(std::string_view s) {
  return s.size() >= 9 && s.size() <= 20 && s[2] == '-' && s[s.size() - 2] == '-' && s.back() >= '0' && s.back() <= '9' &&
         s.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

}  // namespace backtrail::sources::detail
