#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <ostream>
#include <streambuf>
#include <vector>

#include "cli/cli.h"
#include "cli/console.h"

namespace backtrail::cli {
namespace {

/// A stream buffer on a descriptor that keeps errno of a failed write for the one who asks.
class DescriptorBuffer final : public std::streambuf {
 public:
  DescriptorBuffer(int fd, std::size_t size) : fd_(fd), bytes_(size) {
    setp(bytes_.data(), bytes_.data() + bytes_.size());
  }
  ~DescriptorBuffer() override { sync(); }
  DescriptorBuffer(const DescriptorBuffer&) = delete;
  DescriptorBuffer& operator=(const DescriptorBuffer&) = delete;

 protected:
  int_type overflow(int_type c) override {
    if (sync() != 0) return traits_type::eof();
    if (c != traits_type::eof()) sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
  }
  int sync() override {
    const char* at = pbase();
    while (at < pptr()) {
      const ssize_t n = ::write(fd_, at, static_cast<std::size_t>(pptr() - at));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) {
        setp(bytes_.data(), bytes_.data() + bytes_.size());
        return -1;
      }
      at += n;
    }
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    return 0;
  }

 private:
  int fd_;
  std::vector<char> bytes_;
};

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
  return run(std::vector<std::string>(argv + 1, argv + argc), console);
}

}  // namespace backtrail::cli
