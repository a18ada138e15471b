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

/// The phase reads nothing (more): all bytes were done when it began.
bool only_thinks(const ProgressSample& s) {
  return s.bytes_done == s.bytes_before && s.bytes_done >= s.bytes_total && s.bytes_done > 0;
}

std::string rate(const ProgressSample& s) {
  if (s.seconds < 0.2 || s.events <= s.events_before) return {};
  const auto events = static_cast<double>(s.events - s.events_before);
  return with_thousands(static_cast<std::uint64_t>(events / s.seconds)) + " events/s";
}

std::string time_left(const ProgressSample& s) {
  const double done = fraction(s);
  if (done <= 0.01 || done >= 1 || s.seconds < 1 || s.bytes_done <= s.bytes_before) return {};
  const auto read = static_cast<double>(s.bytes_done - s.bytes_before);
  const auto left = static_cast<double>(s.bytes_total - s.bytes_done);
  return report::seconds_text(s.seconds / read * left) + " left";
}

std::string facts(const ProgressSample& s) {
  if (only_thinks(s)) return report::seconds_text(s.seconds);
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
  if (s.bytes_total && !only_thinks(s)) {
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
  if (s.bytes_total && !only_thinks(s)) out += fmt::format("{:.0f}%, ", fraction(s) * 100);
  if (s.files_total && !only_thinks(s))
    out += with_thousands(s.files_done) + " of " + report::plural(s.files_total, "file") + ", ";
  return out + facts(s) + ", " + report::seconds_text(s.elapsed) + " so far";
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

  // Of the present phase, as it was when it was first seen.
  std::string phase{};
  std::uint64_t bytes_before = 0, events_before = 0;
  SteadyClock::time_point phase_start = start;

  [[nodiscard]] ProgressSample sample() {
    const auto now = SteadyClock::now();
    const auto since = [now](SteadyClock::time_point t) {
      return std::chrono::duration<double>(now - t).count();
    };
    ProgressSample s{.phase = progress.phase.load(),
                     .bytes_done = progress.bytes_done.load(),
                     .bytes_total = progress.bytes_total.load(),
                     .files_done = progress.files_done.load(),
                     .files_total = progress.files_total.load(),
                     .events = progress.events.load(),
                     .elapsed = since(start)};
    if (s.phase != phase || s.bytes_done < bytes_before || s.events < events_before) {
      // The first look at a phase comes up to one step late; what it did until then counts.
      bytes_before = phase.empty() || s.bytes_done < bytes_before ? 0 : last_bytes;
      events_before = phase.empty() || s.events < events_before ? 0 : last_events;
      phase_start = phase.empty() ? start : last_look;
      phase = s.phase;
    }
    last_bytes = s.bytes_done;
    last_events = s.events;
    last_look = now;
    s.bytes_before = bytes_before;
    s.events_before = events_before;
    s.seconds = since(phase_start);
    return s;
  }
  std::uint64_t last_bytes = 0, last_events = 0;
  SteadyClock::time_point last_look = start;

  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    auto line_at = start + kLineEvery;
    while (!wake.wait_for(lock, stop, kRedraw, [&] { return stop.stop_requested(); })) {
      const ProgressSample now = sample();  // often, to see when a phase begins
      if (mode == Mode::bar) {
        err << "\r\x1b[K" << progress_bar(now, width - 1) << std::flush;
        drawn = true;
      } else if (SteadyClock::now() >= line_at) {
        err << progress_line(now) << '\n' << std::flush;
        line_at += kLineEvery;
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
