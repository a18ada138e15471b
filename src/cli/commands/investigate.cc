#include <algorithm>

#include "cli/commands/case_work.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/json_shapes.h"

namespace backtrail::cli {
namespace {

Json detect_json(const analysis::DetectResult& d) {
  Json out = Json::object();
  out.set("rules", d.rules);
  out.set("hits", d.hits);
  out.set("findings", d.findings);
  out.set("rejected", report::to_json(d.rejected));
  return out;
}

Result<int> run_investigate(Invocation& run) {
  const Arguments& args = run.args();
  const bool builtin = !args.has("no-builtin-rules");
  analysis::DetectOptions detect{.builtin = builtin, .threads = run.threads()};
  const std::vector<std::string>& paths = args.list("PATH");
  BACKTRAIL_RETURN_IF_ERROR(check_paths(paths));
  BACKTRAIL_RETURN_IF_ERROR(read_options_of(run));
  BACKTRAIL_ASSIGN(detect.files, own_rules(run));
  BACKTRAIL_ASSIGN(const auto opened, run.open_or_create_case());
  casefile::Case& kase = *opened;
  BACKTRAIL_ASSIGN(const ingest::Summary imported, import_paths(run, kase, paths, builtin));
  const std::stop_token stop = run.stop();
  BACKTRAIL_ASSIGN(const analysis::DetectResult detected,
                   analysis::detect(kase, detect, run.progress(), stop));
  BACKTRAIL_ASSIGN(const analysis::CaseSummary summary, analysis::summary(kase, {}, stop));
  BACKTRAIL_ASSIGN(const std::filesystem::path page,
                   write_report(kase, summary, args.text("report"), stop));
  run.end_progress();
  tell_rule_problems(run, detected.rejected, {});
  if (run.format() == "json") {
    Json out = report::with_schema("investigate");
    out.set("case", kase.directory().string());
    out.set("import", report::to_json(imported));
    out.set("detect", detect_json(detected));
    out.set("summary", report::to_json(summary));
    out.set("report", page.string());
    BACKTRAIL_RETURN_IF_ERROR(run.write(out.dump() + "\n"));
  } else {
    const report::Investigation what{.summary = &summary,
                                     .import = &imported,
                                     .rules = detected.rules,
                                     .rules_rejected = detected.rejected.size(),
                                     .report = page.string()};
    BACKTRAIL_RETURN_IF_ERROR(run.show(report::investigation_text(what, run.text_options())));
  }
  tell_nothing_read(run, imported, paths);
  const auto& findings = summary.findings.findings;
  const bool found = std::any_of(findings.begin(), findings.end(),
                                 [&](const model::Finding& f) { return fails(args, f.severity); });
  return outcome(found, imported.incomplete() || !detected.rejected.empty());
}

}  // namespace

std::vector<CommandSpec> investigate_commands() {
  return {
      {.name = "investigate",
       .group = "Start here",
       .summary = "Make a case of logs: import, detect, summarise, report",
       .description = "Reads logs of every kind that import knows (backtrail help logs) into a case (made when "
                      "missing), runs the detection rules, "
                      "and tells on one screen what was read, "
                      "who matters, what was found, and what to look at first. The HTML report in "
                      "the case's folder reports/ says the "
                      "same with every event and the evidence list.\n\n"
                      "Running it again on the same case reads only what is new.",
       .examples =
           {{"a folder of exported logs",
             "backtrail investigate ./AWSLogs --case ./incident-42"},
            {"with your own Sigma rules as well",
             "backtrail investigate ./AWSLogs --rules ./sigma --case ./incident-42"},
            {"in a pipeline: exit with 3 when something high was found",
             "backtrail investigate ./AWSLogs --case ./incident-42 --fail-on high --output json"}},
       .arguments = {paths_argument()},
       .options = options_of({{case_option(), in_place_option()},
                              rule_options(),
                              read_options(),
                              {{.name = "report",
                                .kind = ValueKind::file,
                                .value_name = "FILE",
                                .help = "Where to write the HTML report",
                                .fallback = "reports/report.html in the case"},
                               fail_on_option(),
                               output_option({"table", "json"}),
                               out_option()}}),
       .run = run_investigate,
       .interrupted =
           "Files read to their end are in the case; the same command finishes the work.",
       .exit_codes = {3, 4, 5, 6}}};
}

}  // namespace backtrail::cli
