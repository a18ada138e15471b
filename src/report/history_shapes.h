#pragma once

#include <string>

#include "analysis/history.h"
#include "analysis/log_coverage.h"
#include "base/json.h"
#include "report/case_text.h"

namespace backtrail::report {

struct HistoryRequest {
  std::string resource{};
  std::optional<Timestamp> at{};
};
[[nodiscard]] Json to_json(const analysis::ResourceHistory& history,
                           const HistoryRequest& asked);            // backtrail.history/1
[[nodiscard]] Json to_json(const analysis::LogCoverage& coverage);  // backtrail.log_coverage/1

/// Item by item: when, what changed, and who did it.
[[nodiscard]] std::string history_text(const analysis::ResourceHistory& history, const HistoryRequest& asked,
                                       const TextOptions& options);
/// What stands below the table of logs: gaps, late files, switches, absent logs.
[[nodiscard]] std::string coverage_notes(const analysis::LogCoverage& coverage, const TextOptions& options);

}  // namespace backtrail::report
