#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/json_shapes.h"

namespace backtrail::cli {
namespace {

Result<sigma::LoadResult> load_chosen(Invocation& run) {
  BACKTRAIL_ASSIGN(const std::vector<sigma::RuleFile> files, chosen_rules(run));
  sigma::LoadResult loaded = sigma::load(files);
  tell_rule_problems(run, loaded.rejected, loaded.warnings);
  return loaded;
}

Result<int> run_list(Invocation& run) {
  BACKTRAIL_ASSIGN(const sigma::LoadResult loaded, load_chosen(run));
  BACKTRAIL_ASSIGN(auto output, run.open_output());
  ListWriter list(output->stream(),
                  {.format = run.format(),
                   .columns = {{.title = "id", .least = 8},
                               {.title = "name", .least = 8},
                               {.title = "level", .least = 8},
                               {.title = "kind", .least = 4},
                               {.title = "techniques", .least = 9},
                               {.title = "title", .least = 20},
                               {.title = "path", .least = 10, .keep_end = true}},
                   .table = {.width = run.table_width(), .style = run.out_style()},
                   .document = report::with_schema("rules"),
                   .member = "rules"});
  for (const sigma::RuleInfo& r : loaded.rules->rules()) {
    if (list.takes_json()) {
      list.object(report::to_json(r));
    } else {
      list.cells({{r.id},
                  {r.name},
                  {std::string(model::to_string(r.level)), report::tone_of(r.level)},
                  {r.kind == sigma::RuleKind::correlation ? "correlation" : "detection"},
                  {join(r.techniques, " ")},
                  {r.title},
                  {r.path}});
    }
  }
  list.finish();
  BACKTRAIL_RETURN_IF_ERROR(output->finish());
  run.note(report::plural(list.count(), "rule") + ".");
  return outcome(false, !loaded.rejected.empty());
}

Result<int> run_lint(Invocation& run) {
  BACKTRAIL_RETURN_IF_ERROR(check_paths(run.args().list("PATH")));
  BACKTRAIL_ASSIGN(const std::vector<sigma::RuleFile> files,
                   analysis::read_rule_files(run.args().list("PATH")));
  const sigma::LoadResult loaded = sigma::load(files);
  const std::size_t count = loaded.rules->rules().size();
  if (run.format() == "json") {
    Json out = report::with_schema("lint");
    out.set("loaded", static_cast<std::uint64_t>(count));
    out.set("rejected", report::to_json(loaded.rejected));
    out.set("warnings", report::to_json(loaded.warnings));
    BACKTRAIL_RETURN_IF_ERROR(run.write(out.dump() + "\n"));
  } else {
    const report::Style style = run.out_style();
    std::string out;
    const auto line = [&](std::string_view word, report::Tone tone, const sigma::Problem& p) {
      out += escape_terminal(p.path) + ":" + std::to_string(p.line) + ":" +
             std::to_string(p.column) + ": " + style.paint(tone, word) + ": " +
             escape_terminal(p.message) + " [" + p.id + "]\n";
    };
    for (const sigma::Problem& p : loaded.rejected) line("refused", report::Tone::bad, p);
    for (const sigma::Problem& p : loaded.warnings) line("warning", report::Tone::medium, p);
    out += report::plural(count, "rule") + " loaded, " + std::to_string(loaded.rejected.size()) +
           " refused, " + report::plural(loaded.warnings.size(), "warning") + " in " +
           report::plural(files.size(), "file") + "\n";
    BACKTRAIL_RETURN_IF_ERROR(run.write(out));
  }
  return outcome(false, !loaded.rejected.empty());
}

Result<int> run_coverage(Invocation& run) {
  BACKTRAIL_ASSIGN(const sigma::LoadResult loaded, load_chosen(run));
  std::map<std::string, std::uint64_t> hits;
  const bool of_case = run.args().has("case");
  if (of_case) {
    BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::read));
    BACKTRAIL_ASSIGN(hits, analysis::hits_by_rule(*kase));
  }
  const analysis::RulesCoverage coverage = analysis::rules_coverage(*loaded.rules, hits);
  std::vector<report::RowColumn> columns = {{.title = "tactic", .least = 10},
                                            {.title = "technique", .least = 9},
                                            {.title = "highest", .least = 8},
                                            {.title = "rules", .right = true, .least = 5}};
  if (of_case) columns.push_back({.title = "hits", .right = true, .least = 4});
  BACKTRAIL_ASSIGN(auto output, run.open_output());
  ListWriter list(output->stream(),
                  {.format = run.format(),
                   .columns = std::move(columns),
                   .table = {.width = run.table_width(), .style = run.out_style()},
                   .document = report::with_schema("coverage"),
                   .member = "techniques"});
  std::set<std::string> techniques;
  for (const std::string& tactic : sigma::attack_tactics()) {
    const auto entries = coverage.tactics.find(tactic);
    if (entries == coverage.tactics.end()) continue;
    for (const analysis::TechniqueCoverage& t : entries->second) {
      techniques.insert(t.technique);
      if (list.takes_json()) {
        Json one = report::with_schema("technique");
        one.set("tactic", tactic);
        one.set("technique", t.technique);
        one.set("highest", model::to_string(t.highest));
        one.set("rules", report::strings_json(t.rule_ids));
        if (of_case) one.set("hits", t.hits);
        list.object(one);
      } else {
        std::vector<report::RowCell> cells = {
            {tactic},
            {t.technique},
            {std::string(model::to_string(t.highest)), report::tone_of(t.highest)},
            {std::to_string(t.rule_ids.size())}};
        if (of_case) cells.push_back({std::to_string(t.hits)});
        list.cells(cells);
      }
    }
  }
  Json more = Json::object();
  more.set("rules", static_cast<std::uint64_t>(loaded.rules->rules().size()));
  more.set("untagged", report::strings_json(coverage.untagged));
  list.finish(more);
  BACKTRAIL_RETURN_IF_ERROR(output->finish());
  run.note(report::plural(loaded.rules->rules().size(), "rule") + ", " +
           report::plural(techniques.size(), "ATT&CK technique") + "; " +
           report::plural(coverage.untagged.size(), "rule") + " without one.");
  return outcome(false, !loaded.rejected.empty());
}

}  // namespace

std::vector<CommandSpec> rules_commands() {
  OptionSpec coverage_case = case_option();
  coverage_case.help = "Count the hits in this case";
  coverage_case.fallback = "";
  const std::vector<std::string> formats = {"table", "json", "jsonl", "csv", "markdown"};
  return {
      {.name = "rules list",
       .group = "Rules",
       .summary = "List the rules",
       .examples = {{"the built-in ones", "backtrail rules list"},
                    {"your own only", "backtrail rules list --rules ./rules --no-builtin-rules"}},
       .options = options_of({rule_options(), {output_option(formats), out_option()}}),
       .run = run_list,
       .exit_codes = {4}},
      {.name = "rules lint",
       .group = "Rules",
       .summary = "Check rule files and say what is wrong where",
       .description = "Every YAML document counts as one rule. A refused one is named with file, "
                      "line, column and what was expected.",
       .examples = {{"a folder of rules", "backtrail rules lint ./rules"},
                    {"for a script", "backtrail rules lint ./rules --output json"}},
       .arguments = {{.name = "PATH",
                      .kind = ValueKind::path,
                      .help = "Rule files, or folders of .yml and .yaml files",
                      .repeated = true}},
       .options = {output_option({"table", "json"}), out_option()},
       .run = run_lint,
       .exit_codes = {4}},
      {.name = "rules coverage",
       .group = "Rules",
       .summary = "List the ATT&CK techniques that the rules cover",
       .examples = {{"built-in and own rules together", "backtrail rules coverage --rules ./rules"},
                    {"with the hits of a case", "backtrail rules coverage --case ./incident-42"}},
       .options =
           options_of({{coverage_case}, rule_options(), {output_option(formats), out_option()}}),
       .run = run_coverage,
       .exit_codes = {4}}};
}

}  // namespace backtrail::cli
