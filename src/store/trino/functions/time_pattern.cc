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

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr int kFractionDigits = 9;

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

namespace {

class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : rest_(text) {}

  std::optional<std::int64_t> run(const TimePattern& pattern) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      // Numbers that touch (yyyyMMdd) have their written width.
      const bool touches = i + 1 < pattern.size() && is_number(pattern[i + 1].field);
      if (!read(pattern[i], touches)) return std::nullopt;
    }
    return rest_.empty() ? value() : std::nullopt;
  }

 private:
  static bool is_number(F f) {
    return f != F::literal && f != F::month_name && f != F::month_short && f != F::half_day &&
           f != F::weekday_name && f != F::weekday_short && f != F::offset;
  }

  bool number(int& out, int most) {
    int n = 0;
    out = 0;
    while (n < most && !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') {
      out = out * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
      ++n;
    }
    return n > 0;
  }

  template <std::size_t N>
  bool name(const std::array<std::string_view, N>& names, int& out) {
    for (std::size_t i = 0; i < N; ++i)
      for (const std::string_view form : {names[i], names[i].substr(0, 3)})
        if (equal_ignore_case_ascii(rest_.substr(0, form.size()), form)) {
          rest_.remove_prefix(form.size());
          out = static_cast<int>(i) + 1;
          return true;
        }
    return false;
  }

  bool fraction() {
    int digits = 0;
    std::int64_t nanos = 0;
    for (; digits < kFractionDigits && !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9';
         ++digits) {
      nanos = nanos * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    if (digits == 0) return false;
    for (int i = digits; i < kFractionDigits; ++i) nanos *= 10;
    millis_ = nanos / 1'000'000;
    return true;
  }

  bool offset() {
    for (const std::string_view utc : {"UTC", "GMT", "Z"})
      if (equal_ignore_case_ascii(rest_.substr(0, utc.size()), utc)) {
        rest_.remove_prefix(utc.size());
        return true;
      }
    if (rest_.empty() || (rest_[0] != '+' && rest_[0] != '-')) return false;
    const int sign = rest_[0] == '-' ? -1 : 1;
    rest_.remove_prefix(1);
    int hours = 0, minutes = 0;
    if (!number(hours, 2)) return false;
    if (rest_.starts_with(':')) rest_.remove_prefix(1);
    number(minutes, 2);
    if (hours > 18 || minutes > 59) return false;
    offset_minutes_ = sign * (hours * 60 + minutes);
    return true;
  }

  bool half_day() {
    if (rest_.size() < 2 || (rest_[1] | 0x20) != 'm') return false;
    const char c = static_cast<char>(rest_[0] | 0x20);
    if (c != 'a' && c != 'p') return false;
    afternoon_ = c == 'p';
    rest_.remove_prefix(2);
    return true;
  }

  bool read(const TimeItem& item, bool touches) {
    int ignored = 0;
    const int most = touches ? std::max(item.width, 1) : std::max(item.width, 2);
    switch (item.field) {
      case F::literal:
        if (!rest_.starts_with(item.text)) return false;
        rest_.remove_prefix(item.text.size());
        return true;
      case F::year: {
        const bool negative = rest_.starts_with('-');
        if (negative) rest_.remove_prefix(1);
        if (!number(year_, touches ? std::max(item.width, 1) : 6)) return false;
        if (negative) year_ = -year_;
        return true;
      }
      case F::short_year:
        if (!number(year_, 2)) return false;
        year_ += year_ < 70 ? 2000 : 1900;
        return true;
      case F::month:
        return number(month_, most);
      case F::month_name:
      case F::month_short:
        return name(kMonths, month_);
      case F::day:
        return number(day_, most);
      case F::hour:
        return number(hour_, most);
      case F::hour_from_1:
        if (!number(hour_, most)) return false;
        if (hour_ == 24) hour_ = 0;
        return true;
      case F::hour_12:
      case F::hour_12_from_0:
        half_day_used_ = true;
        if (!number(hour_, most) || hour_ > 12) return false;
        hour_ %= 12;
        return true;
      case F::minute:
        return number(minute_, most);
      case F::second:
        return number(second_, most);
      case F::fraction:
        return fraction();
      case F::half_day:
        return half_day();
      case F::weekday_name:
      case F::weekday_short:
        return name(kWeekdays, ignored);
      case F::weekday:
        return number(weekday_, most) && weekday_ >= 1 && weekday_ <= 7;
      case F::day_of_year:
        return number(day_of_year_, 3);
      case F::week:
        return number(week_, most);
      case F::week_year:
        return number(week_year_, 4);
      case F::offset:
        return offset();
    }
    return false;
  }

  std::optional<std::int64_t> value() const {
    if (hour_ > 23 || minute_ > 59 || second_ > 59 || year_ > 99999 || year_ < -9999)
      return std::nullopt;
    sys_days date;
    if (week_ > 0) {
      const int y = week_year_ != 0 ? week_year_ : year_;
      const sys_days fourth{year{y} / January / 4};
      date = fourth - (weekday{fourth} - Monday) + days{7 * (week_ - 1) + weekday_ - 1};
    } else if (day_of_year_ > 0) {
      if (day_of_year_ > 366) return std::nullopt;
      date = sys_days{year{year_} / January / 1} + days{day_of_year_ - 1};
    } else {
      const auto ymd = year{year_} / static_cast<unsigned>(month_) / static_cast<unsigned>(day_);
      if (!ymd.ok()) return std::nullopt;
      date = sys_days{ymd};
    }
    const int hour = hour_ + (half_day_used_ && afternoon_ ? 12 : 0);
    const std::int64_t seconds = std::int64_t{date.time_since_epoch().count()} * 86'400 +
                                 hour * 3'600 + (minute_ - offset_minutes_) * 60 + second_;
    return (seconds * 1'000 + millis_) * 1'000;
  }

  std::string_view rest_;
  int year_ = 1970, month_ = 1, day_ = 1, hour_ = 0, minute_ = 0, second_ = 0;
  int day_of_year_ = 0, weekday_ = 1, week_ = 0, week_year_ = 0, offset_minutes_ = 0;
  std::int64_t millis_ = 0;
  bool afternoon_ = false, half_day_used_ = false;
};

}  // namespace

std::optional<std::int64_t> read_time(const TimePattern& pattern, std::string_view text) {
  return TimeReader(text).run(pattern);
}

}  // namespace backtrail::store::trino
