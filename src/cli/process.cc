#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <ostream>
#include <vector>

#include "cli/cli.h"
#include "cli/console.h"
#include "cli/descriptor_buffer.h"
#include "cli/exit_code.h"

namespace backtrail::cli {
namespace {

int number(const char* text) {
  int n = 0;
  if (text != nullptr) std::from_chars(text, text + std::char_traits<char>::length(text), n);
  return n > 0 && n < 10000 ? n : 0;
}

}  // namespace

int run(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  DescriptorBuffer out_buffer(STDOUT_FILENO, std::size_t{1} << 16);
  DescriptorBuffer err_buffer(STDERR_FILENO, std::size_t{1} << 12);
  std::ostream out(&out_buffer);
  std::ostream err(&err_buffer);
  Console console{.out = out, .err = err, .clock = system_clock()};
  console.env = [](std::string_view name) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(name).c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  };
  console.in_is_terminal = ::isatty(STDIN_FILENO) == 1;
  console.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  console.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
  winsize size{};
  if (console.out_is_terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) {
    console.columns = size.ws_col;
    console.lines = size.ws_row;
  }
  if (const int n = number(std::getenv("COLUMNS")); n != 0) console.columns = n;
  if (const int n = number(std::getenv("LINES")); n != 0) console.lines = n;
  if (console.out_is_terminal && console.columns == 0) console.columns = 80;
  if (console.out_is_terminal && console.lines == 0) console.lines = 24;
  const int code = run(std::vector<std::string>(argv + 1, argv + argc), console);
  out.flush();
  // A reader that went away (| head) has all it wanted; anything else has lost data.
  if (out.good() || out_buffer.failure() == EPIPE || code == kExitFailed) return code;
  err << "backtrail: the output is not whole: "
      << system_error("write to standard output", out_buffer.failure()).message << '\n'
      << std::flush;
  return kExitFailed;
}

}  // namespace backtrail::cli
