#include <algorithm>

#include "base/text.h"
#include "cli/help.h"

namespace backtrail::cli {
namespace {

bool is_pathlike(ValueKind k) { return k == ValueKind::path || k == ValueKind::file; }

std::string first_word(const std::string& name) { return name.substr(0, name.find(' ')); }
std::string second_word(const std::string& name) {
  const std::size_t at = name.find(' ');
  return at == std::string::npos ? std::string() : name.substr(at + 1);
}

/// The words that may follow the program's name, with their summary.
std::vector<std::pair<std::string, std::string>> first_words() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const CommandSpec& c : commands()) {
    const std::string word = first_word(c.name);
    if (std::any_of(out.begin(), out.end(), [&](const auto& p) { return p.first == word; }))
      continue;
    const CommandGroup* group = find_group(word);
    out.emplace_back(word, group && !find_command(word) ? group->summary : c.summary);
  }
  return out;
}

std::vector<OptionSpec> all_options(const CommandSpec& c) {
  std::vector<OptionSpec> out = c.options;
  out.insert(out.end(), general_options().begin(), general_options().end());
  return out;
}

std::string option_words(const CommandSpec& c) {
  std::string out;
  for (const OptionSpec& o : all_options(c)) out += (out.empty() ? "--" : " --") + o.name;
  return out;
}

// --- bash ---

std::string bash_value(ValueKind kind, const std::vector<std::string>& choices) {
  if (!choices.empty()) return "COMPREPLY=($(compgen -W '" + join(choices, " ") + "' -- \"$cur\"))";
  if (kind == ValueKind::directory)
    return "compopt -o filenames; COMPREPLY=($(compgen -d -- \"$cur\"))";
  if (is_pathlike(kind)) return "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\"))";
  if (kind == ValueKind::rule)
    return "COMPREPLY=($(compgen -W \"$(backtrail rules list --output csv 2>/dev/null | cut -d, "
           "-f1 | tail -n +2)\" -- \"$cur\"))";
  return "COMPREPLY=()";
}

std::string bash_script() {
  std::string words;
  for (const auto& [word, summary] : first_words()) words += (words.empty() ? "" : " ") + word;
  std::string out =
      "# bash completion for backtrail\n"
      "_backtrail() {\n"
      "  local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\" "
      "cmd=\"${COMP_WORDS[1]}\"\n"
      "  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    COMPREPLY=($(compgen -W '" +
      words +
      " --help --version' -- \"$cur\"))\n"
      "    return\n"
      "  fi\n"
      "  case \"$cmd\" in\n";
  for (const CommandGroup& g : command_groups()) {
    std::string seconds;
    for (const CommandSpec& c : commands())
      if (first_word(c.name) == g.name && !second_word(c.name).empty())
        seconds += (seconds.empty() ? "" : " ") + second_word(c.name);
    out += "    " + g.name +
           ")\n      if [ \"$COMP_CWORD\" -eq 2 ]; then\n        COMPREPLY=($(compgen -W '" +
           seconds +
           "' -- \"$cur\"))\n        return\n      fi\n      cmd=\"$cmd ${COMP_WORDS[2]}\" ;;\n";
  }
  out += "  esac\n  case \"$cmd\" in\n";
  for (const CommandSpec& c : commands()) {
    out += "    '" + c.name + "')\n      case \"$prev\" in\n";
    for (const OptionSpec& o : all_options(c)) {
      if (o.kind == ValueKind::flag) continue;
      out += "        --" + o.name + (o.letter ? std::string("|-") + o.letter : "") + ") " +
             bash_value(o.kind, o.choices) + "; return ;;\n";
    }
    out += "      esac\n      case \"$cur\" in\n        -*) COMPREPLY=($(compgen -W '" +
           option_words(c) + "' -- \"$cur\")); return ;;\n      esac\n";
    if (!c.arguments.empty())
      out += "      " + bash_value(c.arguments.back().kind, c.arguments.back().choices) + "\n";
    out += "      ;;\n";
  }
  return out + "  esac\n}\ncomplete -F _backtrail backtrail\n";
}

// --- zsh ---

std::string zsh_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') out += "'\\'";
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(ValueKind kind, const std::vector<std::string>& choices) {
  if (!choices.empty()) return "(" + join(choices, " ") + ")";
  if (kind == ValueKind::directory) return "_files -/";
  if (is_pathlike(kind)) return "_files";
  return " ";
}

std::string zsh_command(const CommandSpec& c) {
  std::string out;
  for (const OptionSpec& o : all_options(c)) {
    std::string spec = o.repeated ? "*" : "";
    spec += "--" + o.name + "[" + zsh_text(o.help) + "]";
    if (o.kind != ValueKind::flag)
      spec += ":" + zsh_text(o.value_name) + ":" + zsh_action(o.kind, o.choices);
    out += " \\\n        '" + spec + "'";
  }
  for (const ArgumentSpec& a : c.arguments)
    out += std::string(" \\\n        '") + (a.repeated ? "*" : "") + ":" + zsh_text(a.name) + ":" +
           zsh_action(a.kind, a.choices) + "'";
  return "      _arguments -s" + out + "\n";
}

std::string zsh_script() {
  std::string out =
      "#compdef backtrail\n"
      "_backtrail() {\n"
      "  local -a names\n"
      "  local name\n"
      "  if (( CURRENT == 2 )); then\n    names=(\n";
  for (const auto& [word, summary] : first_words())
    out += "      '" + word + ":" + zsh_text(summary) + "'\n";
  out +=
      "    )\n    _describe command names\n    return\n  fi\n  name=$words[2]\n  case $name in\n";
  for (const CommandGroup& g : command_groups()) {
    out += "    " + g.name + ")\n      if (( CURRENT == 3 )); then\n        names=(\n";
    for (const CommandSpec& c : commands())
      if (first_word(c.name) == g.name && !second_word(c.name).empty())
        out += "          '" + second_word(c.name) + ":" + zsh_text(c.summary) + "'\n";
    out +=
        "        )\n        _describe command names\n        return\n      fi\n      name=\"$name "
        "$words[3]\"\n      shift words; (( CURRENT-- )) ;;\n";
  }
  out += "  esac\n  shift words; (( CURRENT-- ))\n  case $name in\n";
  for (const CommandSpec& c : commands())
    out += "    '" + c.name + "')\n" + zsh_command(c) + "      ;;\n";
  return out +
         "  esac\n}\nif [[ $funcstack[1] = _backtrail ]]; then\n  _backtrail \"$@\"\nelse\n  "
         "compdef _backtrail backtrail\nfi\n";
}

// --- fish ---

std::string fish_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return "'" + out + "'";
}

std::string fish_script() {
  std::string out =
      "# fish completion for backtrail\n"
      "function __backtrail_at\n"
      "  set -l words (commandline -opc)\n"
      "  set -e words[1]\n"
      "  test \"$words[1..$(count $argv)]\" = \"$argv\"\n"
      "end\n"
      "complete -c backtrail -f\n";
  for (const auto& [word, summary] : first_words())
    out += "complete -c backtrail -n __fish_use_subcommand -a " + word + " -d " +
           fish_text(summary) + "\n";
  for (const CommandGroup& g : command_groups())
    for (const CommandSpec& c : commands())
      if (first_word(c.name) == g.name && !second_word(c.name).empty())
        out +=
            "complete -c backtrail -n 'test (count (commandline -opc)) -eq 2; and __backtrail_at " +
            g.name + "' -a " + second_word(c.name) + " -d " + fish_text(c.summary) + "\n";
  for (const CommandSpec& c : commands()) {
    const std::string at = "complete -c backtrail -n '__backtrail_at " + c.name + "'";
    for (const OptionSpec& o : all_options(c)) {
      out += at + " -l " + o.name;
      if (o.letter) out += std::string(" -s ") + o.letter;
      if (o.kind != ValueKind::flag) {
        out += is_pathlike(o.kind) || o.kind == ValueKind::directory ? " -r" : " -x";
        if (!o.choices.empty()) out += " -a '" + join(o.choices, " ") + "'";
        if (o.kind == ValueKind::directory) out += " -a '(__fish_complete_directories)'";
        if (is_pathlike(o.kind)) out += " -F";
      }
      out += " -d " + fish_text(o.help) + "\n";
    }
    for (const ArgumentSpec& a : c.arguments) {
      if (!a.choices.empty())
        out += at + " -a '" + join(a.choices, " ") + "'\n";
      else if (a.kind == ValueKind::directory)
        out += at + " -a '(__fish_complete_directories)'\n";
      else if (is_pathlike(a.kind))
        out += at + " -F\n";
    }
  }
  return out;
}

}  // namespace

std::string completion_script(std::string_view shell) {
  if (shell == "bash") return bash_script();
  return shell == "zsh" ? zsh_script() : fish_script();
}

}  // namespace backtrail::cli
