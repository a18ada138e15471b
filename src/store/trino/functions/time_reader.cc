#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"
#include "store/trino/functions/time_pattern.h"

namespace backtrail::store::trino {
namespace {

using namespace std::chrono;
using F = TimeField;

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
