#pragma once

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/arguments.h"
#include "cli/cli.h"
#include "cli/console.h"

namespace backtrail::cli {

/// Runs commands in-process with captured streams, a fixed clock and an environment of its own.
class Terminal {
 public:
  struct Outcome {
    int code = 0;
    std::string out{};
    std::string err{};
  };
  Outcome run(const std::vector<std::string>& arguments) {
    std::ostringstream out;
    std::ostringstream err;
    Console console{.out = out, .err = err, .clock = clock};
    console.env = [this](std::string_view name) -> std::optional<std::string> {
      const auto it = env.find(std::string(name));
      return it == env.end() ? std::nullopt : std::optional(it->second);
    };
    console.out_is_terminal = out_is_terminal;
    console.columns = columns;
    console.lines = lines;
    console.stop = stop.get_token();
    console.observe = [this](const Arguments& a) { unread = a.unread(); };
    const int code = cli::run(arguments, console);
    return {code, out.str(), err.str()};
  }

  FixedClock clock{*parse_rfc3339("2026-02-10T12:00:00Z")};
  std::map<std::string, std::string> env{};
  bool out_is_terminal = false;
  int columns = 0;
  int lines = 0;
  std::stop_source stop{};
  std::vector<std::string> unread{};  // what the last command was given and never asked for
};

}  // namespace backtrail::cli
