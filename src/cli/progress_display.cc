#include "cli/progress_display.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/text.h"
#include "report/width.h"
#include "report/words.h"

namespace backtrail::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr auto kLineEvery = std::chrono::seconds(5);

double fraction(const ProgressSample& s) {
  if (s.bytes_total == 0) return 0;
  return std::min(1.0, static_cast<double>(s.bytes_done) / static_cast<double>(s.bytes_total));
}

std::string rate(const ProgressSample& s) {
  if (s.seconds < 0.2 || s.events == 0) return {};
  return with_thousands(static_cast<std::uint64_t>(static_cast<double>(s.events) / s.seconds)) +
         " events/s";
}

std::string time_left(const ProgressSample& s) {
  const double done = fraction(s);
  if (done <= 0.01 || done >= 1 || s.seconds < 1) return {};
  return report::seconds_text(s.seconds / done * (1 - done)) + " left";
}

std::string facts(const ProgressSample& s) {
  std::string out = s.bytes_total
                        ? format_bytes(s.bytes_done) + " of " + format_bytes(s.bytes_total)
                        : format_bytes(s.bytes_done);
  for (const std::string& part : {rate(s), time_left(s)})
    if (!part.empty()) out += ", " + part;
  return out;
}

}  // namespace

std::string progress_bar(const ProgressSample& s, std::size_t width) {
  constexpr std::size_t kBar = 20;
  std::string out = s.phase.empty() ? "working" : s.phase;
  if (s.bytes_total) {
    const double done = fraction(s);
    const auto full = static_cast<std::size_t>(done * kBar);
    out += " [" + std::string(full, '#') + std::string(kBar - full, '.') + "] " +
           fmt::format("{:3.0f}%  ", done * 100);
  } else {
    out += "  ";
  }
  return report::fit(out + facts(s), width);
}

std::string progress_line(const ProgressSample& s) {
  std::string out = (s.phase.empty() ? std::string("working") : s.phase) + ": ";
  if (s.bytes_total) out += fmt::format("{:.0f}%, ", fraction(s) * 100);
  if (s.files_total)
    out += with_thousands(s.files_done) + " of " + report::plural(s.files_total, "file") + ", ";
  return out + facts(s) + ", " + report::seconds_text(s.seconds) + " so far";
}

struct ProgressDisplay::State {
  const Progress& progress;
  std::ostream& err;
  Mode mode;
  std::size_t width;
  SteadyClock::time_point start = SteadyClock::now();
  std::mutex mutex{};
  std::condition_variable_any wake{};
  bool drawn = false;
  std::jthread thread{};

  [[nodiscard]] ProgressSample sample() const {
    return {.phase = progress.phase.load(),
            .bytes_done = progress.bytes_done.load(),
            .bytes_total = progress.bytes_total.load(),
            .files_done = progress.files_done.load(),
            .files_total = progress.files_total.load(),
            .events = progress.events.load(),
            .seconds = std::chrono::duration<double>(SteadyClock::now() - start).count()};
  }

  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    const auto step = mode == Mode::bar ? std::chrono::milliseconds(kRedraw)
                                        : std::chrono::milliseconds(kLineEvery);
    while (!wake.wait_for(lock, stop, step, [&] { return stop.stop_requested(); })) {
      if (mode == Mode::bar) {
        err << "\r\x1b[K" << progress_bar(sample(), width - 1) << std::flush;
        drawn = true;
      } else {
        err << progress_line(sample()) << '\n' << std::flush;
      }
    }
    if (drawn) err << "\r\x1b[K" << std::flush;
  }
};

ProgressDisplay::ProgressDisplay(const Progress& progress, std::ostream& err, Mode mode,
                                 std::size_t width)
    : state_(new State{progress, err, mode, std::max<std::size_t>(width, 40)}) {
  if (mode != Mode::none)
    state_->thread =
        std::jthread([state = state_.get()](const std::stop_token& stop) { state->run(stop); });
}

ProgressDisplay::~ProgressDisplay() { stop(); }

void ProgressDisplay::stop() {
  if (!state_->thread.joinable()) return;
  state_->thread.request_stop();
  state_->thread.join();
}

}  // namespace backtrail::cli
