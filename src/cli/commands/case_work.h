#pragma once

#include <filesystem>

#include "analysis/analysis.h"

namespace backtrail::cli {

/// Writes the HTML report of the case to `file` (default: reports/report.html in the case).
[[nodiscard]] Result<std::filesystem::path> write_report(casefile::Case& kase,
                                                         const analysis::CaseSummary& summary,
                                                         const std::string& file,
                                                         std::stop_token stop);

}  // namespace backtrail::cli
