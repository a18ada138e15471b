#include "cli/common_options.h"

namespace backtrail::cli {

OptionSpec case_option() {
  return {.name = "case",
          .kind = ValueKind::directory,
          .value_name = "DIR",
          .help = "The case folder",
          .fallback = "BACKTRAIL_CASE, else the current folder when it is a case"};
}

OptionSpec output_option(std::vector<std::string> formats) {
  std::string fallback = formats.front();
  return {.name = "output",
          .letter = 'o',
          .kind = ValueKind::choice,
          .value_name = "FORMAT",
          .choices = std::move(formats),
          .help = "Form of the output",
          .fallback = std::move(fallback)};
}

OptionSpec out_option() {
  return {.name = "out",
          .kind = ValueKind::file,
          .value_name = "FILE",
          .help = "Write the output to this file; - is standard output",
          .fallback = "standard output"};
}

OptionSpec limit_option(std::string help, std::string fallback) {
  return {.name = "limit",
          .kind = ValueKind::count,
          .value_name = "N",
          .help = std::move(help),
          .fallback = std::move(fallback)};
}

std::vector<std::string> level_names() {
  return {"informational", "low", "medium", "high", "critical"};
}

OptionSpec fail_on_option() {
  return {.name = "fail-on",
          .kind = ValueKind::choice,
          .value_name = "LEVEL",
          .choices = level_names(),
          .help = "Exit with 3 when something of at least this level was found"};
}

OptionSpec in_place_option() {
  return {.name = "in-place",
          .help =
              "Leave the files where they are and record their path and hash, instead of copying "
              "them into the case"};
}

std::vector<OptionSpec> time_options() {
  return {
      {.name = "from",
       .kind = ValueKind::time,
       .value_name = "TIME",
       .help = "Only what happened at or after this moment: 2026-01-31T08:00:00Z, 2026-01-31, 24h, "
               "7d, now-2h"},
      {.name = "to",
       .kind = ValueKind::time,
       .value_name = "TIME",
       .help = "Only what happened before this moment"}};
}

std::vector<OptionSpec> rule_options() {
  return {
      {.name = "rules",
       .kind = ValueKind::path,
       .value_name = "PATH",
       .help = "Sigma rules besides the built-in ones: files, or folders of .yml and .yaml files",
       .repeated = true},
      {.name = "no-builtin-rules", .help = "Leave the built-in rules out"}};
}

std::vector<OptionSpec> read_options() {
  return {{.name = "format",
           .kind = ValueKind::text,
           .value_name = "FIELDS",
           .help = "Fields of VPC flow logs or CloudFront real-time logs without header whose choice is their own: "
                   "'${version} ${vpc-id} ${interface-id} …'"},
          {.name = "as",
           .kind = ValueKind::text,
           .value_name = "NAME",
           .help = "Keep lines and JSON objects of no known log type as records of this name, in table "
                   "generic_logs"},
          {.name = "time-field",
           .kind = ValueKind::text,
           .value_name = "FIELD",
           .help = "Where their time is: a member's path or a word's number, with its unit where it is a "
                   "number (ts:ms)",
           .fallback = "the first time text"},
          {.name = "year",
           .kind = ValueKind::text,
           .value_name = "YEAR",
           .help = "Of stamps without year in logs of hosts: that of each file's first line (2024), or the day "
                   "on which the files were collected (2025-01-05), before which all lines lie",
           .fallback = "from the wrapper or a date in the path"},
          {.name = "max-ratio",
           .kind = ValueKind::count,
           .value_name = "N",
           .help = "Against bombs: stop reading a compressed file that gives more than N bytes for each of its own",
           .fallback = "1000"},
          {.name = "max-unpacked",
           .kind = ValueKind::count,
           .value_name = "GIB",
           .help = "Stop reading a compressed file that gives more GiB than this",
           .fallback = "1024"},
          {.name = "max-layers",
           .kind = ValueKind::count,
           .value_name = "N",
           .help = "Do not open containers more than N deep inside each other",
           .fallback = "5"}};
}

ArgumentSpec paths_argument() {
  return {
      .name = "PATH",
      .kind = ValueKind::path,
      .help =
          "Log files, folders and archives (.gz, .zst, .bz2, .zip, .tar.gz, .parquet); - is standard input",
      .repeated = true};
}

std::vector<OptionSpec> options_of(std::vector<std::vector<OptionSpec>> lists) {
  std::vector<OptionSpec> out;
  for (std::vector<OptionSpec>& list : lists)
    for (OptionSpec& o : list) out.push_back(std::move(o));
  return out;
}

const std::vector<OptionSpec>& general_options() {
  static const std::vector<OptionSpec> kOptions = {
      {.name = "help",
       .letter = 'h',
       .help = "Short help with -h, all of it with --help",
       .general = true},
      {.name = "quiet",
       .letter = 'q',
       .help = "Nothing but errors on standard error",
       .general = true},
      {.name = "no-progress", .help = "No progress bar or progress lines", .general = true},
      {.name = "no-input",
       .help = "Never wait for the terminal: no pager, no reading of typed text",
       .general = true},
      {.name = "threads",
       .kind = ValueKind::count,
       .value_name = "N",
       .help = "Threads for work that can be divided",
       .fallback = "all processors",
       .general = true},
      {.name = "color",
       .kind = ValueKind::choice,
       .value_name = "WHEN",
       .choices = {"auto", "always", "never"},
       .help = "Colour the output",
       .fallback = "auto: on terminals",
       .general = true},
      {.name = "no-color", .help = "The same as --color never", .general = true}};
  return kOptions;
}

}  // namespace backtrail::cli
