#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/rule_tests.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/json_shapes.h"

namespace backtrail::cli {
namespace {

namespace fs = std::filesystem;

bool has_extension(const fs::path& p, std::initializer_list<std::string_view> extensions) {
  return std::find(extensions.begin(), extensions.end(), p.extension().string()) !=
         extensions.end();
}

struct Found {
  std::vector<std::string> rules{};
  std::vector<std::string> tests{};
};

/// Rule and test files of the paths, folders walked, in order of path.
Result<Found> find_files(const std::vector<std::string>& paths) {
  Found out;
  const auto take = [&](const fs::path& p) {
    if (has_extension(p, {".yml", ".yaml"})) out.rules.push_back(p.string());
    if (has_extension(p, {".json"})) out.tests.push_back(p.string());
  };
  for (const std::string& path : paths) {
    if (!fs::is_directory(path)) {
      take(path);
      continue;
    }
    std::error_code failed;
    std::vector<fs::path> inside;
    for (fs::recursive_directory_iterator it(path, failed), end; !failed && it != end;
         it.increment(failed))
      if (it->is_regular_file(failed)) inside.push_back(it->path());
    if (failed) return system_error("read folder " + path, failed.value());
    std::sort(inside.begin(), inside.end());
    for (const fs::path& p : inside) take(p);
  }
  return out;
}

Result<int> run_test(Invocation& run) {
  BACKTRAIL_RETURN_IF_ERROR(check_paths(run.args().list("PATH")));
  BACKTRAIL_ASSIGN(const Found found, find_files(run.args().list("PATH")));
  if (found.tests.empty())
    return usage_error("no_tests", "There is no test file (.json) in the paths given.");
  std::vector<sigma::RuleFile> files;
  if (found.rules.empty()) files = analysis::builtin_rule_files();
  BACKTRAIL_ASSIGN(std::vector<sigma::RuleFile> own, analysis::read_rule_files(found.rules));
  for (sigma::RuleFile& f : own) files.push_back(std::move(f));
  const sigma::LoadResult loaded = sigma::load(files);
  tell_rule_problems(run, loaded.rejected, loaded.warnings);

  BACKTRAIL_ASSIGN(auto output, run.open_output());
  ListWriter list(output->stream(),
                  {.format = run.format(),
                   .columns = {{.title = "result", .least = 6},
                               {.title = "rule", .least = 24},
                               {.title = "test", .least = 20},
                               {.title = "reason", .least = 20},
                               {.title = "file", .least = 12, .keep_end = true}},
                   .table = {.width = run.table_width(), .style = run.out_style()},
                   .document = report::with_schema("rule_tests"),
                   .member = "tests"});
  std::uint64_t passed = 0;
  std::uint64_t failed = 0;
  for (const std::string& file : found.tests) {
    BACKTRAIL_ASSIGN(const std::string text, read_file(file));
    BACKTRAIL_ASSIGN(const Json json, Json::parse(text).with_context(file));
    BACKTRAIL_ASSIGN(const std::vector<RuleTestResult> results,
                     run_rule_tests(file, json, loaded.rules));
    for (const RuleTestResult& r : results) {
      ++(r.passed ? passed : failed);
      if (list.takes_json()) {
        Json one = report::with_schema("rule_test");
        one.set("file", r.file);
        one.set("rule_id", r.rule);
        one.set("rule_title", r.title);
        one.set("test", r.test);
        one.set("expected", r.positive ? "match" : "no match");
        one.set("passed", r.passed);
        one.set("reason", r.reason);
        list.object(one);
      } else if (!run.people() || !r.passed) {  // a table shows what failed
        list.cells({{r.passed ? "ok" : "FAILED", r.passed ? report::Tone::good : report::Tone::bad},
                    {r.title.empty() ? r.rule : r.title},
                    {(r.positive ? "matches: " : "does not match: ") + r.test},
                    {r.reason},
                    {r.file}});
      }
    }
  }
  Json more = Json::object();
  more.set("passed", passed);
  more.set("failed", failed);
  if (run.people() && failed == 0)
    output->stream() << report::plural(passed, "test") << " passed, none failed, in "
                     << report::plural(found.tests.size(), "file") << "\n";
  else
    list.finish(more);
  BACKTRAIL_RETURN_IF_ERROR(output->finish());
  if (failed)
    run.note(report::plural(failed, "test") + " of " + std::to_string(passed + failed) +
             " failed.");
  if (failed) return kExitFailed;
  return outcome(false, !loaded.rejected.empty());
}

}  // namespace

std::vector<CommandSpec> rules_test_commands() {
  return {
      {.name = "rules test",
       .group = "Rules",
       .summary = "Try rules on events that they must and must not match",
       .description = "Reads rules (.yml, .yaml) and test files (.json) of the paths; test files "
                      "alone try the built-in rules. A test file: "
                      "{\"rule\": ID, \"positive\": [{\"name\": …, \"events\": […]}], "
                      "\"negative\": […]}. Each event of a positive case must "
                      "match and none of a negative one; a correlation must fire, or not, over the "
                      "events of a case together.",
       .examples = {{"a folder with rules and their tests", "backtrail rules test ./rules"},
                    {"test files for the built-in rules", "backtrail rules test ./rules/tests"}},
       .arguments = {{.name = "PATH",
                      .kind = ValueKind::path,
                      .help = "Rule and test files, or folders of them",
                      .repeated = true}},
       .options = {output_option({"table", "json", "jsonl", "csv", "markdown"}), out_option()},
       .run = run_test,
       .exit_codes = {4}}};
}

}  // namespace backtrail::cli
