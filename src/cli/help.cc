#include "cli/help.h"

#include <algorithm>

#include "base/text.h"
#include "report/width.h"

namespace backtrail::cli {
namespace {

using report::Tone;

std::string heading(const HelpOptions& o, std::string_view text) {
  return o.style.paint(Tone::strong, text) + "\n";
}

/// Two columns: what, and its explanation folded beside it.
std::string entry(const HelpOptions& o, const std::string& what, const std::string& text,
                  std::size_t column) {
  std::string folded = fold(text, o.width, column);
  const std::size_t used = 2 + report::display_width(what);
  if (used + 2 > column) return "  " + what + "\n" + folded;
  return "  " + what + folded.substr(used);
}

std::string options_block(const HelpOptions& o, std::string_view title,
                          const std::vector<OptionSpec>& options) {
  if (options.empty()) return {};
  std::string out = "\n" + heading(o, title);
  for (const OptionSpec& option : options)
    out += entry(o, option_heading(option), option_text(option), 26);
  return out;
}

std::string examples_block(const HelpOptions& o, const std::vector<Example>& examples,
                           std::size_t most) {
  std::string out;
  for (std::size_t i = 0; i < examples.size() && i < most; ++i)
    out += "  " + o.style.paint(Tone::dim, "# " + examples[i].what) + "\n  " + examples[i].command +
           "\n";
  return out.empty() ? out : heading(o, "Examples") + out;
}

}  // namespace

std::string fold(std::string_view text, std::size_t width, std::size_t indent) {
  const std::size_t room = width > indent + 20 ? width - indent : 20;
  const std::string space(indent, ' ');
  std::string out;
  for (const std::string_view paragraph : split(text, '\n')) {
    std::string line;
    for (const std::string_view word : split(paragraph, ' ')) {
      if (!line.empty() && report::display_width(line) + 1 + report::display_width(word) > room) {
        out += space + line + "\n";
        line.clear();
      }
      if (!line.empty()) line += ' ';
      line += word;
    }
    out += line.empty() ? "\n" : space + line + "\n";
  }
  return out;
}

std::string option_heading(const OptionSpec& o) {
  std::string out = o.letter ? std::string("-") + o.letter + ", " : "    ";
  out += "--" + o.name;
  if (!o.value_name.empty()) out += " " + o.value_name + (o.repeated ? "…" : "");
  return out;
}

std::string option_text(const OptionSpec& o) {
  std::string out = o.help;
  if (!o.choices.empty()) out += ": " + join(o.choices, ", ");
  out += ".";
  if (!o.fallback.empty()) out += " Default: " + o.fallback + ".";
  return out;
}

std::string usage_line(const CommandSpec& command) {
  std::string out = "backtrail " + command.name;
  if (!command.options.empty()) out += " [OPTION…]";
  for (const ArgumentSpec& a : command.arguments) {
    const std::string name = a.name + (a.repeated ? "…" : "");
    out += a.required ? " " + name : " [" + name + "]";
  }
  return out;
}

std::string command_help(const CommandSpec& c, const HelpOptions& o) {
  std::string out = examples_block(o, c.examples, o.full ? c.examples.size() : 2);
  if (!out.empty()) out += "\n";
  out += heading(o, "Usage") + "  " + usage_line(c) + "\n\n" + fold(c.summary + ".", o.width, 0);
  if (o.full && !c.description.empty()) out += "\n" + fold(c.description, o.width, 0);
  if (!c.arguments.empty()) {
    out += "\n" + heading(o, "Arguments");
    for (const ArgumentSpec& a : c.arguments) {
      std::string text = a.help;
      if (!a.choices.empty()) text += ": " + join(a.choices, ", ");
      out += entry(o, a.name + (a.repeated ? "…" : ""), text + ".", 26);
    }
  }
  out += options_block(o, "Options", c.options);
  if (!o.full)
    return out + "\nEvery command also takes the general options: backtrail " + c.name +
           " --help\n";
  out += options_block(o, "General options", general_options());
  out += "\n" + heading(o, "Exit codes");
  for (const ExitCode& e : exit_codes())
    if (e.code <= 2 || e.code == 130 ||
        std::find(c.exit_codes.begin(), c.exit_codes.end(), e.code) != c.exit_codes.end())
      out += entry(o, std::to_string(e.code), std::string(e.meaning) + ".", 8);
  return out;
}

std::string group_help(const CommandGroup& group, const HelpOptions& o) {
  std::string out = heading(o, "Usage") + "  backtrail " + group.name + " COMMAND\n\n" +
                    group.summary + ".\n\n" + heading(o, "Commands");
  for (const CommandSpec& c : commands())
    if (c.name.starts_with(group.name + " ")) out += entry(o, c.name, c.summary + ".", 22);
  return out + "\nSee 'backtrail " + group.name + " COMMAND --help'.\n";
}

std::string program_help(const HelpOptions& o) {
  std::string out = heading(o, "Examples");
  out += "  " + o.style.paint(Tone::dim, "# try it on made-up logs with an intrusion in them") +
         "\n  backtrail demo\n";
  out += "  " +
         o.style.paint(Tone::dim, "# a folder of exported logs becomes an investigated case") +
         "\n";
  out += "  backtrail investigate ./AWSLogs --case ./incident-42\n";
  out += "  " + o.style.paint(Tone::dim, "# what to look at, worst first") + "\n";
  out += "  backtrail findings --case ./incident-42\n\n";
  out +=
      "backtrail investigates AWS incidents from logs, offline: what happened, by whom,\nfrom "
      "where, with evidence that can be verified.\n\n";
  out += heading(o, "Usage") + "  backtrail COMMAND [OPTION…] [ARGUMENT…]\n";
  std::vector<std::string> groups;
  for (const CommandSpec& c : commands())
    if (std::find(groups.begin(), groups.end(), c.group) == groups.end()) groups.push_back(c.group);
  for (const std::string& group : groups) {
    out += "\n" + heading(o, group);
    for (const CommandSpec& c : commands())
      if (c.group == group) out += entry(o, c.name, c.summary + ".", 22);
  }
  if (o.full) {
    out += options_block(o, "General options", general_options());
    out += "\n" + heading(o, "Topics");
    for (const Topic& t : topics()) out += entry(o, "help " + t.name, t.summary + ".", 22);
  }
  return out + "\nSee 'backtrail COMMAND --help', 'backtrail help TOPIC', 'backtrail --version'.\n";
}

}  // namespace backtrail::cli
