#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/json_shapes.h"

namespace backtrail::cli {
namespace {

Result<int> run_summary(Invocation& run) {
  analysis::SummaryOptions options;
  BACKTRAIL_ASSIGN(options.window, run.window());
  options.principals = run.args().count("limit").value_or(run.people() ? 20 : 0);
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::read));
  BACKTRAIL_ASSIGN(const analysis::CaseSummary summary,
                   analysis::summary(*kase, options, run.stop("reading changes nothing.")));
  if (run.format() == "json") {
    BACKTRAIL_RETURN_IF_ERROR(run.write(report::to_json(summary).dump() + "\n"));
  } else {
    BACKTRAIL_RETURN_IF_ERROR(run.write(report::summary_text(summary, run.text_options())));
  }
  run.note(report::plural(summary.principals.size(), "principal") + " of " +
           std::to_string(summary.principals_total) + " shown.");
  return kExitOk;
}

}  // namespace

std::vector<CommandSpec> summary_commands() {
  return {{.name = "summary",
           .group = "Read a case",
           .summary = "Tell per principal when, from where and with what it did what",
           .description = "Principals that matter come first: those with findings, sensitive calls "
                          "and denied calls. Each is "
                          "shown with first and last time, regions, addresses, user agents, access "
                          "keys, errors, and its "
                          "sensitive calls split by success and failure.",
           .examples = {{"the 20 that matter most", "backtrail summary --case ./incident-42"},
                        {"all of them, of one day, for a script",
                         "backtrail summary --from 2026-01-31 --to 2026-02-01 --output json --case "
                         "./incident-42"}},
           .options = options_of(
               {{case_option()},
                time_options(),
                {limit_option("At most this many principals; 0: all", "20 in a table, else all"),
                 output_option({"table", "json"}), out_option()}}),
           .run = run_summary,
           .exit_codes = {5, 6}}};
}

}  // namespace backtrail::cli
