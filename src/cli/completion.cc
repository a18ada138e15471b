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

/// The words of a value whose choices are known when the script is made.
std::vector<std::string> known_words(ValueKind kind, const std::vector<std::string>& choices) {
  std::vector<std::string> out = choices;
  if (kind == ValueKind::topic || kind == ValueKind::command)
    for (const CommandSpec& c : commands())
      for (const std::string& word : {first_word(c.name), second_word(c.name)})
        if (!word.empty() && std::find(out.begin(), out.end(), word) == out.end())
          out.push_back(word);
  if (kind == ValueKind::topic)
    for (const Topic& t : topics())
      if (std::find(out.begin(), out.end(), t.name) == out.end()) out.push_back(t.name);
  return out;
}

/// A shell command that lists the words of a value, a line each; empty: there is none.
std::string listing(ValueKind kind) {
  if (kind == ValueKind::rule)
    return "backtrail rules list --output csv 2>/dev/null | tail -n +2 | cut -d, -f1,2 | tr , "
           "\"\\n\"";
  // The case of BACKTRAIL_CASE or of the current folder.
  if (kind == ValueKind::finding)
    return "backtrail findings --output csv 2>/dev/null | tail -n +2 | cut -d, -f1";
  return {};
}

/// General options that take a value, as a shell pattern.
std::string valued_general(const char* separator) {
  std::string out;
  for (const OptionSpec& o : general_options())
    if (o.kind != ValueKind::flag) out += (out.empty() ? "" : separator) + ("--" + o.name);
  return out;
}

// --- bash ---

std::string bash_value(ValueKind kind, const std::vector<std::string>& choices) {
  const std::vector<std::string> words = known_words(kind, choices);
  if (!words.empty()) return "COMPREPLY=($(compgen -W '" + join(words, " ") + "' -- \"$cur\"))";
  if (const std::string list = listing(kind); !list.empty())
    return "COMPREPLY=($(compgen -W \"$(" + list + ")\" -- \"$cur\"))";
  if (kind == ValueKind::directory) return "_backtrail_files -d";
  if (is_pathlike(kind)) return "_backtrail_files -f";
  return "COMPREPLY=()";
}

std::string bash_script() {
  std::string words;
  for (const auto& [word, summary] : first_words()) words += (words.empty() ? "" : " ") + word;
  std::string general;
  for (const OptionSpec& o : general_options()) general += " --" + o.name;
  std::string out = R"(# bash completion for backtrail
_backtrail_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}
_backtrail() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" cmd at=1
  COMPREPLY=()
  # --option=value arrives as three words
  if [ "$cur" = "=" ]; then cur=""
  elif [ "$prev" = "=" ]; then prev="${COMP_WORDS[COMP_CWORD-2]}"; fi
  while [ "$at" -lt "$COMP_CWORD" ]; do
    case "${COMP_WORDS[at]}" in
      )" + valued_general("|") +
                    R"() at=$((at + 2)) ;;
      -*) at=$((at + 1)) ;;
      *) break ;;
    esac
  done
  cmd="${COMP_WORDS[at]}"
  if [ "$COMP_CWORD" -le "$at" ]; then
    COMPREPLY=($(compgen -W ')" +
                    words + general + R"( --version' -- "$cur"))
    return
  fi
  case "$cmd" in
)";
  for (const CommandGroup& g : command_groups()) {
    std::string seconds;
    for (const CommandSpec& c : commands())
      if (first_word(c.name) == g.name && !second_word(c.name).empty())
        seconds += (seconds.empty() ? "" : " ") + second_word(c.name);
    out +=
        "    " + g.name +
        ")\n      if [ \"$COMP_CWORD\" -eq $((at + 1)) ]; then\n        COMPREPLY=($(compgen -W '" +
        seconds +
        "' -- \"$cur\"))\n        return\n      fi\n      cmd=\"$cmd ${COMP_WORDS[at + 1]}\" ;;\n";
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
  const std::vector<std::string> words = known_words(kind, choices);
  if (!words.empty()) return "(" + join(words, " ") + ")";
  if (const std::string list = listing(kind); !list.empty())
    return "{compadd -- ${(f)\"$(" + list + ")\"}}";
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
      "  while (( CURRENT > 2 )) && [[ $words[2] == -* ]]; do\n"
      "    if [[ $words[2] == (" +
      valued_general("|") +
      ") ]]; then words[2]=(); (( CURRENT-- )); fi\n"
      "    words[2]=(); (( CURRENT-- ))\n"
      "  done\n"
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
      "  while string match -q -- '-*' \"$words[1]\"\n"
      "    contains -- \"$words[1]\" " +
      valued_general(" ") +
      "; and set -e words[1]\n"
      "    set -e words[1]\n"
      "  end\n"
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
        if (const std::string list = listing(o.kind); !list.empty()) out += " -a '(" + list + ")'";
        if (o.kind == ValueKind::directory) out += " -a '(__fish_complete_directories)'";
        if (is_pathlike(o.kind)) out += " -F";
      }
      out += " -d " + fish_text(o.help) + "\n";
    }
    for (const ArgumentSpec& a : c.arguments) {
      const std::vector<std::string> words = known_words(a.kind, a.choices);
      if (!words.empty())
        out += at + " -a '" + join(words, " ") + "'\n";
      else if (const std::string list = listing(a.kind); !list.empty())
        out += at + " -a '(" + list + ")'\n";
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
