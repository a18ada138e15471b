#include <array>

#include "analysis/detail/marks.h"
#include "analysis/detail/sql.h"
#include "analysis/detail/summary.h"

namespace backtrail::analysis {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kMaxBars = 200;
constexpr std::int64_t kDay = 86400;
constexpr std::array<std::int64_t, 17> kSteps = {
    1,     5,     15,    60,   300,      900,      1800,      3600,      7200,
    14400, 21600, 43200, kDay, 2 * kDay, 7 * kDay, 30 * kDay, 365 * kDay};

/// Which bar a time falls into, counted from 1970; times before it have negative numbers.
std::int64_t bar_of(Timestamp t, seconds step) {
  const std::int64_t us = t.time_since_epoch().count();
  const std::int64_t width = step.count() * 1000000;
  return us / width - (us % width < 0 ? 1 : 0);
}

}  // namespace

seconds activity_step(Timestamp first, Timestamp last) {
  const auto bars = [&](std::int64_t s) {
    return bar_of(last, seconds(s)) - bar_of(first, seconds(s)) + 1;
  };
  for (const std::int64_t s : kSteps)
    if (bars(s) <= kMaxBars) return seconds(s);
  std::int64_t years = 1;
  while (bars(years * 365 * kDay) > kMaxBars) ++years;
  return seconds(years * 365 * kDay);
}

Result<void> fill_activity(store::Engine& engine, const TimeWindow& window, CaseSummary& summary,
                           std::stop_token stop) {
  if (!summary.first || !summary.last) return {};
  const seconds step = activity_step(*summary.first, *summary.last);
  const std::int64_t from = bar_of(*summary.first, step);
  summary.activity_step = step;
  const auto bars = static_cast<std::size_t>(bar_of(*summary.last, step) - from + 1);
  for (std::size_t i = 0; i < bars; ++i)
    summary.activity.push_back({.start = Timestamp{(from + static_cast<std::int64_t>(i)) * step}});
  Where where;
  where.window("\"time\"", window);
  where.add("\"time\" IS NOT NULL");
  const std::string width = where.bind(std::int64_t{step.count() * 1000000});
  return each_row(
      engine,
      {.sql = "WITH " + std::string(kMarks) + " SELECT (us - ((us % " + width + ") + " + width +
              ") % " + width + ") // " + width +
              " AS bar, count(*), count(*) FILTER (outcome <> 'success'), "
              "count(*) FILTER (uid IN (SELECT uid FROM marks)) "
              "FROM (SELECT epoch_us(\"time\") AS us, outcome, uid FROM events " +
              where.text() + ") GROUP BY bar",
       .parameters = where.parameters()},
      [&](std::span<const store::Cell> row) {
        const std::int64_t bar = store::to_int(row[0]) - from;
        if (bar < 0 || static_cast<std::size_t>(bar) >= summary.activity.size()) return true;
        CaseSummary::Activity& a = summary.activity[static_cast<std::size_t>(bar)];
        a.events = to_count(row[1]);
        a.errors = to_count(row[2]);
        a.flagged = to_count(row[3]);
        return true;
      },
      std::move(stop));
}

}  // namespace backtrail::analysis
