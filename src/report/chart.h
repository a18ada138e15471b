#pragma once

#include <string>

#include "analysis/analysis.h"

namespace backtrail::report {

/// The events over time as inline SVG: bars split into plain, failed and flagged events, a time
/// axis, and a title for those who cannot see it. Colours come from the page's classes. Empty
/// without activity.
[[nodiscard]] std::string activity_chart(const analysis::CaseSummary& summary);

}  // namespace backtrail::report
