#include "analysis/log_coverage.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "analysis/detail/sql.h"
#include "sources/log_switches.h"
#include "sources/sources.h"

namespace backtrail::analysis {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;

Where conditions(const CoverageOptions& o) {
  Where where;
  where.window("\"time\"", o.window);
  if (!o.account.empty()) where.add("account = ?", o.account);
  if (!o.region.empty()) where.add("region = ?", o.region);
  if (!o.log.empty()) where.add("log = ?", o.log);
  return where;
}

/// Takes the hours of all streams in order.
class Streams {
 public:
  Streams(LogCoverage& out, const CoverageOptions& options) : out_(out), options_(options) {}

  void add(std::span<const store::Cell> cells) {
    const auto text = [cells](std::size_t i) { return store::to_text(cells[i]); };
    if (out_.streams.empty() || out_.streams.back().account != text(0) || out_.streams.back().region != text(1) ||
        out_.streams.back().log != text(2))
      out_.streams.push_back({.account = text(0), .region = text(1), .log = text(2)});
    LogStream& s = out_.streams.back();
    const std::uint64_t records = to_count(cells[3]);
    s.records += records;
    const auto first = store::to_time(cells[4]);
    const auto last = store::to_time(cells[5]);
    if (!first || !last) {
      s.without_time += records;
      return;
    }
    if (s.last && *first - *s.last >= options_.gap) s.gaps.push_back({.from = s.last, .to = first});
    if (!s.first) s.first = first;
    ++s.hours;
    const std::string day = format_rfc3339(*first).substr(0, 10);
    if (!s.last || floor<days>(*s.last) != floor<days>(*first)) {
      ++s.days;
      out_.days.push_back({.account = s.account, .region = s.region, .log = s.log, .day = day});
    }
    out_.days.back().records += records;
    ++out_.days.back().hours;
    s.last = last;
    if (!out_.first || *first < *out_.first) out_.first = first;
    if (!out_.last || *last > *out_.last) out_.last = last;
  }

  void finish() {
    for (LogStream& s : out_.streams) {
      if (!s.first) continue;
      const auto span = [&](auto unit) {
        using Unit = decltype(unit);
        return static_cast<std::uint64_t>((floor<Unit>(*s.last) - floor<Unit>(*s.first)).count()) + 1;
      };
      s.days_without = span(days{}) - s.days;
      s.hours_without = span(hours{}) - s.hours;
      s.ends_early = *out_.last - *s.last >= options_.gap;
      s.begins_late = *s.first - *out_.first >= options_.gap;
    }
  }

 private:
  LogCoverage& out_;
  const CoverageOptions& options_;
};

Result<void> find_late_files(store::Engine& engine, const CoverageOptions& options, LogCoverage& out,
                             const std::stop_token& stop) {
  Where where = conditions(options);
  where.add("\"time\" < delivered - to_minutes(CAST(? AS BIGINT))", static_cast<std::int64_t>(options.late.count()));
  // CloudTrail, AWS Config, flow logs and load balancers name their files so.
  return each_row(
      engine,
      {.sql = "WITH files AS (SELECT id, path, coalesce(try_strptime(regexp_extract(path, "
              "'_(\\d{8}T\\d{4,6}Z)_', 1), '%Y%m%dT%H%MZ'), try_strptime(regexp_extract(path, "
              "'_(\\d{8}T\\d{4,6}Z)_', 1), '%Y%m%dT%H%M%SZ')) AS delivered FROM evidence) "
              "SELECT path, delivered, min(\"time\"), count(*) FROM events JOIN files ON id = _evidence " +
              where.text() + " GROUP BY path, delivered ORDER BY path, delivered",
       .parameters = where.parameters()},
      [&out](std::span<const store::Cell> cells) {
        const auto delivered = store::to_time(cells[1]);
        const auto oldest = store::to_time(cells[2]);
        if (delivered && oldest)
          out.late.push_back({.file = store::to_text(cells[0]),
                              .delivered = *delivered,
                              .oldest = *oldest,
                              .records = to_count(cells[3])});
        return true;
      },
      stop);
}

/// The calls of `sources::log_switches` among the events of CloudTrail.
void add_switches(Where& where) {
  where.add("log = 'cloudtrail'");
  std::string any;
  for (const sources::LogSwitches& s : sources::log_switches()) {
    if (s.source.empty()) continue;
    any += (any.empty() ? "(source = " : " OR (source = ") + where.bind(std::string(s.source)) + " AND \"action\" IN (";
    for (std::size_t i = 0; i < s.calls.size(); ++i) any += (i == 0 ? "" : ", ") + where.bind(std::string(s.calls[i]));
    any += ")";
    if (!s.mention.empty())
      any += " AND uid NOT IN (SELECT uid FROM main.cloudtrail_logs WHERE eventsource = " + where.bind(std::string(s.source)) +
             " AND NOT contains(lower(requestparameters), " + where.bind(std::string(s.mention)) + "))";
    any += ")";
  }
  where.add("(" + any + ")");
}

Result<void> find_switches(store::Engine& engine, const CoverageOptions& options, LogCoverage& out,
                           const std::stop_token& stop) {
  CoverageOptions of_all = options;
  of_all.log.clear();
  Where where = conditions(of_all);
  add_switches(where);
  return each_row(
      engine,
      {.sql = "SELECT \"time\", account, region, \"action\", outcome, principal, event_id FROM events " + where.text() +
              " ORDER BY \"time\" NULLS LAST, event_id, uid",
       .parameters = where.parameters()},
      [&out](std::span<const store::Cell> cells) {
        const auto text = [cells](std::size_t i) { return store::to_text(cells[i]); };
        out.switches.push_back({.time = store::to_time(cells[0]),
                                .account = text(1),
                                .region = text(2),
                                .action = text(3),
                                .outcome = text(4),
                                .principal = text(5),
                                .event_id = text(6)});
        return true;
      },
      stop);
}

/// Of the logs that the options ask for, those that the answer does not have.
Result<void> find_missing(store::Engine& engine, const CoverageOptions& options, LogCoverage& out,
                          const std::stop_token& stop) {
  std::set<std::string> held, shown;
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine, {.sql = "SELECT DISTINCT log FROM events"},
      [&held](std::span<const store::Cell> cells) {
        held.insert(store::to_text(cells[0]));
        return true;
      },
      stop));
  for (const LogStream& s : out.streams) shown.insert(s.log);
  for (const model::LogType* type : sources::log_types()) {
    if (type->is_state || shown.contains(type->name) || (!options.log.empty() && options.log != type->name)) continue;
    (held.contains(type->name) ? out.filtered_out : out.absent).push_back(type->name);
  }
  std::sort(out.filtered_out.begin(), out.filtered_out.end());
  std::sort(out.absent.begin(), out.absent.end());
  return {};
}

}  // namespace

Result<LogCoverage> log_coverage(casefile::Case& kase, const CoverageOptions& options, std::stop_token stop) {
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  LogCoverage out;
  Streams streams(out, options);
  const Where where = conditions(options);
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      store->engine(),
      {.sql = "SELECT coalesce(account, '') AS a, coalesce(region, '') AS r, log, count(*), min(\"time\"), "
              "max(\"time\") FROM events " +
              where.text() + " GROUP BY a, r, log, date_trunc('hour', \"time\") ORDER BY a, r, log, "
                             "date_trunc('hour', \"time\") NULLS LAST",
       .parameters = where.parameters()},
      [&streams](std::span<const store::Cell> cells) {
        streams.add(cells);
        return true;
      },
      stop));
  streams.finish();
  BACKTRAIL_RETURN_IF_ERROR(find_late_files(store->engine(), options, out, stop));
  BACKTRAIL_RETURN_IF_ERROR(find_switches(store->engine(), options, out, stop));
  BACKTRAIL_RETURN_IF_ERROR(find_missing(store->engine(), options, out, stop));
  return out;
}

}  // namespace backtrail::analysis
