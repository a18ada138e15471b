#include <algorithm>

#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/json_shapes.h"

namespace backtrail::cli {
namespace {

/// With what people want to know beside it: who found it, and what the case says of it.
std::string title_of(const model::Finding& f, bool people) {
  if (!people) return f.title;
  std::string out = f.source.empty() ? f.title : f.source + ": " + f.title;
  return f.marks.empty() ? out : out + " [" + report::marks_text(f.marks) + "]";
}

std::vector<report::RowCell> cells_of(const model::Finding& f, bool people) {
  std::string principals = people ? report::top_names(
                                        [&] {
                                          std::vector<std::string> out;
                                          for (const std::string& p : f.principals)
                                            out.push_back(report::short_principal(p));
                                          return out;
                                        }(),
                                        1)
                                  : join(f.principals, " ");
  return {
      {f.id},
      {std::string(model::to_string(f.severity)), report::tone_of(f.severity)},
      {people    ? report::short_time(f.first)
       : f.first ? format_rfc3339(*f.first)
                 : ""},
      {people   ? report::short_time(f.last)
       : f.last ? format_rfc3339(*f.last)
                : ""},
      {std::to_string(f.count)},
      {title_of(f, people)},
      {std::move(principals)},
      {people ? report::top_names(f.source_ips, 1) : join(f.source_ips, " ")},
      {people ? report::top_names(f.techniques, 1) : join(f.techniques, " ")},
      {f.state},
      {join(f.marks, " ")}};
}

Result<int> run_findings(Invocation& run) {
  const Arguments& args = run.args();
  analysis::FindingsFilter filter;
  BACKTRAIL_ASSIGN(filter.window, run.window());
  if (args.has("severity")) filter.at_least = model::parse_severity(args.text("severity"));
  filter.states = args.list("state");
  filter.principal = args.text("principal");
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::read));
  if (args.has("rule")) {
    BACKTRAIL_ASSIGN(filter.rule, analysis::rule_id(*kase, args.text("rule")));
  }
  BACKTRAIL_ASSIGN(const analysis::Findings found, analysis::findings(*kase, filter));
  if (found.stale)
    run.note("The findings are out of date: evidence was imported since the last detect" +
             (found.hits_not_grouped
                  ? " (" + report::plural(found.hits_not_grouped, "hit") + " not grouped yet)"
                  : std::string()) +
             ". Run: " + with_case(run, "detect"));
  BACKTRAIL_ASSIGN(auto output, run.open_output());
  ListWriter list(output->stream(),
                  {.format = run.format(),
                   .columns = {{.title = "id", .least = 18},
                               {.title = "severity", .least = 8},
                               {.title = "first", .least = 19},
                               {.title = "last", .least = 19, .rank = 5},
                               {.title = "count", .right = true, .least = 5, .rank = 2},
                               {.title = "title", .least = 29},
                               {.title = "principals", .least = 14, .keep_end = true, .rank = 1},
                               {.title = "source_ips", .least = 14, .rank = 4},
                               {.title = "techniques", .least = 9, .rank = 3},
                               {.title = "state", .least = 6, .rank = 6},
                               {.title = "marks", .least = 7, .rank = 7}},
                   .table = {.width = run.table_width(), .style = run.out_style()},
                   .document = report::with_schema("findings"),
                   .member = "findings"});
  const std::uint64_t most = args.count("limit").value_or(0);
  const std::size_t limit =
      most ? std::min<std::size_t>(most, found.findings.size()) : found.findings.size();
  for (std::size_t i = 0; i < limit; ++i) {
    const model::Finding& f = found.findings[i];
    list.takes_json() ? list.object(report::to_json(f)) : list.cells(cells_of(f, run.people()));
  }
  Json more = Json::object();
  more.set("stale", found.stale);
  more.set("hits_not_grouped", found.hits_not_grouped);
  more.set("benign", found.benign);
  more.set("truncated", limit < found.findings.size());
  list.finish(more);
  BACKTRAIL_RETURN_IF_ERROR(output->finish());
  if (limit < found.findings.size())
    run.note("Shown " + with_thousands(limit) + " of " +
             report::plural(found.findings.size(), "finding") + " (--limit).");
  else if (run.people())
    run.note(report::plural(found.findings.size(), "finding") + ".");
  return outcome(std::any_of(found.findings.begin(), found.findings.end(),
                             [&](const model::Finding& f) {
                               return f.state != analysis::kBenign && fails(args, f.severity);
                             }),
                 false);
}

Result<int> run_set(Invocation& run) {
  const Arguments& args = run.args();
  const std::string id = args.text("ID");
  if (!args.has("state"))
    return usage_error(
        "no_state", "--state is missing: one of " + join(analysis::finding_states(), ", ") + ".");
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::write));
  const std::string actor = args.text("by", run.console().variable("USER").value_or(""));
  const auto done = analysis::decide(
      *kase,
      {.finding = id, .state = args.text("state"), .note = args.text("note"), .actor = actor});
  if (!done) return done.error();
  run.note("Finding " + escape_terminal(id) + " is now '" + args.text("state") +
           "'; the ledger says so.");
  return kExitOk;
}

}  // namespace

std::vector<CommandSpec> findings_commands() {
  const OptionSpec state{.name = "state",
                         .kind = ValueKind::choice,
                         .value_name = "STATE",
                         .choices = analysis::finding_states(),
                         .help = "Only findings in these states",
                         .repeated = true};
  OptionSpec new_state = state;
  new_state.help = "What was decided";
  new_state.repeated = false;
  return {
      {.name = "findings",
       .group = "Read a case",
       .summary = "List the findings, worst first",
       .examples = {{"everything", "backtrail findings --case ./incident-42"},
                    {"high and critical of the last two days",
                     "backtrail findings --severity high --from 2d --case ./incident-42"},
                    {"for a script", "backtrail findings --output jsonl --case ./incident-42"}},
       .options = options_of(
           {{case_option(),
             {.name = "severity",
              .kind = ValueKind::choice,
              .value_name = "LEVEL",
              .choices = level_names(),
              .help = "Only findings of at least this severity"},
             state,
             {.name = "principal",
              .kind = ValueKind::text,
              .value_name = "NAME",
              .help = "Only findings about this principal"},
             {.name = "rule",
              .kind = ValueKind::rule,
              .value_name = "RULE",
              .help = "Only findings of this rule (id or name)"}},
            time_options(),
            {limit_option("At most this many findings; 0: all"), fail_on_option(),
             output_option({"table", "json", "jsonl", "csv", "markdown"}), out_option()}}),
       .run = run_findings,
       .exit_codes = {3, 5, 6}},
      {.name = "finding set",
       .group = "Work on a case",
       .summary = "Record a decision about a finding",
       .description = "The decision becomes a signed entry of the custody ledger and survives "
                      "detect and rebuild. Summary and report leave benign findings out and say "
                      "how many.",
       .examples = {{"a true alarm",
                     "backtrail finding set f-0123456789abcdef --state true --note 'key was "
                     "leaked' --case ./incident-42"}},
       .arguments = {{.name = "ID",
                      .kind = ValueKind::finding,
                      .help = "The finding's id, as 'findings' prints it"}},
       .options = {case_option(),
                   new_state,
                   {.name = "note", .kind = ValueKind::text, .value_name = "TEXT", .help = "Why"},
                   {.name = "by",
                    .kind = ValueKind::text,
                    .value_name = "NAME",
                    .help = "Who decides",
                    .fallback = "USER"}},
       .run = run_set,
       .exit_codes = {5, 6}}};
}

}  // namespace backtrail::cli
