#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/json_shapes.h"

namespace backtrail::cli {
namespace {

Result<int> run_detect(Invocation& run) {
  const Arguments& args = run.args();
  analysis::DetectOptions options{.builtin = !args.has("no-builtin-rules"),
                                  .prune = args.has("prune"),
                                  .threads = run.threads()};
  BACKTRAIL_ASSIGN(options.files, own_rules(run));
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::write));
  const std::stop_token stop = run.stop("the findings stay as they were before this run.");
  BACKTRAIL_ASSIGN(auto output, run.open_output());
  HitWriter hits(run, output->stream());
  options.on_hit = [&](const model::Hit& hit) {
    run.end_progress();
    hits.write(hit);
  };
  BACKTRAIL_ASSIGN(const analysis::DetectResult result,
                   analysis::detect(*kase, options, run.progress(), stop));
  tell_rule_problems(run, result.rejected, result.warnings);
  Json more = Json::object();
  more.set("rules", result.rules);
  more.set("findings", result.findings);
  more.set("pruned", result.pruned);
  more.set("rejected", report::to_json(result.rejected));
  hits.finish(more);
  BACKTRAIL_RETURN_IF_ERROR(output->finish());
  run.note(report::plural(result.rules, "rule") + " ran: " + report::plural(hits.count(), "hit") +
           ", " + report::plural(result.findings, "finding") +
           (result.pruned ? ", " + report::plural(result.pruned, "finding") + " removed" : "") +
           ". Next: " + with_case(run, "findings"));
  return outcome(hits.found(), !result.rejected.empty());
}

}  // namespace

std::vector<CommandSpec> detect_commands() {
  return {{.name = "detect",
           .group = "Work on a case",
           .summary = "Run detection rules over the case and group their hits into findings",
           .description =
               "Replaces the findings of the rules that run and keeps their ids and your decisions "
               "about them. "
               "Correlation rules and groups are computed here, so run it after an import.",
           .examples = {{"the built-in rules", "backtrail detect --case ./incident-42"},
                        {"your own rules as well",
                         "backtrail detect --rules ./sigma/rules --case ./incident-42"},
                        {"only your own, for a pipeline",
                         "backtrail detect --rules ./rules --no-builtin-rules --output jsonl "
                         "--case ./incident-42"}},
           .options = options_of(
               {{case_option()},
                rule_options(),
                {{.name = "prune", .help = "Remove the findings of rules that are no longer given"},
                 fail_on_option(),
                 output_option({"table", "json", "jsonl", "csv", "markdown"}),
                 out_option()}}),
           .run = run_detect,
           .interrupted = "The findings are as they were before; run it again.",
           .exit_codes = {3, 4, 5, 6}}};
}

}  // namespace backtrail::cli
