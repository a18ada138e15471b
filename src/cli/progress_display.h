#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "base/progress.h"

namespace backtrail::cli {

/// One picture of the work. Rate and time left are measured over the present phase alone: what went
/// before was other work at another speed.
struct ProgressSample {
  std::string phase{};
  std::uint64_t bytes_done = 0, bytes_total = 0, files_done = 0, files_total = 0, events = 0;
  std::uint64_t bytes_before = 0, events_before = 0;  // when the phase began
  double seconds = 0;                                 // of the phase
  double elapsed = 0;                                 // of the whole work
};
/// Fraction, bytes, events a second, time left; of a phase that reads nothing its name and time.
/// Text of at most `width` cells, without line end.
[[nodiscard]] std::string progress_bar(const ProgressSample& sample, std::size_t width);
[[nodiscard]] std::string progress_line(const ProgressSample& sample);

/// Shows `progress` until it goes away: a bar that is redrawn on a terminal, else a line every few
/// seconds.
class ProgressDisplay {
 public:
  enum class Mode { none, bar, lines };
  ProgressDisplay(const Progress& progress, std::ostream& err, Mode mode, std::size_t width);
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;
  /// Ends the display and clears the bar, before other text is written.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace backtrail::cli
