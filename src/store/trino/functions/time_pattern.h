#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace backtrail::store::trino {

enum class TimeField : std::uint8_t {
  literal,
  year,
  short_year,
  month,
  month_name,
  month_short,
  day,
  hour,
  hour_12,
  hour_from_1,
  hour_12_from_0,
  minute,
  second,
  fraction,
  half_day,
  weekday,
  weekday_name,
  weekday_short,
  day_of_year,
  week,
  week_year,
  offset,
};

inline constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
inline constexpr std::array<std::string_view, 7> kWeekdays = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
inline constexpr int kFractionDigits = 9;

struct TimeItem {
  TimeField field = TimeField::literal;
  int width = 0;       // digits to pad to, and for parsing the most to read
  std::string text{};  // of a literal; of an offset: what stands between hours and minutes
};
using TimePattern = std::vector<TimeItem>;

/// Patterns of date_format and date_parse (MySQL: `%Y-%m-%d %H:%i:%s`). Error `sql.time_pattern`.
[[nodiscard]] Result<TimePattern> compile_mysql_pattern(std::string_view pattern);
/// Patterns of format_datetime and parse_datetime (Joda: `yyyy-MM-dd'T'HH:mm:ssZ`).
[[nodiscard]] Result<TimePattern> compile_joda_pattern(std::string_view pattern);

/// Writes microseconds since 1970 as a UTC clock shows them.
[[nodiscard]] std::string print_time(const TimePattern& pattern, std::int64_t micros);
/// Microseconds since 1970 (offset applied, cut to milliseconds as Trino does), when the whole text
/// fits.
[[nodiscard]] std::optional<std::int64_t> read_time(const TimePattern& pattern,
                                                    std::string_view text);

}  // namespace backtrail::store::trino
