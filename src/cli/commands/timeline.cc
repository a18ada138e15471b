#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/json_shapes.h"

namespace backtrail::cli {
namespace {

std::vector<report::RowCell> cells_of(const analysis::TimelineRow& r, bool people) {
  const auto level = model::parse_severity(r.level);
  return {{people   ? report::short_time(r.time)
           : r.time ? format_rfc3339(*r.time)
                    : ""},
          {r.level, level ? report::tone_of(*level) : report::Tone::plain},
          {r.account},
          {r.region},
          {people ? report::short_principal(r.principal) : r.principal},
          {people && r.source.ends_with(".amazonaws.com") ? r.source.substr(0, r.source.size() - 14)
                                                          : r.source},
          {r.action},
          {r.error.empty() ? r.outcome : r.error,
           r.outcome == "success" ? report::Tone::plain : report::Tone::bad},
          {r.source_ip},
          {people ? report::short_user_agent(r.user_agent) : r.user_agent},
          {join(r.techniques, " ")},
          {r.event_id.empty() ? r.uid : r.event_id}};
}

std::vector<report::RowColumn> columns() {
  return {{.title = "time", .least = 19},
          {.title = "level", .least = 8, .rank = 4},
          {.title = "account", .least = 12, .rank = 7},
          {.title = "region", .least = 14, .rank = 6},
          {.title = "principal", .least = 16, .keep_end = true},
          {.title = "source", .least = 8, .rank = 5},
          {.title = "action", .least = 20},
          {.title = "outcome", .least = 9, .rank = 1},
          {.title = "source_ip", .least = 14, .rank = 3},
          {.title = "user_agent", .least = 14, .rank = 8},
          {.title = "techniques", .least = 9, .rank = 9},
          {.title = "event_id", .least = 9, .rank = 2}};
}

Result<int> run_timeline(Invocation& run) {
  const Arguments& args = run.args();
  analysis::TimelineFilter filter;
  BACKTRAIL_ASSIGN(filter.window, run.window());
  filter.account = args.text("account");
  filter.region = args.text("region");
  filter.principal = args.text("principal");
  filter.source_ip = args.text("source-ip");
  filter.action = args.text("action");
  filter.source = args.text("service");
  filter.address = args.text("address");
  filter.log = args.text("source");
  filter.resource = args.text("resource");
  if (args.has("level")) filter.at_least = model::parse_severity(args.text("level"));
  filter.finding = args.text("finding");
  filter.only_findings = args.has("findings");
  filter.only_errors = args.has("errors");
  const std::uint64_t limit = args.count("limit").value_or(0);
  if (limit)
    filter.limit =
        std::min(limit, std::uint64_t{1} << 62) + 1;  // one more tells that there are more
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::read));
  const std::stop_token stop =
      run.stop("reading changes nothing; the rows printed so far are whole.");
  BACKTRAIL_ASSIGN(auto output, run.open_output());
  ListWriter list(output->stream(),
                  {.format = run.format(),
                   .columns = columns(),
                   .table = {.width = run.table_width(), .style = run.out_style()},
                   .document = report::with_schema("timeline"),
                   .member = "events"});
  bool truncated = false;
  BACKTRAIL_RETURN_IF_ERROR(analysis::timeline(
      *kase, filter,
      [&](const analysis::TimelineRow& row) {
        if (limit && list.count() >= limit) {
          truncated = true;
          return false;
        }
        list.takes_json() ? list.object(report::to_json(row))
                          : list.cells(cells_of(row, run.people()));
        return output->stream().good();
      },
      stop));
  Json more = Json::object();
  more.set("truncated", truncated);
  list.finish(more);
  BACKTRAIL_RETURN_IF_ERROR(output->finish());
  run.note(report::plural(list.count(), "event") +
           (truncated ? ", and more: stopped at --limit." : "."));
  return kExitOk;
}

}  // namespace

std::vector<CommandSpec> timeline_commands() {
  return {
      {.name = "timeline",
       .group = "Read a case",
       .summary = "List the events in order of time",
       .description = "Every event, or those that all the filters name. Events without a readable "
                      "time come last.",
       .examples = {{"the events of one finding",
                     "backtrail timeline --finding f-0123456789abcdef --case ./incident-42"},
                    {"only what rules flagged",
                     "backtrail timeline --findings --case ./incident-42"},
                    {"what one access key did",
                     "backtrail timeline --principal AKIAIOSFODNN7EXAMPLE --case ./incident-42"},
                    {"an hour, for a spreadsheet",
                     "backtrail timeline --from 2026-01-31T08:00:00Z --to 2026-01-31T09:00:00Z "
                     "--output csv --out hour.csv --case ./incident-42"}},
       .options = options_of({{case_option()},
                              time_options(),
                              {{.name = "principal",
                                .kind = ValueKind::text,
                                .value_name = "NAME",
                                .help = "Events of this caller: ARN, user or role name, service, "
                                        "account or access key id"},
                               {.name = "account",
                                .kind = ValueKind::text,
                                .value_name = "ID",
                                .help = "Events in the log of this account"},
                               {.name = "region",
                                .kind = ValueKind::text,
                                .value_name = "REGION",
                                .help = "Events in this region"},
                               {.name = "source-ip",
                                .kind = ValueKind::text,
                                .value_name = "ADDRESS",
                                .help = "Events from this address"},
                               {.name = "address",
                                .kind = ValueKind::text,
                                .value_name = "ADDRESS",
                                .help = "Events from or to this address"},
                               {.name = "resource",
                                .kind = ValueKind::text,
                                .value_name = "NAME",
                                .help = "Events that name this resource: ARN, id or name"},
                               {.name = "action",
                                .kind = ValueKind::text,
                                .value_name = "NAME",
                                .help = "Events of this name, such as CreateUser"},
                               {.name = "source",
                                .kind = ValueKind::text,
                                .value_name = "NAME",
                                .help = "Events of this log, such as cloudtrail or vpcflow, or of this service"},
                               {.name = "service",
                                .kind = ValueKind::text,
                                .value_name = "NAME",
                                .help = "Events of this service, such as iam or iam.amazonaws.com"},
                               {.name = "finding",
                                .kind = ValueKind::text,
                                .value_name = "ID",
                                .help = "Events of this finding, as 'findings' prints its id"},
                               {.name = "findings", .help = "Only events that rules flagged"},
                               {.name = "level",
                                .kind = ValueKind::choice,
                                .value_name = "LEVEL",
                                .choices = level_names(),
                                .help = "Only events that a rule of this level or a higher one flagged"},
                               {.name = "errors", .help = "Only events that failed or were denied"},
                               limit_option("At most this many events; 0: all"),
                               output_option({"table", "json", "jsonl", "csv", "markdown"}),
                               out_option()}}),
       .run = run_timeline,
       .exit_codes = {5, 6}}};
}

}  // namespace backtrail::cli
