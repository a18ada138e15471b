#include "analysis/history.h"

#include <algorithm>

#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/history_shapes.h"

namespace backtrail::cli {
namespace {

Result<int> run_history(Invocation& run) {
  const Arguments& args = run.args();
  analysis::HistoryOptions options;
  options.resource = args.text("RESOURCE");
  BACKTRAIL_ASSIGN(options.window, run.window());
  if (args.has("at")) {
    BACKTRAIL_ASSIGN(options.at, parse_time_argument(args.text("at"), run.console().clock.now()));
  }
  constexpr std::uint64_t kYear = std::uint64_t{365} * 24 * 60;
  options.before = std::chrono::minutes(std::min(args.count("within").value_or(15), kYear));
  options.limit = args.count("limit").value_or(0);
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::read));
  BACKTRAIL_ASSIGN(const analysis::ResourceHistory history,
                   analysis::history(*kase, options, run.stop("reading changes nothing.")));
  const report::HistoryRequest asked{.resource = options.resource, .at = options.at};
  const std::string text = run.format() == "json" ? report::to_json(history, asked).dump() + "\n"
                                                  : report::history_text(history, asked, run.text_options());
  BACKTRAIL_RETURN_IF_ERROR(run.write(text));
  if (history.items.empty() && history.states.empty() && history.events.empty())
    run.note("Nothing in the case names '" + options.resource + "' so. Give its id, ARN or name; 'backtrail coverage' "
             "tells what the logs cover.");
  else
    run.note(report::plural(history.items.size(), "state") + ", " + report::plural(history.events.size(), "event") +
             (history.truncated ? ", and more: stopped at --limit." : "."));
  return kExitOk;
}

}  // namespace

std::vector<CommandSpec> history_commands() {
  return {
      {.name = "history",
       .group = "Read a case",
       .summary = "Show a resource over time, and who changed it",
       .description =
           "The states that AWS Config recorded of a resource, what each changed, and the CloudTrail events behind "
           "the change: those that the item relates to, and changing calls that name the resource shortly before the "
           "capture. A state from several files is shown once.\n\n"
           "Without AWS Config's items: all events that name the resource.",
       .examples = {{"a security group", "backtrail history sg-0123456789abcdef0 --case ./incident-42"},
                    {"its rules on a day", "backtrail history sg-0123456789abcdef0 --at 2026-01-31 --case ./incident-42"},
                    {"software that came to a host, for a script",
                     "backtrail history i-0123456789abcdef0 --output json --case ./incident-42"}},
       .arguments = {{.name = "RESOURCE", .help = "Its id, ARN or name"}},
       .options = options_of({{case_option()},
                              time_options(),
                              {{.name = "at",
                                .kind = ValueKind::time,
                                .value_name = "TIME",
                                .help = "Its state at this time too, in full"},
                               {.name = "within",
                                .kind = ValueKind::count,
                                .value_name = "MINUTES",
                                .help = "Calls up to so long before a capture may have caused the change",
                                .fallback = "15"},
                               limit_option("At most this many events where there are no states; 0: all"),
                               output_option({"table", "json"}),
                               out_option()}}),
       .run = run_history,
       .exit_codes = {5, 6}}};
}

}  // namespace backtrail::cli
