#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/time.h"

namespace backtrail::cli {

class Arguments;

/// What a command sees of the outside: streams, environment, clock, terminal. Tests make their own.
struct Console {
  std::ostream& out;
  std::ostream& err;
  const Clock& clock;
  std::function<std::optional<std::string>(std::string_view)> env{};
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  int columns = 0;  // of the terminal; 0: there is none
  int lines = 0;
  int in_fd = 0;
  /// Stands in for the signals of a process; without it SIGINT and SIGTERM are caught.
  std::optional<std::stop_token> stop{};
  /// Sees the arguments after a command ran (tests prove that none was ignored).
  std::function<void(const Arguments&)> observe{};

  /// The variable when it is set and not empty.
  [[nodiscard]] std::optional<std::string> variable(std::string_view name) const {
    auto value = env ? env(name) : std::nullopt;
    if (value && value->empty()) return std::nullopt;
    return value;
  }
};

enum class ColorChoice { automatic, always, never };

/// Whether to colour a stream: `--color` wins, then NO_COLOR, BACKTRAIL_NO_COLOR, FORCE_COLOR,
/// TERM=dumb, then whether it is a terminal.
[[nodiscard]] bool use_color(const Console& console, ColorChoice choice, bool is_terminal);

}  // namespace backtrail::cli
