#include "cli/cli.h"

#include <algorithm>
#include <ostream>

#include "base/text.h"
#include "base/version.h"
#include "cli/arguments.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "cli/help.h"
#include "cli/invocation.h"
#include "report/mask.h"

namespace backtrail::cli {
namespace {

HelpOptions help_options(const Console& console, bool full) {
  return {
      .width = static_cast<std::size_t>(console.columns > 0 ? std::min(console.columns, 100) : 80),
      .style = {.color = use_color(console, ColorChoice::automatic, console.out_is_terminal)},
      .full = full};
}

/// What to do about errors that any command may meet.
std::string_view remedy(const Error& error) {
  if (error.id == "os.permission") return " Check owner and mode (ls -ld), or run as that user.";
  if (error.id == "os.disk_full" || error.id == "store.disk_full")
    return " Make room and run the same command again; the case opens as it was last saved.";
  return {};
}

int fail(Console& console, const Error& error) {
  console.out.flush();
  console.err << "backtrail: " << escape_terminal(report::mask_secrets(error.message));
  if (!error.id.starts_with("usage.")) console.err << " [" << error.id << "]";
  console.err << remedy(error) << '\n' << std::flush;
  return exit_code_of(error);
}

int interrupted(Console& console, const CommandSpec& command) {
  console.err << "backtrail: " << command.name << " was interrupted. "
              << (command.interrupted.empty() ? "Nothing was changed." : command.interrupted)
              << " [interrupted]\n"
              << std::flush;
  return kExitInterrupted;
}

Error unknown_command(std::string_view given) {
  std::vector<std::string> known;
  for (const CommandSpec& c : commands()) {
    known.push_back(c.name);
    known.push_back(c.name.substr(0, c.name.find(' ')));
  }
  std::string message = "There is no command '" + std::string(given) + "'.";
  if (const std::string near = nearest(given, known); !near.empty())
    message += " Did you mean '" + near + "'?";
  return usage_error("unknown_command", message + " See 'backtrail --help'.");
}

/// General options may stand before the command: `backtrail --no-color findings`. They are moved
/// behind it.
std::vector<std::string> command_first(const std::vector<std::string>& arguments) {
  std::size_t at = 0;
  while (at < arguments.size() && arguments[at].size() > 1 && arguments[at].front() == '-') {
    const std::string name = arguments[at].substr(0, arguments[at].find('='));
    const auto& general = general_options();
    const auto option = std::find_if(general.begin(), general.end(), [&](const OptionSpec& o) {
      return name == "--" + o.name || (o.letter != 0 && name == std::string("-") + o.letter);
    });
    if (option == general.end()) return arguments;
    const bool value_follows = option->kind != ValueKind::flag && name == arguments[at];
    at += value_follows ? 2 : 1;
  }
  if (at >= arguments.size()) return arguments;
  std::size_t words = 1;
  if (find_group(arguments[at]) && at + 1 < arguments.size()) words = 2;
  std::vector<std::string> out(arguments.begin() + static_cast<std::ptrdiff_t>(at),
                               arguments.begin() + static_cast<std::ptrdiff_t>(at + words));
  out.insert(out.end(), arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(at));
  out.insert(out.end(), arguments.begin() + static_cast<std::ptrdiff_t>(at + words),
             arguments.end());
  return out;
}

/// `backtrail case`, `backtrail case --help`, `backtrail case nonsense`.
int run_group(const CommandGroup& group, const std::vector<std::string>& arguments,
              Console& console) {
  if (arguments.size() > 1 && (arguments[1] == "--help" || arguments[1] == "-h")) {
    console.out << group_help(group, help_options(console, true)) << std::flush;
    return kExitOk;
  }
  if (arguments.size() > 1 && !arguments[1].starts_with('-'))
    return fail(console, unknown_command(arguments[0] + " " + arguments[1]));
  console.err << group_help(group, help_options(console, true)) << std::flush;
  return kExitUsage;
}

int run_command(const CommandSpec& command, std::vector<std::string> rest, Console& console) {
  auto parsed = parse(command, std::move(rest));
  if (!parsed) {
    if (parsed.error().id != "usage.help") return fail(console, parsed.error());
    console.out << command_help(command, help_options(console, parsed.error().message == "full"))
                << std::flush;
    return kExitOk;
  }
  Invocation invocation(console, command, std::move(*parsed));
  Result<int> code = command.run(invocation);
  invocation.end_progress();
  console.out.flush();
  if (console.observe) console.observe(invocation.args());
  if (code) return *code;
  return code.error().code == ErrorCode::cancelled ? interrupted(console, command)
                                                   : fail(console, code.error());
}

}  // namespace

int run(const std::vector<std::string>& given, Console& console) {
  if (!given.empty() && given[0] == "--version") {
    console.out << "backtrail " << program_version() << '\n' << std::flush;
    return kExitOk;
  }
  const std::vector<std::string> arguments = command_first(given);
  if (arguments.empty() || arguments[0] == "-h" || arguments[0] == "--help") {
    const bool full = !arguments.empty() && arguments[0] == "--help";
    console.out << program_help(help_options(console, full)) << std::flush;
    return kExitOk;
  }
  if (arguments.size() > 1)
    if (const CommandSpec* command = find_command(arguments[0] + " " + arguments[1]))
      return run_command(*command, {arguments.begin() + 2, arguments.end()}, console);
  if (const CommandSpec* command = find_command(arguments[0]))
    return run_command(*command, {arguments.begin() + 1, arguments.end()}, console);
  if (const CommandGroup* group = find_group(arguments[0]))
    return run_group(*group, arguments, console);
  if (arguments[0].starts_with('-'))
    return fail(console,
                usage_error("unknown_option", "There is no option '" + arguments[0] +
                                                  "' before a command. See 'backtrail --help'."));
  return fail(console, unknown_command(arguments[0]));
}

}  // namespace backtrail::cli
