#include "cli/commands/shared.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "report/json_shapes.h"
#include "report/mask.h"

namespace backtrail::cli {
namespace {

std::string place(const sigma::Problem& p) {
  std::string out = p.path;
  if (p.line) out += ":" + std::to_string(p.line) + ":" + std::to_string(p.column);
  return escape_terminal(out);
}

/// "2 files of vpcflow (VPC Flow Logs), 1 file of cloudtrail_digest".
std::string kinds_text(const ingest::Summary& summary) {
  std::string out;
  for (const auto& [kind, files] : summary.without_records) {
    const model::LogType* const type = sources::find_log_type(kind);
    out += (out.empty() ? "" : ", ") + report::plural(files, "file") + " of " + kind +
           (type == nullptr ? "" : " (" + type->title + ")");
  }
  return out;
}

ListWriter::Options hit_options(Invocation& run) {
  return {.format = run.format(),
          .columns = {{.title = "level", .least = 8},
                      {.title = "time", .least = 19},
                      {.title = "rule", .least = 20},
                      {.title = "principal", .least = 14, .keep_end = true},
                      {.title = "source_ip", .least = 13},
                      {.title = "techniques", .least = 9},
                      {.title = "event_id", .least = 8}},
          .table = {.width = run.table_width(), .style = run.out_style()},
          .document = report::with_schema("hits"),
          .member = "hits"};
}

}  // namespace

Result<void> check_paths(const std::vector<std::string>& paths) {
  for (const std::string& p : paths)
    if (p != "-" && !exists(p))
      return usage_error("no_such_path", "There is no file or folder '" + p + "'.");
  return {};
}

namespace {

/// Bytes; as many as there can be at most.
std::uint64_t gib(std::uint64_t count) { return std::min(count, std::uint64_t{1} << 33) << 30; }

}  // namespace

Result<sources::ReadOptions> read_options_of(const Invocation& run) {
  const auto text = [&](std::string_view name) {
    return run.args().has(name) ? run.args().text(name) : std::string();
  };
  sources::ReadOptions options{
      .flow_format = text("format"), .as = text("as"), .time_field = text("time-field"), .year = text("year"),
      .caps = {.ratio = run.args().count("max-ratio").value_or(0),
               .bytes = gib(run.args().count("max-unpacked").value_or(0)),
               .layers = run.args().count("max-layers").value_or(0)}};
  if (const auto good = sources::check(options); !good) return usage_error("read_option", good.error().message);
  return options;
}

Result<ingest::Summary> import_paths(Invocation& run, casefile::Case& kase,
                                     const std::vector<std::string>& paths, bool match_rules) {
  ingest::ImportOptions options{.in_place = run.args().has("in-place"), .threads = run.threads()};
  if (match_rules) {
    sigma::LoadResult loaded = sigma::load(analysis::builtin_rule_files());
    tell_rule_problems(run, loaded.rejected, {});
    options.rules = std::move(loaded.rules);
  }
  BACKTRAIL_ASSIGN(options.read, read_options_of(run));
  const std::stop_token stop = run.stop("what was read so far is being saved with its evidence.");
  return ingest::import(kase, paths, options, run.progress(), stop);
}

void tell_nothing_read(Invocation& run, const ingest::Summary& summary,
                       const std::vector<std::string>& paths) {
  if (summary.records.read != 0 || summary.files.already != 0) return;
  std::string where;
  for (const std::string& p : paths)
    where += (where.empty() ? "" : ", ") + (p == "-" ? "standard input" : escape_terminal(p));
  std::string text = summary.files.found == 0
                         ? "There is no file in " + where + "."
                         : "No record was found in " + where + ": " +
                               report::plural(summary.files.found, "file") + ", none with records.";
  if (!summary.without_records.empty()) text += " Known, but without records: " + kinds_text(summary) + ".";
  const ingest::Skipped* const first = summary.skipped.empty() ? nullptr : &summary.skipped.front();
  if (first != nullptr)
    text += " The first that was not read: " + escape_terminal(first->path) + ": " + first->reason +
            (first->detail.empty() ? "" : " (" + escape_terminal(report::mask_secrets(first->detail)) + ")") + ".";
  if (first != nullptr && first->reason == "unreadable")
    text += "\nCheck who may read it: ls -l, or run as that user.";
  else if (summary.without_records.empty())
    text += "\nName the folder that holds the logs: CloudTrail delivers AWSLogs/ACCOUNT/CloudTrail/REGION/YEAR/MONTH/"
            "DAY/*.json.gz. 'backtrail help logs' lists what is read; 'backtrail demo' makes logs to try.";
  run.warn(text);
}

Result<std::vector<sigma::RuleFile>> own_rules(Invocation& run) {
  const std::vector<std::string>& paths = run.args().list("rules");
  BACKTRAIL_RETURN_IF_ERROR(check_paths(paths));
  BACKTRAIL_ASSIGN(std::vector<sigma::RuleFile> files, analysis::read_rule_files(paths));
  if (files.empty() && run.args().has("no-builtin-rules"))
    return usage_error(
        "no_rules",
        "There are no rules to run: --no-builtin-rules was given, and --rules names none.");
  return files;
}

Result<std::vector<sigma::RuleFile>> chosen_rules(Invocation& run) {
  BACKTRAIL_ASSIGN(std::vector<sigma::RuleFile> own, own_rules(run));
  if (run.args().has("no-builtin-rules")) return own;
  std::vector<sigma::RuleFile> files = analysis::builtin_rule_files();
  for (sigma::RuleFile& f : own) files.push_back(std::move(f));
  return files;
}

void tell_rule_problems(Invocation& run, const std::vector<sigma::Problem>& rejected,
                        const std::vector<sigma::Problem>& warnings) {
  for (const sigma::Problem& p : rejected)
    run.warn("rule refused: " + place(p) + ": " + escape_terminal(p.message) + " [" + p.id + "]");
  for (const sigma::Problem& p : warnings)
    run.note("rule warning: " + place(p) + ": " + escape_terminal(p.message) + " [" + p.id + "]");
}

std::string with_case(const Invocation& run, std::string_view command) {
  const std::string argument = run.case_argument();
  return "backtrail " + std::string(command) + (argument.empty() ? "" : " --case " + argument);
}

HitWriter::HitWriter(Invocation& run, std::ostream& out)
    : args_(run.args()), list_(out, hit_options(run)) {}

std::string HitWriter::prepare(const model::Hit& hit) const {
  return list_.takes_json() ? report::json_text(hit) : std::string();
}

void HitWriter::write(const model::Hit& hit, std::string_view prepared) {
  found_ = found_ || fails(args_, hit.level);
  if (list_.takes_json()) return list_.object_text(prepared);
  const model::EventRef& e = hit.events.front();
  std::string ids;
  for (const model::EventRef& each : hit.events) ids += (ids.empty() ? "" : " ") + each.shown_id();
  list_.cells({{std::string(model::to_string(hit.level)), report::tone_of(hit.level)},
               {report::short_time(e.time)},
               {hit.rule_title},
               {e.principal},
               {e.source_ip},
               {join(hit.techniques, " ")},
               {std::move(ids)}});
}

void HitWriter::finish(const Json& more) { list_.finish(more); }

}  // namespace backtrail::cli
