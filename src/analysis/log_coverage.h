#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "analysis/analysis.h"
#include "base/result.h"
#include "base/time.h"

/// What the logs of a case cover, so that "we saw nothing" is told from "we had nothing to see".
namespace backtrail::analysis {

/// One log of one account in one region.
struct LogStream {
  std::string account{}, region{}, log{};
  std::uint64_t records = 0;
  std::uint64_t without_time = 0;  // of records
  std::optional<Timestamp> first{}, last{};
  std::uint64_t days = 0, days_without = 0;    // from the first record's day to the last one's
  std::uint64_t hours = 0, hours_without = 0;  // the same of hours
  /// [from, to): from a record to the next, at least `CoverageOptions::gap` apart.
  std::vector<TimeWindow> gaps{};
  /// Other logs of the case go on for longer than `gap` behind its last record, or begin so much earlier.
  bool ends_early = false, begins_late = false;
};
struct LogDay {
  std::string account{}, region{}, log{}, day{};  // day: 2026-01-31
  std::uint64_t records = 0, hours = 0;           // hours of the day with records
};
/// A file whose name tells when it was delivered, much later than a record in it happened.
struct LateFile {
  std::string file{};
  Timestamp delivered{}, oldest{};
  std::uint64_t records = 0;  // late ones
};
/// A successful or refused call that turns a log on, off or elsewhere.
struct LogSwitch {
  std::optional<Timestamp> time{};
  std::string account{}, region{}, action{}, outcome{}, principal{}, event_id{};
};
struct LogCoverage {
  std::optional<Timestamp> first{}, last{};  // of all logs
  std::vector<LogStream> streams{};          // by account, region, log
  std::vector<LogDay> days{};                // by account, region, log, day
  std::vector<LateFile> late{};              // by file
  std::vector<LogSwitch> switches{};         // by time, event id
  // Log types of those asked for (`CoverageOptions::log`), by name:
  std::vector<std::string> absent{};        // the case holds nothing of it
  std::vector<std::string> filtered_out{};  // the case holds it, but nothing in the window, account and region
};
struct CoverageOptions {
  TimeWindow window{};
  std::string account{}, region{}, log{};
  std::chrono::hours gap{6};
  std::chrono::minutes late{60};
};
[[nodiscard]] Result<LogCoverage> log_coverage(casefile::Case& kase, const CoverageOptions& options,
                                               std::stop_token stop);

}  // namespace backtrail::analysis
