#include "cli/interrupt.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>
#include <thread>

namespace backtrail::cli {
namespace {

// What a signal handler may touch.
std::atomic<int> signals_seen{0};
std::atomic<int> wake_fd{-1};
std::atomic<const char*> saving_text{""};

void say(const char* text) {
  // Nothing can be done about a failed write here.
  [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, text, std::strlen(text));
}

void on_signal(int) {
  const int saved = errno;
  if (signals_seen.fetch_add(1) > 0) {
    say("\nStopped at once. The case opens as it was last saved; run the same command again to go "
        "on.\n");
    ::_exit(130);
  }
  say("\nInterrupted: ");
  say(saving_text.load());
  say(" Press Ctrl-C again to stop at once.\n");
  [[maybe_unused]] const ssize_t n = ::write(wake_fd.load(), "i", 1);
  errno = saved;
}

}  // namespace

struct Interrupt::State {
  std::stop_source stop;
  std::array<int, 2> pipe{-1, -1};
  struct sigaction old_int {};
  struct sigaction old_term {};
  std::thread watcher;
};

Interrupt::Interrupt(const char* saving) : state_(std::make_unique<State>()) {
  if (::pipe2(state_->pipe.data(), O_CLOEXEC) != 0)
    return;  // signals keep their default: they end us
  saving_text = saving;
  signals_seen = 0;
  wake_fd = state_->pipe[1];
  struct sigaction action {};
  action.sa_handler = on_signal;
  ::sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, &state_->old_int);
  ::sigaction(SIGTERM, &action, &state_->old_term);
  state_->watcher = std::thread([state = state_.get()] {
    char byte = 0;
    while (::read(state->pipe[0], &byte, 1) < 0 && errno == EINTR) {
    }
    if (byte == 'i') state->stop.request_stop();
  });
}

Interrupt::~Interrupt() {
  if (!state_->watcher.joinable()) return;
  ::sigaction(SIGINT, &state_->old_int, nullptr);
  ::sigaction(SIGTERM, &state_->old_term, nullptr);
  [[maybe_unused]] const ssize_t n = ::write(state_->pipe[1], "q", 1);
  state_->watcher.join();
  wake_fd = -1;
  ::close(state_->pipe[0]);
  ::close(state_->pipe[1]);
}

std::stop_token Interrupt::token() const { return state_->stop.get_token(); }

}  // namespace backtrail::cli
