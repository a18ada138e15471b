#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/json_shapes.h"

namespace backtrail::cli {
namespace {

Result<int> run_scan(Invocation& run) {
  BACKTRAIL_RETURN_IF_ERROR(check_paths(run.args().list("PATH")));
  BACKTRAIL_ASSIGN(const std::vector<sigma::RuleFile> files, chosen_rules(run));
  sigma::LoadResult loaded = sigma::load(files);
  tell_rule_problems(run, loaded.rejected, loaded.warnings);
  const std::stop_token stop =
      run.stop("a scan keeps nothing; what was found so far has been printed.");
  BACKTRAIL_ASSIGN(auto output, run.open_output());
  HitWriter hits(run, output->stream());
  ingest::ScanOptions options{.threads = run.threads(), .rules = loaded.rules};
  BACKTRAIL_ASSIGN(options.read, read_options_of(run));
  BACKTRAIL_ASSIGN(const ingest::Summary summary,
                   ingest::scan(
                       run.args().list("PATH"), options,
                       [&](const model::Hit& hit) { return hits.prepare(hit); },
                       [&](const model::Hit& hit, std::string_view text) { hits.write(hit, text); },
                       run.progress(), stop));
  run.end_progress();
  Json more = Json::object();
  more.set("scan", report::to_json(summary));
  hits.finish(more);
  BACKTRAIL_RETURN_IF_ERROR(output->finish());
  tell_nothing_read(run, summary, run.args().list("PATH"));
  for (const ingest::Skipped& k : summary.skipped)
    if (k.reason != "not_a_log")
      run.warn("damaged: " + escape_terminal(k.path) + ": " + k.reason + ", kept " + std::to_string(k.kept) +
               ", lost " + std::to_string(k.lost));
  run.note(report::plural(summary.records.read, "record") + " of " +
           report::plural(summary.files.found, "file") + " read, " +
           report::plural(summary.files.skipped - summary.files.not_a_log, "file") +
           " not read whole, " + report::plural(summary.files.not_a_log, "file") +
           (summary.files.not_a_log == 1 ? " is no log, " : " are no logs, ") +
           report::plural(loaded.rules->rules().size(), "rule") + ": " +
           report::plural(hits.count(), "hit") + " in " + report::seconds_text(summary.seconds) +
           ".");
  return outcome(hits.found(), summary.incomplete() || !loaded.rejected.empty());
}

}  // namespace

std::vector<CommandSpec> scan_commands() {
  return {
      {.name = "scan",
       .group = "Without a case",
       .summary = "Match rules against logs without a case, for speed and pipes",
       .description = "Reads the logs that import reads (backtrail help logs). Prints hits as they are met. Events delivered twice are matched twice; only "
                      "correlation rules, which "
                      "need all hits, drop such copies.",
       .examples = {{"built-in rules over a folder", "backtrail scan ./AWSLogs"},
                    {"your own rules, one JSON object a line",
                     "backtrail scan ./AWSLogs --rules ./rules --no-builtin-rules --output jsonl"},
                    {"fail a job when something high is found",
                     "backtrail scan ./AWSLogs --fail-on high --quiet"}},
       .arguments = {paths_argument()},
       .options = options_of(
           {rule_options(), read_options(),
            {fail_on_option(), output_option({"table", "json", "jsonl", "csv", "markdown"}),
             out_option()}}),
       .run = run_scan,
       .interrupted =
           "Hits printed so far are valid; a scan keeps nothing, so the same command begins again.",
       .exit_codes = {3, 4, 5}}};
}

}  // namespace backtrail::cli
