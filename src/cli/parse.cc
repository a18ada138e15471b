#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "cli/arguments.h"
#include "cli/exit_code.h"

// The only file that sees CLI11's headers.
namespace backtrail::cli {
namespace {

using Values = std::map<std::string, std::vector<std::string>>;

// CLI11 splits "[a,b]" into a list; a mark behind the bracket keeps the text whole.
constexpr char kMark = '\x01';

std::string option_flags(const OptionSpec& o) {
  return (o.letter ? std::string("-") + o.letter + "," : std::string()) + "--" + o.name;
}

void declare(CLI::App& app, const OptionSpec& o, std::vector<std::string>& values) {
  if (o.kind == ValueKind::flag) {
    app.add_flag_callback(option_flags(o), [&values] { values.assign(1, "true"); });
    return;
  }
  CLI::Option* option = app.add_option(option_flags(o), values);
  if (o.repeated) {
    option->expected(1, CLI::detail::expected_max_vector_size);
  } else {
    // A vector would otherwise take every word that follows.
    option->expected(1)->allow_extra_args(false)->multi_option_policy(
        CLI::MultiOptionPolicy::TakeAll);
  }
}

void declare(CLI::App& app, const ArgumentSpec& a, std::vector<std::string>& values) {
  CLI::Option* option = app.add_option(a.name, values);
  const int least = a.required ? 1 : 0;
  option->expected(least, a.repeated ? CLI::detail::expected_max_vector_size : 1);
  if (a.required) option->required();
}

Error unknown_option(const CommandSpec& command, const std::string& given) {
  std::string name = given.substr(0, given.find('='));
  std::vector<std::string> known;
  for (const auto* list : {&command.options, &general_options()})
    for (const OptionSpec& o : *list) known.push_back("--" + o.name);
  std::string message = "'" + command.name + "' has no option '" + name + "'.";
  if (const std::string near = nearest(name, known); !near.empty())
    message += " Did you mean '" + near + "'?";
  return usage_error("unknown_option", message + " See 'backtrail " + command.name + " --help'.");
}

/// Checks one value against what its option or argument takes.
Result<void> check_value(const std::string& shown, ValueKind kind,
                         const std::vector<std::string>& choices, const std::string& value) {
  if (kind == ValueKind::count) {
    std::uint64_t n = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
    if (error != std::errc() || end != value.data() + value.size())
      return usage_error("not_a_number", shown + " takes a whole number, not '" + value + "'.");
  }
  if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
    std::string message = shown + " takes " + join(choices, ", ") + "; not '" + value + "'.";
    if (const std::string near = nearest(value, choices); !near.empty())
      message += " Did you mean '" + near + "'?";
    return usage_error("not_a_choice", message);
  }
  if (kind != ValueKind::text && value.empty())
    return usage_error("empty_value", shown + " needs a value, not an empty text.");
  return {};
}

Result<void> check(const CommandSpec& command, const Values& values) {
  const auto check_all = [&](const auto& spec, const std::string& shown) -> Result<void> {
    const std::vector<std::string>& given = values.at(spec.name);
    if (!spec.repeated && given.size() > 1 && spec.kind != ValueKind::flag)
      return usage_error("given_twice", shown + " was given more than once.");
    for (const std::string& v : given)
      BACKTRAIL_RETURN_IF_ERROR(check_value(shown, spec.kind, spec.choices, v));
    return {};
  };
  for (const auto* list : {&command.options, &general_options()})
    for (const OptionSpec& o : *list) BACKTRAIL_RETURN_IF_ERROR(check_all(o, "--" + o.name));
  for (const ArgumentSpec& a : command.arguments) BACKTRAIL_RETURN_IF_ERROR(check_all(a, a.name));
  return {};
}

/// CLI11's message, in words that name the command's own help.
Error parse_error(const CommandSpec& command, const CLI::ParseError& e) {
  const std::string hint = " See 'backtrail " + command.name + " --help'.";
  if (dynamic_cast<const CLI::RequiredError*>(&e) != nullptr) {
    std::string missing;
    for (const ArgumentSpec& a : command.arguments)
      if (a.required) missing += (missing.empty() ? "" : " ") + a.name;
    return usage_error("missing_argument", "'" + command.name + "' needs " + missing +
                                               ", as in: " + command.examples.front().command +
                                               " (see 'backtrail " + command.name + " --help')");
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&e) != nullptr) {
    const std::string text = e.what();
    const std::string name = text.substr(0, text.find(':'));
    if (name.starts_with('-')) return usage_error("missing_value", name + " needs a value." + hint);
    return usage_error("unexpected_argument", "'" + command.name + "' takes one " + name +
                                                  ", and more were given (a value with spaces needs "
                                                  "quotes). Usage: " + usage_line(command));
  }
  return usage_error("invalid", std::string(e.what()) + "." + hint);
}

bool looks_like_option(const std::string& text) {
  return text.size() > 1 && text.front() == '-' && text != "--" &&
         (text[1] == '-' ? text.size() > 2 && std::isalnum(static_cast<unsigned char>(text[2]))
                         : std::isalnum(static_cast<unsigned char>(text[1])));
}

}  // namespace

Result<Arguments> parse(const CommandSpec& command, std::vector<std::string> arguments) {
  for (const std::string& a : arguments) {
    if (a == "--") break;
    if (a == "--help") return usage_error("help", "full");
    if (a == "-h") return usage_error("help", "short");
  }
  CLI::App app;
  app.set_help_flag("");
  app.allow_extras();
  Values values;
  for (const auto* list : {&command.options, &general_options()})
    for (const OptionSpec& o : *list) declare(app, o, values[o.name]);
  for (const ArgumentSpec& a : command.arguments) declare(app, a, values[a.name]);

  for (std::string& a : arguments)
    if (!a.empty() && a.back() == ']') a += kMark;
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  std::optional<Error> failed;
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& e) {
    failed = parse_error(command, e);
  }
  // A typo in an option explains every other error that it causes.
  for (const std::string& extra : app.remaining())
    if (looks_like_option(extra)) return unknown_option(command, extra);
  if (failed) return *failed;
  if (const auto extra = app.remaining(); !extra.empty())
    return usage_error("unexpected_argument",
                       "'" + command.name + "' does not take the further argument '" +
                           extra.front() + "'. Usage: " + usage_line(command));
  for (auto& [name, list] : values)
    for (std::string& v : list)
      if (!v.empty() && v.back() == kMark) v.pop_back();
  BACKTRAIL_RETURN_IF_ERROR(check(command, values));
  return Arguments(command, std::move(values));
}

}  // namespace backtrail::cli
