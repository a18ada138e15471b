#include "cli/progress_display.h"

#include <gtest/gtest.h>

#include <sstream>
#include <thread>

#include "report/width.h"

namespace backtrail::cli {
namespace {

const ProgressSample kHalf{.phase = "reading",
                           .bytes_done = 1 << 20,
                           .bytes_total = 2 << 20,
                           .files_done = 3,
                           .files_total = 6,
                           .events = 40000,
                           .seconds = 4,
                           .elapsed = 4};

TEST(ProgressBar, TellsFractionRateAndTimeLeft) {
  EXPECT_EQ(progress_bar(kHalf, 100),
            "reading [##########..........]  50%  1.0 MiB of 2.0 MiB, 10,000 events/s, 4.0 s left");
  EXPECT_LE(report::display_width(progress_bar(kHalf, 60)), 60U);
}

TEST(ProgressBar, KnowsNoTotalYet) {
  EXPECT_EQ(progress_bar({.phase = "looking", .bytes_done = 512}, 80), "looking  512 B");
}

TEST(ProgressBar, MeasuresThePhaseAlone) {
  ProgressSample s = kHalf;
  s.bytes_before = 1 << 19;
  s.events_before = 20000;
  s.seconds = 2;
  EXPECT_EQ(progress_bar(s, 100),
            "reading [##########..........]  50%  1.0 MiB of 2.0 MiB, 10,000 events/s, 4.0 s left");
  s.phase = "grouping findings";
  s.bytes_done = s.bytes_before = s.bytes_total;
  s.events_before = s.events;
  EXPECT_EQ(progress_bar(s, 100), "grouping findings  2.0 s");
  EXPECT_EQ(progress_line(s), "grouping findings: 2.0 s, 4.0 s so far");
}

TEST(ProgressLine, IsPlain) {
  EXPECT_EQ(
      progress_line(kHalf),
      "reading: 50%, 3 of 6 files, 1.0 MiB of 2.0 MiB, 10,000 events/s, 4.0 s left, 4.0 s so far");
}

TEST(ProgressDisplay, ClearsItsBarAndStaysSilentWhenTold) {
  Progress progress;
  std::ostringstream err;
  {
    ProgressDisplay display(progress, err, ProgressDisplay::Mode::bar, 80);
    std::this_thread::sleep_for(std::chrono::milliseconds(350));
  }
  EXPECT_TRUE(err.str().ends_with("\r\x1b[K")) << err.str();
  std::ostringstream quiet;
  { ProgressDisplay display(progress, quiet, ProgressDisplay::Mode::none, 80); }
  EXPECT_EQ(quiet.str(), "");
}

}  // namespace
}  // namespace backtrail::cli
