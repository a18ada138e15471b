#include <algorithm>

#include "base/text.h"
#include "cli/commands/commands.h"
#include "cli/common_options.h"
#include "cli/help.h"
#include "cli/invocation.h"

namespace backtrail::cli {
namespace {

HelpOptions help_options(Invocation& run) {
  const int columns = run.console().columns;
  return {.width = static_cast<std::size_t>(columns > 0 ? std::min(columns, 100) : 80),
          .style = run.out_style(),
          .full = true};
}

Result<int> run_help(Invocation& run) {
  const std::string name = join(run.args().list("TOPIC"), " ");
  const HelpOptions options = help_options(run);
  std::string text;
  if (name.empty())
    text = program_help(options);
  else if (const CommandSpec* c = find_command(name))
    text = command_help(*c, options);
  else if (const CommandGroup* g = find_group(name))
    text = group_help(*g, options) + "\n";
  for (const Topic& t : topics())
    if (t.name == name) text += fold(t.text, options.width, 0);
  if (const JsonShape* shape =
          name.starts_with("json ") ? find_json_shape(name.substr(5)) : nullptr)
    text = shape->printed_by + "\n" +
           (shape->remark.empty() ? "" : fold(shape->remark, options.width, 0)) + "\n" +
           std::string(shape->example());
  if (text.empty()) {
    std::vector<std::string> known;
    for (const Topic& t : topics()) known.push_back(t.name);
    for (const CommandSpec& c : commands()) known.push_back(c.name);
    const std::string near = nearest(name, known);
    return usage_error("unknown_topic", "There is no help on '" + name + "'." +
                                            (near.empty() ? "" : " Did you mean '" + near + "'?") +
                                            " See 'backtrail --help'.");
  }
  BACKTRAIL_RETURN_IF_ERROR(run.write(text));
  return kExitOk;
}

Result<int> run_completion(Invocation& run) {
  BACKTRAIL_RETURN_IF_ERROR(run.write(completion_script(run.args().text("SHELL"))));
  return kExitOk;
}

Result<int> run_man(Invocation& run) {
  const std::string name = join(run.args().list("COMMAND"), " ");
  if (run.args().has("markdown")) {
    BACKTRAIL_RETURN_IF_ERROR(run.write(reference_markdown()));
    return kExitOk;
  }
  const CommandSpec* command = find_command(name);
  if (!name.empty() && command == nullptr)
    return usage_error("unknown_command",
                       "There is no command '" + name + "'. See 'backtrail --help'.");
  BACKTRAIL_RETURN_IF_ERROR(run.write(man_page(command)));
  return kExitOk;
}

}  // namespace

std::vector<CommandSpec> manual_commands() {
  return {
      {.name = "help",
       .group = "Manual",
       .summary = "Explain a command or a topic",
       .description = "Topics: case, environment, exit-codes, json, logs, output, sigma, sql, time.",
       .examples = {{"a command", "backtrail help case verify"},
                    {"a topic", "backtrail help time"}},
       .arguments = {{.name = "TOPIC",
                      .kind = ValueKind::topic,
                      .help = "A command or a topic",
                      .required = false,
                      .repeated = true}},
       .run = run_help},
      {.name = "man",
       .group = "Manual",
       .summary = "Print a manual page in roff",
       .examples = {{"read it", "backtrail man investigate | man -l -"}},
       .arguments = {{.name = "COMMAND",
                      .kind = ValueKind::command,
                      .help = "The command; the program's page when not given",
                      .required = false,
                      .repeated = true}},
       .options = {{.name = "markdown", .help = "The whole manual as one Markdown page"},
                   out_option()},
       .run = run_man},
      {.name = "completion",
       .group = "Manual",
       .summary = "Print the completion script of a shell",
       .examples = {{"bash, for this session", "source <(backtrail completion bash)"},
                    {"zsh, for good",
                     "backtrail completion zsh > /usr/local/share/zsh/site-functions/_backtrail"},
                    {"fish, for good",
                     "backtrail completion fish > ~/.config/fish/completions/backtrail.fish"}},
       .arguments = {{.name = "SHELL",
                      .kind = ValueKind::choice,
                      .help = "The shell",
                      .choices = {"bash", "zsh", "fish"}}},
       .options = {out_option()},
       .run = run_completion}};
}

}  // namespace backtrail::cli
