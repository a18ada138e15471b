#include "sources/detail/syslog_years.h"

namespace backtrail::sources::detail {
namespace {

int year_of(Timestamp t) {
  return static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(t)).year());
}

std::optional<Timestamp> nearest_to(const YearlessTime& stamp, Timestamp reference) {
  std::optional<Timestamp> best;
  for (int year = year_of(reference) - 1; year <= year_of(reference) + 1; ++year) {
    const auto t = stamp.in(year);
    const auto away = [&](Timestamp x) { return x < reference ? reference - x : x - reference; };
    if (t && (!best || away(*t) < away(*best))) best = t;
  }
  return best;
}

/// The last such day before `limit`. Leap days come back after eight years at most.
std::optional<Timestamp> last_before(const YearlessTime& stamp, Timestamp limit) {
  for (int year = year_of(limit); year > year_of(limit) - 9; --year)
    if (const auto t = stamp.in(year); t && *t < limit) return t;
  return std::nullopt;
}

/// A day is named in any zone, and a file may go on after the rotation that named it.
constexpr std::chrono::days kSlack{2};

}  // namespace

std::optional<GivenYear> GivenYear::parse(std::string_view text) {
  GivenYear out;
  if (text.empty()) return out;
  if (text.size() == 4 && text.find_first_not_of("0123456789") == std::string_view::npos) {
    out.year = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
    if (*out.year < 1970 || *out.year > 2100) return std::nullopt;
    return out;
  }
  if (text.size() != 10 || !(out.collected = parse_log_time(text))) return std::nullopt;
  return out;
}

/// The first line is in the given year; from December to January a year goes by, and a line of December behind one of
/// January is late.
std::optional<Timestamp> SyslogYears::in_order(const YearlessTime& t) {
  if (!year_)
    year_ = given_.year;
  else if (month_ - t.month >= 6)
    ++*year_;
  else if (t.month - month_ == 11)
    return t.in(*year_ - 1);
  month_ = t.month;
  return t.in(*year_);
}

SyslogYears::Answer SyslogYears::resolve(const SyslogFrameView& frame, const Context& context) {
  if (frame.time) return {frame.time, "stamp"};
  if (!frame.yearless) {
    // RFC 5424 allows a line without stamp.
    return context.time ? Answer{context.time, "wrapper"} : Answer{};
  }
  const YearlessTime& t = *frame.yearless;
  if (const auto& around = context.time ? context.time : context.received) return {nearest_to(t, *around), "wrapper"};
  if (given_.year) return {in_order(t), "option"};
  if (given_.collected) return {last_before(t, *given_.collected + kSlack), "option"};
  if (context.file != nullptr && context.file->date) return {last_before(t, *context.file->date + kSlack), "path"};
  return {};
}

}  // namespace backtrail::sources::detail
