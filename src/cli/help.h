#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/spec.h"
#include "report/style.h"

/// Texts made from the option table.
namespace backtrail::cli {

struct HelpOptions {
  std::size_t width = 80;
  report::Style style{};
  bool full = true;  // short: usage, two examples, the command's own options
};

[[nodiscard]] std::string program_help(const HelpOptions& options);
[[nodiscard]] std::string group_help(const CommandGroup& group, const HelpOptions& options);
[[nodiscard]] std::string command_help(const CommandSpec& command, const HelpOptions& options);

/// A page of `help TOPIC`, in plain paragraphs.
struct Topic {
  std::string name{};
  std::string summary{};
  std::string text{};
};
[[nodiscard]] const std::vector<Topic>& topics();

/// The JSON of one kind of object: every member that it always has, shown by an example.
struct JsonShape {
  std::string name{};        // "finding": schema "backtrail.finding/1"
  std::string printed_by{};  // "findings --output jsonl; a member of …"
  std::string remark{};
  /// Indented JSON; lists hold one item.
  [[nodiscard]] std::string_view example() const;
};
[[nodiscard]] const std::vector<JsonShape>& json_shapes();
[[nodiscard]] const JsonShape* find_json_shape(std::string_view name);

/// The completion script; `shell` is bash, zsh or fish.
[[nodiscard]] std::string completion_script(std::string_view shell);
/// A page in roff's man macros: of a command, or of the program when null.
[[nodiscard]] std::string man_page(const CommandSpec* command);
/// docs/cli.md.
[[nodiscard]] std::string reference_markdown();

/// `-o, --output FORMAT`
[[nodiscard]] std::string option_heading(const OptionSpec& option);
/// The help with choices and default.
[[nodiscard]] std::string option_text(const OptionSpec& option);
/// Folds text at spaces into lines of at most `width` cells, each indented; keeps empty lines.
[[nodiscard]] std::string fold(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace backtrail::cli
