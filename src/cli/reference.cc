#include <algorithm>

#include "base/text.h"
#include "cli/help.h"

namespace backtrail::cli {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '|' || c == '*')
      out += std::string("\\") + c;
    else
      out += c;
  }
  return out;
}

std::string options_table(const std::vector<OptionSpec>& options) {
  std::string out = "| Option | Meaning |\n| --- | --- |\n";
  for (const OptionSpec& o : options)
    out += "| `" + std::string(trim(option_heading(o))) + "` | " + escaped(option_text(o)) + " |\n";
  return out;
}

std::string json_section() {
  std::string out =
      "Every object names its schema, `backtrail.NAME/1`. Within a version, members are added, "
      "never renamed or removed. Times are RFC 3339 in UTC with `Z`. Lists in the examples hold "
      "one item; in csv, markdown and tables the same answers have columns.\n";
  for (const JsonShape& s : json_shapes()) {
    out += "\n### " + s.name + "\n\n`" + s.printed_by + "`\n";
    if (!s.remark.empty()) out += "\n" + s.remark + "\n";
    out += "\n```json\n" + std::string(s.example()) + "```\n";
  }
  return out;
}

}  // namespace

std::string reference_markdown() {
  std::string out =
      "# Command line\n\n"
      "Printed by `backtrail man --markdown` from the table that also makes `--help`, the man "
      "pages and the "
      "completions.\n\n| Command | Purpose |\n| --- | --- |\n";
  for (const CommandSpec& c : commands()) {
    std::string anchor = "backtrail-" + c.name;
    std::replace(anchor.begin(), anchor.end(), ' ', '-');
    out += "| [`" + c.name + "`](#" + anchor + ") | " + escaped(c.summary) + " |\n";
  }
  out += "\n## General options\n\nEvery command takes them.\n\n" + options_table(general_options());
  out += "\n## Exit codes\n\n| Code | Name | Meaning |\n| --- | --- | --- |\n";
  for (const ExitCode& e : exit_codes())
    out += "| " + std::to_string(e.code) + " | " + std::string(e.name) + " | " +
           escaped(e.meaning) + " |\n";
  for (const CommandSpec& c : commands()) {
    out += "\n## backtrail " + c.name + "\n\n" + escaped(c.summary) + ".\n\n```\n";
    for (const Example& e : c.examples) out += "# " + e.what + "\n" + e.command + "\n";
    out += "```\n\nUsage: `" + usage_line(c) + "`\n";
    if (!c.description.empty()) out += "\n" + escaped(c.description) + "\n";
    if (!c.arguments.empty()) {
      out += "\n| Argument | Meaning |\n| --- | --- |\n";
      for (const ArgumentSpec& a : c.arguments)
        out += "| `" + a.name + "` | " +
               escaped(a.help + (a.choices.empty() ? "" : ": " + join(a.choices, ", "))) + " |\n";
    }
    if (!c.options.empty()) out += "\n" + options_table(c.options);
  }
  for (const Topic& t : topics()) {
    std::string title = t.name == "sql" ? "SQL" : t.name == "json" ? "JSON" : t.name;
    title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
    out += "\n## " + title + "\n\n";
    if (t.name == "json") {
      out += json_section();
      continue;
    }
    if (t.name == "exit-codes") {
      out += "Where two apply, the first of this order is given: 130, 6, 5, 1, 3, 4.\n";
      continue;
    }
    if (t.name == "logs") {
      out += "`backtrail help logs` lists the logs that are read, with their names and tables; "
             "[sources.md](sources.md) tells their forms.\n";
      continue;
    }
    out += escaped(t.text);
  }
  return out;
}

}  // namespace backtrail::cli
