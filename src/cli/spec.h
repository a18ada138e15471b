#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// The option table: every command, argument and option is declared once, as values of these types.
/// Parsing, help, completions, man pages and docs/cli.md all come from them.
namespace backtrail::cli {

class Invocation;

/// What a value is: how it is checked, and what a shell completes.
enum class ValueKind {
  flag,       // no value
  text,       // anything
  count,      // a whole number, 0 or more
  choice,     // one of `choices`
  time,       // a moment: RFC 3339, date, or a span back from now
  path,       // a file or folder
  file,       // a file
  directory,  // a folder
  rule,       // a rule's id or name
  finding,    // a finding's id
  topic,      // a command or a topic of help
  command,    // a command
};

struct OptionSpec {
  std::string name{};  // without dashes
  char letter = 0;     // one-letter form, 0: none
  ValueKind kind = ValueKind::flag;
  std::string value_name{};  // "FORMAT"; empty for flags
  std::vector<std::string> choices{};
  std::string help{};
  std::string fallback{};  // what holds without it, as shown; empty: nothing to say
  bool repeated = false;   // takes several values, and may be given again
  bool general = false;    // every command has it; the short help leaves it out
};

struct ArgumentSpec {
  std::string name{};  // "PATH"
  ValueKind kind = ValueKind::text;
  std::string help{};
  bool required = true;
  bool repeated = false;
  std::vector<std::string> choices{};
};

struct Example {
  std::string what{};
  std::string command{};
};

/// Runs a command; returns its exit code.
using Handler = Result<int> (*)(Invocation&);

struct CommandSpec {
  std::string name{};   // "case new"
  std::string group{};  // heading in the list of commands
  std::string summary{};
  std::string description{};  // paragraphs, separated by an empty line
  std::vector<Example> examples{};
  std::vector<ArgumentSpec> arguments{};
  std::vector<OptionSpec> options{};
  Handler run = nullptr;
  /// Said after an interruption: what is kept, and what to do. Empty: it only reads.
  std::string interrupted{};
  std::vector<int> exit_codes{};  // besides 0, 1, 2 and 130
};

/// A folder of commands: "case", "rules".
struct CommandGroup {
  std::string name{};
  std::string summary{};
};

/// Every command, in the order of help; built on first use.
[[nodiscard]] const std::vector<CommandSpec>& commands();
[[nodiscard]] const std::vector<CommandGroup>& command_groups();
/// The options that every command takes.
[[nodiscard]] const std::vector<OptionSpec>& general_options();
[[nodiscard]] const CommandSpec* find_command(std::string_view name);
[[nodiscard]] const CommandGroup* find_group(std::string_view name);
/// What each exit code means, ordered by code.
struct ExitCode {
  int code = 0;
  std::string_view name{};
  std::string_view meaning{};
};
[[nodiscard]] const std::vector<ExitCode>& exit_codes();

/// `backtrail case new [OPTIONS] DIR`
[[nodiscard]] std::string usage_line(const CommandSpec& command);

}  // namespace backtrail::cli
