#include "cli/help.h"
#include "sources/sources.h"

namespace backtrail::cli {
namespace {

std::string exit_code_text() {
  std::string out;
  for (const ExitCode& e : exit_codes()) {
    std::string code = std::to_string(e.code);
    out += std::string(4 - code.size(), ' ') + code + "  " + std::string(e.name) + ": " +
           std::string(e.meaning) + ".\n";
  }
  return out +
         "\nWhere two apply, the first of this order is given: 130, 6, 5, 1, 3, 4. A file that is "
         "no log does not "
         "change the exit code; a damaged one does, even when most of its records were read.\n";
}

std::string json_text() {
  std::string out =
      "Every object names its schema, backtrail.NAME/1. Within a version, members are added, never "
      "renamed or removed. Times are RFC 3339 in UTC with Z. 'backtrail help json NAME' shows one, "
      "with an example.\n\n";
  for (const JsonShape& s : json_shapes()) out += s.name + ": " + s.printed_by + "\n";
  return out;
}

constexpr const char* kTime =
    "All times are UTC. JSON and CSV hold RFC 3339 with Z (2026-01-31T08:00:00Z); tables show the "
    "same without T "
    "and Z.\n"
    "\n"
    "--from and --to take a moment in RFC 3339, a date (midnight UTC), now, or a span: 24h and "
    "now-24h both mean 24 "
    "hours ago. Units are s, m, h, d and w. --from is included, --to is not. The window as it was "
    "understood is "
    "printed on standard error before any work begins; what cannot be understood is refused with "
    "exit code 2.\n"
    "\n"
    "An event whose time cannot be read has no time: it is in no window, comes last in the "
    "timeline, and is counted.\n";

constexpr const char* kOutput =
    "Data goes to standard output, everything else to standard error. Tables are for people and "
    "may change; json "
    "and jsonl are stable: every object names its schema, such as backtrail.finding/1. json is one "
    "document, jsonl one "
    "object a line. csv is RFC 4180 with a header line; a text that a spreadsheet would take for a "
    "formula gets a "
    "leading apostrophe. markdown is a table for tickets and reports. --out FILE writes to a file, "
    "which appears only "
    "when it is whole.\n"
    "\n"
    "A table longer than the screen goes to the pager (BACKTRAIL_PAGER, then PAGER, then less); "
    "PAGER=cat or "
    "--no-input turns that off. Colour is on for terminals; --color and --no-color decide, then "
    "NO_COLOR, "
    "BACKTRAIL_NO_COLOR, FORCE_COLOR and TERM=dumb.\n"
    "\n"
    "Passwords, secret keys, session tokens, signatures of presigned URLs, Authorization headers "
    "and private keys "
    "are shown as [masked], in every form of output; access key ids stay, since they are what one "
    "searches for. "
    "Evidence keeps everything; query --unmasked shows it. Where a query reads a member by such a "
    "name "
    "(json_extract_scalar(requestparameters, '$.password')), every text that it computes is "
    "masked.\n"
    "\n"
    "Control characters and text-direction marks in logs are shown as escapes (\\x1b, \\u202e) on "
    "terminals.\n";

constexpr const char* kSql =
    "query runs one SELECT in Amazon Athena's dialect over the case. Published queries run as they are: tables have "
    "Athena's names (cloudtrail_logs, vpc_flow_logs; 'backtrail help logs' lists them all), columns its names and types.\n"
    "\n"
    "The view events has one shape for every log: time, source, account, region, principal, "
    "session, action, error, "
    "source_ip, user_agent. Tables findings, hits, entities, coverage, evidence and duplicates "
    "hold what the case "
    "derived. Column _evidence is the number of the evidence item that a row came from, _record "
    "its place in it.\n"
    "\n"
    "Statements that write, read files, load extensions or change settings are refused.\n"
    "\n"
    "Useful beginnings:\n"
    "SELECT eventname, count(*) AS n FROM cloudtrail_logs GROUP BY 1 ORDER BY 2 DESC\n"
    "SELECT eventtime, eventname, sourceipaddress FROM cloudtrail_logs WHERE "
    "useridentity.accesskeyid = 'AKIA…' "
    "ORDER BY eventtime\n"
    "SELECT errorcode, count(*) FROM cloudtrail_logs WHERE errorcode IS NOT NULL GROUP BY 1\n";

constexpr const char* kSigma =
    "Detection rules are Sigma 2.1: detections, correlations, filters, every modifier. The "
    "built-in rules run on every "
    "import; --rules adds your own or SigmaHQ's, --no-builtin-rules leaves the built-in ones out.\n"
    "\n"
    "A rule that cannot be loaded is refused alone, with file, line, column and what was expected; "
    "the others run and "
    "the exit code is 4. Check rules with 'backtrail rules lint', try them with 'backtrail rules "
    "test', and ask "
    "'backtrail rules explain' why one fired or did not.\n";

constexpr const char* kCase =
    "A case is a folder: evidence/ (the logs as they were delivered, read-only), ledger.jsonl "
    "(custody: every import, "
    "detection and decision, each entry chained to the one before and signed), and store.duckdb, "
    "which is derived: "
    "'backtrail case rebuild' makes it again from the rest.\n"
    "\n"
    "Commands find the case by --case, then BACKTRAIL_CASE, then the current folder when it is a "
    "case. import and "
    "investigate create it when it is missing.\n"
    "\n"
    "Any command can be interrupted, also by kill -9 or a full disk: the case opens afterwards, "
    "and the same command "
    "finishes the work. 'backtrail case verify' proves offline that nothing was altered; write its "
    "key and head down "
    "elsewhere and compare them later with --expect-key and --expect-head.\n";

constexpr const char* kEnvironment =
    "BACKTRAIL_CASE names the case when --case does not.\n"
    "BACKTRAIL_PAGER, PAGER: the pager for long tables.\n"
    "NO_COLOR, BACKTRAIL_NO_COLOR, FORCE_COLOR, TERM: colour (see help output).\n"
    "COLUMNS, LINES: size of the screen, when the terminal does not tell it.\n"
    "XDG_DATA_HOME: below it lies the signing key of the user, made on first use.\n"
    "TMPDIR: scratch space.\n";

std::string logs_text() {
  std::string out =
      "What a file is comes from its content, in whatever wrapping, archive or compression it lies. Each log has a "
      "name (log in view events, --source of timeline and coverage) and a table.\n\n";
  for (const model::LogType* type : sources::log_types())
    out += type->title + " (" + type->name + "): " + type->table + "\n";
  return out +
         "\nRecognised and set aside, as they hold no records: CloudTrail digest files, and what services write about "
         "their deliveries.\n";
}

}  // namespace

const std::vector<Topic>& topics() {
  static const std::vector<Topic> kTopics = {
      {"case", "what a case folder holds", kCase},
      {"environment", "environment variables", kEnvironment},
      {"exit-codes", "what the exit codes mean", exit_code_text()},
      {"json", "the JSON of every command, for scripts", json_text()},
      {"logs", "the logs that are read, their names and tables", logs_text()},
      {"output", "forms of output, colour, pager, masking of secrets", kOutput},
      {"sigma", "detection rules", kSigma},
      {"sql", "what query understands", kSql},
      {"time", "times and time windows", kTime}};
  return kTopics;
}

const std::vector<ExitCode>& exit_codes() {
  static const std::vector<ExitCode> kCodes = {
      {0, "ok", "The work was done"},
      {1, "failed", "The work could not be done; the message says why"},
      {2, "usage", "The command line is wrong"},
      {3, "findings", "Done, and something of at least the --fail-on level was found"},
      {4, "incomplete", "Done, but records or files were lost to damage, or a rule was refused"},
      {5, "permission", "Access was denied"},
      {6, "integrity",
       "An integrity check failed: evidence, ledger or case file is not what it was"},
      {130, "interrupted", "Ctrl-C or SIGTERM; run the same command again to go on"}};
  return kCodes;
}

}  // namespace backtrail::cli
