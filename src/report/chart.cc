#include "report/chart.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/words.h"

namespace backtrail::report {
namespace {

constexpr double kWidth = 960;
constexpr double kHeight = 150;
constexpr double kLeft = 56;
constexpr double kTop = 10;
constexpr double kBottom = 24;
constexpr double kPlotHeight = kHeight - kTop - kBottom;
constexpr double kPlotWidth = kWidth - kLeft - 8;

/// The next of 1, 2, 5, 10, 20, 50, … that is not below n.
std::uint64_t round_up(std::uint64_t n) {
  for (std::uint64_t power = 1;; power *= 10)
    for (const std::uint64_t step : {power, 2 * power, 5 * power})
      if (step >= n) return step;
}

std::string rect(std::string_view css, double x, double y, double width, double height) {
  return fmt::format(
      "<rect class=\"{}\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\"/>", css, x,
      y, width, height);
}

std::string axis_label(Timestamp t, std::chrono::seconds step) {
  const std::string text = short_time(t);
  return step >= std::chrono::hours(12) ? text.substr(0, 10) : text.substr(5, 11);
}

}  // namespace

std::string activity_chart(const analysis::CaseSummary& s) {
  if (s.activity.empty()) return {};
  std::uint64_t most = 1;
  for (const auto& a : s.activity) most = std::max(most, a.events);
  const std::uint64_t top = round_up(most);
  const double slot = kPlotWidth / static_cast<double>(s.activity.size());
  const double bar = std::min(std::max(slot - 1, 0.8), 40.0);
  const auto height_of = [&](std::uint64_t n) {
    const double h = static_cast<double>(n) / static_cast<double>(top) * kPlotHeight;
    return n > 0 ? std::max(h, 1.5) : 0;  // a single flagged event must be seen
  };
  const double base = kTop + kPlotHeight;
  std::string out = fmt::format(
      "<svg class=\"chart\" viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"Events per {}, "
      "with failed and flagged events\">",
      kWidth, kHeight, duration(s.activity_step));
  for (const std::uint64_t n : {std::uint64_t{0}, top / 2, top}) {
    if (n == 0 || n == top || top > 1) {
      const double y = base - static_cast<double>(n) / static_cast<double>(top) * kPlotHeight;
      out += fmt::format(
          "<line class=\"grid\" x1=\"{:.0f}\" x2=\"{:.0f}\" y1=\"{:.2f}\" y2=\"{:.2f}\"/>", kLeft,
          kWidth - 8, y, y);
      out += fmt::format(
          "<text class=\"axis\" x=\"{:.0f}\" y=\"{:.2f}\" text-anchor=\"end\">{}</text>", kLeft - 6,
          y + 4, with_thousands(n));
    }
  }
  for (std::size_t i = 0; i < s.activity.size(); ++i) {
    const auto& a = s.activity[i];
    const double x = kLeft + slot * static_cast<double>(i);
    if (a.events == 0) continue;
    const std::string what = short_time(a.start) + " UTC: " + plural(a.events, "event") + ", " +
                             with_thousands(a.errors) + " failed, " + with_thousands(a.flagged) +
                             " flagged";
    out += "<g><title>" + what + "</title>";
    out += rect("bar", x, base - height_of(a.events), bar, height_of(a.events));
    if (a.errors) out += rect("bar-error", x, base - height_of(a.errors), bar, height_of(a.errors));
    if (a.flagged)
      out += rect("bar-flag", x, base - height_of(a.flagged), bar, height_of(a.flagged));
    out += "</g>";
  }
  const std::size_t labels = std::min<std::size_t>(s.activity.size(), 7);
  for (std::size_t i = 0; i < labels; ++i) {
    const std::size_t at = labels == 1 ? 0 : i * (s.activity.size() - 1) / (labels - 1);
    const double x = kLeft + slot * (static_cast<double>(at) + 0.5);
    const char* anchor = i == 0 ? "start" : i + 1 == labels ? "end" : "middle";
    out += fmt::format(
        "<text class=\"axis\" x=\"{:.2f}\" y=\"{:.0f}\" text-anchor=\"{}\">{}</text>",
        i == 0 ? kLeft : x, kHeight - 6, anchor, axis_label(s.activity[at].start, s.activity_step));
  }
  return out + "</svg>\n";
}

}  // namespace backtrail::report
