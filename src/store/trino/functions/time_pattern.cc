#include "store/trino/functions/time_pattern.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <utility>

#include "base/text.h"

namespace backtrail::store::trino {
namespace {

using namespace std::chrono;
using F = TimeField;

Error bad_pattern(std::string_view pattern, std::string_view what) {
  return invalid_argument("sql.time_pattern", fmt::format("time pattern '{}': {}", pattern, what));
}

void add_literal(TimePattern& out, std::string_view text) {
  if (out.empty() || out.back().field != F::literal) out.push_back({.field = F::literal});
  out.back().text += text;
}

void add_clock(TimePattern& out, F hour) {
  out.push_back({hour, 2});
  add_literal(out, ":");
  out.push_back({F::minute, 2});
  add_literal(out, ":");
  out.push_back({F::second, 2});
}

struct IsoWeek {
  int year, week;
};
IsoWeek iso_week(sys_days day) {
  // The week belongs to the year of its Thursday.
  const auto thursday = day - (weekday{day} - Monday) + days{3};
  const year y = year_month_day{thursday}.year();
  return {int{y}, static_cast<int>((thursday - sys_days{y / January / 1}).count() / 7) + 1};
}

}  // namespace

Result<TimePattern> compile_mysql_pattern(std::string_view pattern) {
  TimePattern out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      add_literal(out, pattern.substr(i, 1));
      continue;
    }
    if (++i == pattern.size()) return bad_pattern(pattern, "'%' at the end");
    switch (pattern[i]) {
      case 'Y':
        out.push_back({F::year, 4});
        break;
      case 'y':
        out.push_back({F::short_year, 2});
        break;
      case 'm':
        out.push_back({F::month, 2});
        break;
      case 'c':
        out.push_back({F::month, 1});
        break;
      case 'M':
        out.push_back({F::month_name});
        break;
      case 'b':
        out.push_back({F::month_short});
        break;
      case 'd':
        out.push_back({F::day, 2});
        break;
      case 'e':
        out.push_back({F::day, 1});
        break;
      case 'H':
        out.push_back({F::hour, 2});
        break;
      case 'k':
        out.push_back({F::hour, 1});
        break;
      case 'h':
      case 'I':
        out.push_back({F::hour_12, 2});
        break;
      case 'l':
        out.push_back({F::hour_12, 1});
        break;
      case 'i':
        out.push_back({F::minute, 2});
        break;
      case 's':
      case 'S':
        out.push_back({F::second, 2});
        break;
      case 'f':
        out.push_back({F::fraction, 6});
        break;
      case 'p':
        out.push_back({F::half_day});
        break;
      case 'W':
        out.push_back({F::weekday_name});
        break;
      case 'a':
        out.push_back({F::weekday_short});
        break;
      case 'j':
        out.push_back({F::day_of_year, 3});
        break;
      case 'v':
        out.push_back({F::week, 2});
        break;
      case 'x':
        out.push_back({F::week_year, 4});
        break;
      case 'T':
        add_clock(out, F::hour);
        break;
      case 'r':
        add_clock(out, F::hour_12);
        add_literal(out, " ");
        out.push_back({F::half_day});
        break;
      case 'D':
      case 'U':
      case 'u':
      case 'V':
      case 'w':
      case 'X':
        return bad_pattern(pattern,
                           fmt::format("%{} not supported in date format string", pattern[i]));
      default:
        add_literal(out, pattern.substr(i, 1));
    }
  }
  return out;
}

Result<TimePattern> compile_joda_pattern(std::string_view pattern) {
  TimePattern out;
  for (std::size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (c == '\'') {
      if (pattern.substr(i + 1).starts_with('\'')) {
        add_literal(out, "'");
        i += 2;
        continue;
      }
      for (++i; i < pattern.size(); ++i) {
        if (pattern[i] == '\'') {
          if (!pattern.substr(i + 1).starts_with('\'')) break;
          ++i;
        }
        add_literal(out, pattern.substr(i, 1));
      }
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < pattern.size() && pattern[end] == c) ++end;
    const int n = static_cast<int>(std::min<std::size_t>(end - i, 32));
    switch (c) {
      case 'y':
      case 'Y':
        out.push_back(n == 2 ? TimeItem{F::short_year, 2} : TimeItem{F::year, n});
        break;
      case 'x':
        out.push_back({F::week_year, n});
        break;
      case 'M':
        out.push_back(n > 3    ? TimeItem{F::month_name}
                      : n == 3 ? TimeItem{F::month_short}
                               : TimeItem{F::month, n});
        break;
      case 'w':
        out.push_back({F::week, n});
        break;
      case 'D':
        out.push_back({F::day_of_year, n});
        break;
      case 'd':
        out.push_back({F::day, n});
        break;
      case 'e':
        out.push_back({F::weekday, n});
        break;
      case 'E':
        out.push_back({n > 3 ? F::weekday_name : F::weekday_short});
        break;
      case 'a':
        out.push_back({F::half_day});
        break;
      case 'H':
        out.push_back({F::hour, n});
        break;
      case 'k':
        out.push_back({F::hour_from_1, n});
        break;
      case 'h':
        out.push_back({F::hour_12, n});
        break;
      case 'K':
        out.push_back({F::hour_12_from_0, n});
        break;
      case 'm':
        out.push_back({F::minute, n});
        break;
      case 's':
        out.push_back({F::second, n});
        break;
      case 'S':
        out.push_back({F::fraction, std::min(n, kFractionDigits)});
        break;
      case 'Z':
        out.push_back({.field = F::offset, .width = n, .text = n > 1 ? ":" : ""});
        break;
      case 'z':
        out.push_back({.field = F::offset, .width = 3});
        break;
      default:
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
          return bad_pattern(
              pattern, fmt::format("Illegal pattern component: {}", pattern.substr(i, end - i)));
        add_literal(out, pattern.substr(i, end - i));
    }
    i = end;
  }
  return out;
}

std::string print_time(const TimePattern& pattern, std::int64_t micros) {
  const sys_time<microseconds> at{microseconds{micros}};
  const auto midnight = floor<days>(at);
  const year_month_day date{midnight};
  const hh_mm_ss clock{at - midnight};
  const auto hour = static_cast<int>(clock.hours().count());
  const int hour_12 = hour % 12;
  const auto month_index = static_cast<std::size_t>(unsigned{date.month()} - 1);
  const auto weekday_number = weekday{midnight}.iso_encoding();
  std::string out;
  const auto number = [&](const TimeItem& item, int value) {
    out += fmt::format("{:0{}}", value, item.width);
  };
  for (const TimeItem& item : pattern) switch (item.field) {
      case F::literal:
        out += item.text;
        break;
      case F::year:
        number(item, int{date.year()});
        break;
      case F::short_year:
        out += fmt::format("{:02}", ((int{date.year()} % 100) + 100) % 100);
        break;
      case F::month:
        number(item, static_cast<int>(month_index) + 1);
        break;
      case F::month_name:
        out += kMonths[month_index];
        break;
      case F::month_short:
        out += kMonths[month_index].substr(0, 3);
        break;
      case F::day:
        number(item, static_cast<int>(unsigned{date.day()}));
        break;
      case F::hour:
        number(item, hour);
        break;
      case F::hour_from_1:
        number(item, hour == 0 ? 24 : hour);
        break;
      case F::hour_12:
        number(item, hour_12 == 0 ? 12 : hour_12);
        break;
      case F::hour_12_from_0:
        number(item, hour_12);
        break;
      case F::minute:
        number(item, static_cast<int>(clock.minutes().count()));
        break;
      case F::second:
        number(item, static_cast<int>(clock.seconds().count()));
        break;
      case F::fraction:
        out += fmt::format("{:06}000", clock.subseconds().count())
                   .substr(0, static_cast<std::size_t>(item.width));
        break;
      case F::half_day:
        out += hour < 12 ? "AM" : "PM";
        break;
      case F::weekday:
        number(item, static_cast<int>(weekday_number));
        break;
      case F::weekday_name:
        out += kWeekdays[weekday_number - 1];
        break;
      case F::weekday_short:
        out += kWeekdays[weekday_number - 1].substr(0, 3);
        break;
      case F::day_of_year:
        number(item,
               static_cast<int>((midnight - sys_days{date.year() / January / 1}).count()) + 1);
        break;
      case F::week:
        number(item, iso_week(midnight).week);
        break;
      case F::week_year:
        number(item, iso_week(midnight).year);
        break;
      case F::offset:
        out += item.width >= 3 ? "UTC" : "+00" + item.text + "00";
        break;
    }
  return out;
}

}  // namespace backtrail::store::trino
