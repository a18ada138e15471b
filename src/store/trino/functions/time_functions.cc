#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "base/text.h"
#include "store/trino/functions/registry.h"
#include "store/trino/functions/time_pattern.h"

namespace backtrail::store::trino {
namespace {

using namespace std::chrono;
constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

std::int64_t midnight_of(Date date) { return date.days * kMicrosPerDay; }

// ---- patterns

using Compile = Result<TimePattern> (*)(std::string_view);

template <Compile compile, typename T>
std::optional<std::string> format_time(Call& call, T time, std::string_view pattern) {
  const auto compiled = compile(pattern);
  if (!compiled) return call.fail(compiled.error().message);
  if constexpr (std::is_same_v<T, Date>)
    return print_time(*compiled, midnight_of(time));
  else
    return print_time(*compiled, time.micros);
}

template <Compile compile, typename T>
std::optional<T> parse_time(Call& call, std::string_view text, std::string_view pattern) {
  const auto compiled = compile(pattern);
  if (!compiled) return call.fail(compiled.error().message);
  const auto micros = read_time(*compiled, text);
  if (!micros)
    return call.fail(fmt::format("Invalid format: \"{}\" (it is not like '{}')", text, pattern));
  return T{*micros};
}

// ---- ISO 8601

/// `2023`, `2023-07`, `2023-191`, `2023-W28-1`, `2023-07-10`, `2023-07-10T11:42`, `…:31`,
/// `…:31.123`, each with `Z`, `+02:00`, `+0200`, `+02` or none.
std::optional<std::int64_t> read_iso(std::string_view text) {
  static const std::vector<TimePattern> patterns = [] {
    std::vector<TimePattern> made;
    for (const std::string_view clock :
         {"", "'T'", "'T'HH", "'T'HH:mm", "'T'HH:mm:ss", "'T'HH:mm:ss.SSSSSSSSS"})
      for (const std::string_view zone : {"", "Z"}) {
        if (clock.empty() && !zone.empty()) continue;
        made.push_back(compile_joda_pattern(fmt::format("yyyy-MM-dd{}{}", clock, zone)).value());
      }
    for (const std::string_view day : {"yyyy-MM", "yyyy-DDD", "xxxx-'W'ww-e", "xxxx-'W'ww", "yyyy"})
      made.push_back(compile_joda_pattern(day).value());
    return made;
  }();
  for (const TimePattern& pattern : patterns)
    if (const auto micros = read_time(pattern, text)) return micros;
  return std::nullopt;
}

std::optional<Instant> from_iso_timestamp(Call& call, std::string_view text) {
  const auto micros = read_iso(text);
  if (!micros)
    return call.fail(fmt::format("Invalid format: \"{}\" (wanted: 2023-07-10T11:42:31Z)", text));
  return Instant{*micros};
}

std::optional<Date> from_iso_date(Call& call, std::string_view text) {
  const auto micros = text.size() <= 11 ? read_iso(text) : std::nullopt;
  if (!micros) return call.fail(fmt::format("Invalid format: \"{}\" (wanted: 2023-07-10)", text));
  return Date{static_cast<std::int32_t>(*micros / kMicrosPerDay)};
}

std::optional<std::string> iso_of_date(Call&, Date date) {
  const year_month_day ymd{sys_days{days{date.days}}};
  return fmt::format("{:04}-{:02}-{:02}", int{ymd.year()}, unsigned{ymd.month()},
                     unsigned{ymd.day()});
}

std::string iso(std::int64_t micros, bool always_millis) {
  static const TimePattern whole = compile_joda_pattern("yyyy-MM-dd'T'HH:mm:ss").value();
  static const TimePattern millis = compile_joda_pattern("yyyy-MM-dd'T'HH:mm:ss.SSS").value();
  return print_time(always_millis || micros % 1'000'000 != 0 ? millis : whole, micros);
}
std::optional<std::string> iso_of_wall(Call&, Wall time) { return iso(time.micros, false); }
std::optional<std::string> iso_of_instant(Call&, Instant time) {
  return iso(time.micros, true) + "Z";
}

// ---- arithmetic in units

sys_days add_months(sys_days day, std::int64_t n) {
  const year_month_day ymd{day};
  const auto target = year_month{ymd.year(), ymd.month()} + months{static_cast<int>(n)};
  const auto last = (target / std::chrono::last).day();
  return sys_days{target / std::min(ymd.day(), last)};
}

std::optional<std::int64_t> unit_micros(std::string_view unit) {
  if (unit == "millisecond") return 1'000;
  if (unit == "second") return 1'000'000;
  if (unit == "minute") return 60'000'000;
  if (unit == "hour") return 3'600'000'000;
  if (unit == "day") return kMicrosPerDay;
  if (unit == "week") return 7 * kMicrosPerDay;
  return std::nullopt;
}

std::optional<std::int64_t> unit_months(std::string_view unit) {
  if (unit == "month") return 1;
  if (unit == "quarter") return 3;
  if (unit == "year") return 12;
  return std::nullopt;
}

constexpr std::int64_t kMostMonths = 12 * 20'000;

std::optional<std::int64_t> add_micros(Call& call, std::string_view unit_text, std::int64_t n,
                                       std::int64_t micros) {
  const std::string unit = to_lower_ascii(unit_text);
  std::int64_t out = 0;
  if (const auto size = unit_micros(unit)) {
    std::int64_t shift = 0;
    if (__builtin_mul_overflow(*size, n, &shift) || __builtin_add_overflow(micros, shift, &out))
      return call.fail("date_add: the result is out of range");
    return out;
  }
  const auto size = unit_months(unit);
  if (!size)
    return call.fail(
        fmt::format("'{}' is not a valid time field (second, minute, hour, day, …)", unit));
  if (n > kMostMonths / *size || n < -kMostMonths / *size)
    return call.fail("date_add: the result is out of range");
  const auto at = sys_time<microseconds>{microseconds{micros}};
  const auto midnight = floor<days>(at);
  return (sys_time<microseconds>{add_months(midnight, *size * n)} + (at - midnight))
      .time_since_epoch()
      .count();
}

template <typename T>
std::optional<T> date_add(Call& call, std::string_view unit, std::int64_t n, T time) {
  const auto micros = add_micros(call, unit, n, time.micros);
  if (!micros) return std::nullopt;
  return T{*micros};
}

std::optional<Date> date_add_date(Call& call, std::string_view unit, std::int64_t n, Date date) {
  const std::string lower = to_lower_ascii(unit);
  if (const auto size = unit_micros(lower); size && *size < kMicrosPerDay)
    return call.fail(fmt::format("'{}' is not a valid DATE field", lower));
  const auto micros = add_micros(call, unit, n, midnight_of(date));
  if (!micros) return std::nullopt;
  return Date{static_cast<std::int32_t>(*micros / kMicrosPerDay)};
}

std::optional<std::int64_t> trunc_micros(Call& call, std::string_view unit_text,
                                         std::int64_t micros) {
  const std::string unit = to_lower_ascii(unit_text);
  const auto day = floor<days>(sys_time<microseconds>{microseconds{micros}});
  const auto as_micros = [](sys_days d) {
    return std::int64_t{d.time_since_epoch().count()} * kMicrosPerDay;
  };
  if (unit == "week") return as_micros(day - (weekday{day} - Monday));
  if (const auto size = unit_micros(unit)) {
    std::int64_t rest = micros % *size;
    if (rest < 0) rest += *size;
    return micros - rest;
  }
  const year_month_day ymd{day};
  if (unit == "month") return as_micros(sys_days{ymd.year() / ymd.month() / 1});
  if (unit == "quarter")
    return as_micros(sys_days{ymd.year() / month{(unsigned{ymd.month()} - 1) / 3 * 3 + 1} / 1});
  if (unit == "year") return as_micros(sys_days{ymd.year() / January / 1});
  return call.fail(fmt::format("'{}' is not a valid time field (hour, day, week, month, …)", unit));
}

template <typename T>
std::optional<T> date_trunc(Call& call, std::string_view unit, T time) {
  const auto micros = trunc_micros(call, unit, time.micros);
  if (!micros) return std::nullopt;
  return T{*micros};
}

std::optional<Date> date_trunc_date(Call& call, std::string_view unit, Date date) {
  const auto micros = trunc_micros(call, unit, midnight_of(date));
  if (!micros) return std::nullopt;
  const auto days = *micros / kMicrosPerDay;
  return Date{static_cast<std::int32_t>(*micros % kMicrosPerDay < 0 ? days - 1 : days)};
}

// ---- text of durations and instants

std::optional<std::string> human_readable_seconds(Call& call, double value) {
  if (!std::isfinite(value) || std::abs(value) > 1e15) return call.fail("Invalid argument found");
  auto left = static_cast<std::int64_t>(std::llround(std::abs(value)));
  struct Unit {
    std::int64_t seconds;
    std::string_view name;
  };
  std::string out;
  for (const Unit unit : {Unit{604'800, "week"}, Unit{86'400, "day"}, Unit{3'600, "hour"},
                          Unit{60, "minute"}, Unit{1, "second"}}) {
    const auto n = left / unit.seconds;
    left %= unit.seconds;
    if (n == 0) continue;
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {}{}", n, unit.name, n == 1 ? "" : "s");
  }
  return out.empty() ? "0 seconds" : out;
}

/// CAST(… AS varchar) of an instant.
std::optional<std::string> instant_text(Call&, Instant time) {
  static const TimePattern pattern = compile_joda_pattern("yyyy-MM-dd HH:mm:ss.SSS 'UTC'").value();
  return print_time(pattern, time.micros);
}

}  // namespace

void add_time_functions(Registry& registry) {
  registry.add<format_time<compile_mysql_pattern, Date>>("trino_date_format");
  registry.add<format_time<compile_mysql_pattern, Wall>>("trino_date_format");
  registry.add<format_time<compile_mysql_pattern, Instant>>("trino_date_format");
  registry.add<format_time<compile_joda_pattern, Date>>("trino_format_datetime");
  registry.add<format_time<compile_joda_pattern, Wall>>("trino_format_datetime");
  registry.add<format_time<compile_joda_pattern, Instant>>("trino_format_datetime");
  registry.add<parse_time<compile_mysql_pattern, Wall>>("trino_date_parse");
  registry.add<parse_time<compile_joda_pattern, Instant>>("trino_parse_datetime");
  registry.add<from_iso_timestamp>("trino_from_iso8601_timestamp");
  registry.add<from_iso_date>("trino_from_iso8601_date");
  registry.add<iso_of_date>("trino_to_iso8601");
  registry.add<iso_of_wall>("trino_to_iso8601");
  registry.add<iso_of_instant>("trino_to_iso8601");
  registry.add<date_add_date>("trino_date_add");
  registry.add<date_add<Wall>>("trino_date_add");
  registry.add<date_add<Instant>>("trino_date_add");
  registry.add<date_trunc_date>("trino_date_trunc");
  registry.add<date_trunc<Wall>>("trino_date_trunc");
  registry.add<date_trunc<Instant>>("trino_date_trunc");
  registry.add<human_readable_seconds>("human_readable_seconds");
  registry.add<instant_text>("trino_instant_text");
}

}  // namespace backtrail::store::trino
