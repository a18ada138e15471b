#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/analysis.h"
#include "analysis/detail/hit_table.h"

namespace backtrail::analysis {

/// Types of the ledger entries that findings come from.
inline constexpr std::string_view kDetectEntry = "detect";
inline constexpr std::string_view kDecisionEntry = "decision";

/// One run of rules over the case: a user's, or one replayed from the ledger.
struct DetectRun {
  std::vector<sigma::RuleFile> files{};  // external ones
  bool builtin = true;
  bool prune = false;
  bool record = true;                                              // write it into the ledger
  std::map<std::string, std::vector<std::string>> placeholders{};  // those that the rules use
  unsigned threads = 0;
  std::uint32_t last_item = kAllEvidence;
  bool later_matched = false;  // just these rules were matched on all evidence behind last_item
  std::function<void(const model::Hit&)> on_hit{};
};

[[nodiscard]] Result<DetectResult> run_detection(casefile::Case& kase, const DetectRun& run,
                                                 Progress& progress, std::stop_token stop);

}  // namespace backtrail::analysis
