#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/commands/query_output.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"

namespace backtrail::cli {
namespace {

constexpr std::uint64_t kTerminalRows = 1000;
constexpr std::uint64_t kMaxSqlBytes = std::uint64_t{1} << 20;

Result<std::string> read_descriptor(int fd) {
  std::string out;
  char buffer[4096];
  for (;;) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error("read SQL from standard input", errno);
    if (n == 0) return out;
    out.append(buffer, static_cast<std::size_t>(n));
    if (out.size() > kMaxSqlBytes)
      return usage_error("sql_too_long", "The SQL on standard input is longer than 1 MiB.");
  }
}

/// The SQL from the argument, --file, or standard input (-).
Result<std::string> sql_text(Invocation& run) {
  const Arguments& args = run.args();
  if (args.has("SQL") == args.has("file"))
    return usage_error(
        "no_sql",
        args.has("SQL")
            ? "Give the SQL as an argument or with --file, not both."
            : "No SQL: give it as an argument, with --file FILE, or - for standard input.");
  if (args.has("file") && args.text("file") != "-")
    return read_file(args.text("file"), kMaxSqlBytes);
  if (args.has("SQL") && args.text("SQL") != "-") return args.text("SQL");
  if (run.console().in_is_terminal) {
    if (args.has("no-input"))
      return usage_error("no_sql",
                         "Standard input is a terminal, and --no-input forbids reading it.");
    run.note("Type the SQL and end it with Ctrl-D.");
  }
  return read_descriptor(run.console().in_fd);
}

Result<int> run_query(Invocation& run) {
  const Arguments& args = run.args();
  BACKTRAIL_ASSIGN(const std::string sql, sql_text(run));
  if (trim(sql).empty()) return usage_error("no_sql", "The SQL is empty.");
  const std::string format = run.format();
  QueryOutput::Options options{
      .format = format, .unmasked = args.has("unmasked"), .header = !args.has("no-header")};
  // A table on a terminal is for looking at; files and pipes get everything.
  const bool looking = run.people() && run.console().out_is_terminal && !args.has("out");
  const std::optional<std::uint64_t> limit = args.count("limit");
  options.limit = limit ? *limit : looking ? kTerminalRows : 0;
  options.table = {.width = run.table_width(), .style = run.out_style(), .header = options.header};
  if (format == "parquet" && (!args.has("out") || args.text("out") == "-"))
    return usage_error("parquet_needs_out", "--output parquet needs --out FILE.");

  if (format == "parquet") BACKTRAIL_RETURN_IF_ERROR(check_target(args.text("out")));
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::read));
  BACKTRAIL_ASSIGN(store::Store * store, kase->store());
  BACKTRAIL_ASSIGN(store::Engine * engine, store->user_engine());
  if (takes_secrets_out(sql)) {
    // The tables' own columns are masked by what they hold; what the query makes has no name to go
    // by.
    BACKTRAIL_ASSIGN(
        const store::Table names,
        store::fetch(store->engine(),
                     {.sql = "SELECT DISTINCT lower(column_name) FROM duckdb_columns() "
                             "WHERE NOT internal"}));
    options.named_columns.emplace();
    for (const auto& row : names.rows) options.named_columns->insert(store::to_text(row[0]));
  }
  const std::stop_token stop = run.stop("the query is being cancelled; reading changes nothing.");
  QueryTotals totals;
  if (format == "parquet") {
    BACKTRAIL_ASSIGN(totals, write_parquet(*engine, sql, args.text("out"), options, stop));
  } else {
    BACKTRAIL_ASSIGN(auto output, run.open_output());
    QueryOutput rows(output->stream(), options);
    BACKTRAIL_RETURN_IF_ERROR(engine->run({.sql = sql}, rows, stop));
    totals = rows.finish();
    BACKTRAIL_RETURN_IF_ERROR(output->finish());
  }
  for (const std::string& note : totals.notes) run.note("note: " + escape_terminal(note));
  std::string note = report::plural(totals.rows, "row");
  if (totals.truncated)
    note += ", and more: stopped at " +
            std::string(limit ? "--limit."
                              : "1,000 rows for the terminal; --limit N or --out FILE gives more.");
  else
    note += ".";
  if (totals.masked)
    note += " " + report::plural(totals.masked, "cell") +
            " held secrets and were masked; --unmasked shows them.";
  run.note(note);
  return kExitOk;
}

}  // namespace

std::vector<CommandSpec> query_commands() {
  return {{.name = "query",
           .group = "Read a case",
           .summary = "Run SQL in Athena's dialect over the case",
           .description = "One SELECT, as published for Athena; see 'backtrail help sql'. Nothing can be written, and no "
                          "file, network or setting can be reached. Secrets in the answer are "
                          "masked unless --unmasked is given.",
           .examples = {{"what was called how often",
                         "backtrail query \"SELECT eventname, count(*) AS n FROM cloudtrail_logs "
                         "GROUP BY 1 ORDER BY 2 DESC\" --case ./incident-42"},
                        {"a query from a file, for another program",
                         "backtrail query --file keys.sql --output json --case ./incident-42"},
                        {"for a data frame",
                         "backtrail query \"SELECT * FROM events\" --output parquet --out "
                         "events.parquet --case ./incident-42"}},
           .arguments = {{.name = "SQL",
                          .kind = ValueKind::text,
                          .help = "The query; - reads it from standard input",
                          .required = false}},
           .options = {case_option(),
                       {.name = "file",
                        .kind = ValueKind::file,
                        .value_name = "FILE",
                        .help = "Read the SQL from this file; - is standard input"},
                       limit_option("At most this many rows; 0: all",
                                    "1,000 for a table on a terminal, else all"),
                       {.name = "unmasked", .help = "Show secrets as they are in the logs"},
                       {.name = "no-header", .help = "No header line in tables and CSV"},
                       output_option({"table", "json", "jsonl", "csv", "parquet", "markdown"}),
                       out_option()},
           .run = run_query,
           .exit_codes = {5, 6}}};
}

}  // namespace backtrail::cli
