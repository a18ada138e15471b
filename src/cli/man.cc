#include <algorithm>

#include "base/text.h"
#include "base/version.h"
#include "cli/help.h"

namespace backtrail::cli {
namespace {

/// Text as roff shows it: no requests, plain hyphens, backslashes kept.
std::string roff(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
    line_start = c == '\n';
  }
  return out;
}

std::string paragraphs(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n'))
    out += line.empty() ? ".PP\n" : roff(line) + "\n";
  return out;
}

std::string page_name(std::string_view command) {
  std::string name = "backtrail";
  if (!command.empty()) name += "-" + std::string(command);
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

std::string header(const std::string& name, const std::string& summary) {
  std::string upper = name;
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return ".TH " + roff(upper) + " 1 \"\" \"backtrail " + std::string(program_version()) +
         "\" \"backtrail manual\"\n.SH NAME\n" + roff(name) + " \\- " + roff(summary) + "\n";
}

std::string options(const std::string& title, const std::vector<OptionSpec>& list) {
  if (list.empty()) return {};
  std::string out = ".SH " + title + "\n";
  for (const OptionSpec& o : list)
    out += ".TP\n.B " + roff(std::string(trim(option_heading(o)))) + "\n" + roff(option_text(o)) +
           "\n";
  return out;
}

std::string exit_status(const CommandSpec* command) {
  std::string out = ".SH EXIT STATUS\n";
  for (const ExitCode& e : exit_codes())
    if (!command || e.code <= 2 || e.code == 130 ||
        std::find(command->exit_codes.begin(), command->exit_codes.end(), e.code) !=
            command->exit_codes.end())
      out += ".TP\n.B " + std::to_string(e.code) + "\n" + roff(e.meaning) + ".\n";
  return out;
}

std::string program_page() {
  std::string out = header("backtrail", "investigate AWS incidents from logs, offline");
  out +=
      ".SH SYNOPSIS\n.B backtrail\n.I COMMAND\n[OPTION...] [ARGUMENT...]\n.SH DESCRIPTION\n"
      "A folder of AWS logs becomes a case: what happened, by whom, from where, with "
      "evidence that can be verified.\n.SH COMMANDS\n";
  for (const CommandSpec& c : commands())
    out += ".TP\n.BR " + roff(page_name(c.name)) + " (1)\n" + roff(c.summary) + ".\n";
  out += options("GENERAL OPTIONS", general_options()) + exit_status(nullptr);
  for (const Topic& t : topics()) {
    std::string title = to_lower_ascii(t.name);
    for (char& c : title)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    out += ".SH " + roff(title) + "\n" + paragraphs(t.text);
  }
  return out;
}

}  // namespace

std::string man_page(const CommandSpec* c) {
  if (c == nullptr) return program_page();
  std::string out = header(page_name(c->name), c->summary);
  out += ".SH SYNOPSIS\n.nf\n" + roff(usage_line(*c)) + "\n.fi\n";
  if (!c->examples.empty()) {
    out += ".SH EXAMPLES\n";
    for (const Example& e : c->examples)
      out += ".TP\n" + roff(e.what) + "\n.B " + roff(e.command) + "\n";
  }
  out += ".SH DESCRIPTION\n" + roff(c->summary) + ".\n";
  if (!c->description.empty()) out += ".PP\n" + paragraphs(c->description);
  if (!c->arguments.empty()) {
    out += ".SH ARGUMENTS\n";
    for (const ArgumentSpec& a : c->arguments)
      out += ".TP\n.I " + roff(a.name) + "\n" +
             roff(a.help + (a.choices.empty() ? "" : ": " + join(a.choices, ", "))) + ".\n";
  }
  out += options("OPTIONS", c->options) + options("GENERAL OPTIONS", general_options()) +
         exit_status(c);
  return out + ".SH SEE ALSO\n.BR backtrail (1)\n";
}

}  // namespace backtrail::cli
