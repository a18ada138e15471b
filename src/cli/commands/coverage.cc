#include "analysis/log_coverage.h"

#include <algorithm>

#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/history_shapes.h"

namespace backtrail::cli {
namespace {

std::string time_text(const std::optional<Timestamp>& t, bool people) {
  return people ? report::short_time(t) : t ? format_rfc3339(*t) : "";
}

void write_streams(ListWriter& list, const analysis::LogCoverage& c, bool people) {
  for (const analysis::LogStream& s : c.streams)
    list.cells({{s.account},
                {s.region},
                {s.log},
                {people ? with_thousands(s.records) : std::to_string(s.records)},
                {time_text(s.first, people), s.begins_late ? report::Tone::medium : report::Tone::plain},
                {time_text(s.last, people), s.ends_early ? report::Tone::medium : report::Tone::plain},
                {std::to_string(s.days)},
                {std::to_string(s.days_without), s.days_without > 0 ? report::Tone::bad : report::Tone::plain},
                {std::to_string(s.hours_without)},
                {std::to_string(s.gaps.size()), s.gaps.empty() ? report::Tone::plain : report::Tone::bad},
                {std::to_string(s.without_time)}});
}

void write_days(ListWriter& list, const analysis::LogCoverage& c, bool people) {
  for (const analysis::LogDay& d : c.days)
    list.cells({{d.account},
                {d.region},
                {d.log},
                {d.day},
                {people ? with_thousands(d.records) : std::to_string(d.records)},
                {std::to_string(d.hours)}});
}

std::vector<report::RowColumn> columns(bool days) {
  std::vector<report::RowColumn> out = {{.title = "account", .least = 12, .rank = 4},
                                        {.title = "region", .least = 14},
                                        {.title = "log", .least = 10}};
  const auto number = [&](const char* title, int rank = 0) {
    out.push_back({.title = title, .right = true, .least = 5, .rank = rank});
  };
  if (days) {
    out.push_back({.title = "day", .least = 10});
    number("records");
    number("hours");
    return out;
  }
  number("records");
  out.push_back({.title = "first", .least = 19});
  out.push_back({.title = "last", .least = 19});
  number("days", 3);
  number("days_without");
  number("hours_without", 2);
  number("gaps");
  number("without_time", 1);
  return out;
}

Result<int> run_coverage(Invocation& run) {
  const Arguments& args = run.args();
  analysis::CoverageOptions options;
  BACKTRAIL_ASSIGN(options.window, run.window());
  options.account = args.text("account");
  options.region = args.text("region");
  options.log = args.text("source");
  constexpr std::uint64_t kYear = std::uint64_t{366} * 24;
  options.gap = std::chrono::hours(std::clamp(args.count("gap").value_or(6), std::uint64_t{1}, kYear));
  options.late = std::chrono::minutes(std::min(args.count("late").value_or(60), kYear * 60));
  const bool days = args.has("days");
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::read));
  BACKTRAIL_ASSIGN(const analysis::LogCoverage coverage,
                   analysis::log_coverage(*kase, options, run.stop("reading changes nothing.")));
  if (run.format() == "json") {
    BACKTRAIL_RETURN_IF_ERROR(run.write(report::to_json(coverage).dump() + "\n"));
    return kExitOk;
  }
  BACKTRAIL_ASSIGN(auto output, run.open_output());
  ListWriter list(output->stream(),
                  {.format = run.format(),
                   .columns = columns(days),
                   .table = {.width = run.table_width(), .style = run.out_style()}});
  days ? write_days(list, coverage, run.people()) : write_streams(list, coverage, run.people());
  list.finish();
  if (run.people()) output->stream() << report::coverage_notes(coverage, run.text_options());
  BACKTRAIL_RETURN_IF_ERROR(output->finish());
  run.note("A gap is at least " + report::plural(static_cast<std::uint64_t>(options.gap.count()), "hour") +
           " without a record (--gap). Logs from the case alone: what was never turned on or collected is absent.");
  return kExitOk;
}

}  // namespace

std::vector<CommandSpec> coverage_commands() {
  return {
      {.name = "coverage",
       .group = "Read a case",
       .summary = "Tell what the logs cover: gaps, late files, logs that are not there",
       .description =
           "Each log of each account and region, with its first and last record, the days and hours in between "
           "without any, and longer gaps; files that were delivered long after what they tell of; calls that turned "
           "logs on or off; and the logs of which the case holds nothing. So that \"nothing was seen\" can be told "
           "from \"nothing was there to see\".",
       .examples = {{"all logs", "backtrail coverage --case ./incident-42"},
                    {"day by day, for a spreadsheet",
                     "backtrail coverage --days --output csv --out days.csv --case ./incident-42"}},
       .options = options_of({{case_option()},
                              time_options(),
                              {{.name = "account",
                                .kind = ValueKind::text,
                                .value_name = "ID",
                                .help = "Logs of this account"},
                               {.name = "region",
                                .kind = ValueKind::text,
                                .value_name = "REGION",
                                .help = "Logs of this region"},
                               {.name = "source",
                                .kind = ValueKind::text,
                                .value_name = "NAME",
                                .help = "This log, such as cloudtrail or vpcflow"},
                               {.name = "gap",
                                .kind = ValueKind::count,
                                .value_name = "HOURS",
                                .help = "What counts as a gap",
                                .fallback = "6"},
                               {.name = "late",
                                .kind = ValueKind::count,
                                .value_name = "MINUTES",
                                .help = "A file delivered so long after a record in it is late",
                                .fallback = "60"},
                               {.name = "days", .help = "A row for each day"},
                               output_option({"table", "json", "csv", "markdown"}),
                               out_option()}}),
       .run = run_coverage,
       .exit_codes = {5, 6}}};
}

}  // namespace backtrail::cli
