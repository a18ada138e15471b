#pragma once

#include <set>

#include "ingest/detail/pipeline.h"
#include "ingest/ingest.h"

namespace backtrail::ingest {

struct LoadOptions {
  std::shared_ptr<const sigma::RuleSet> rules{};
  std::string rules_hash{};  // of the rules whose hits are complete once these items are read
  unsigned threads = 1;
  std::uint64_t secret = 0;
};

/// Reads evidence items into the tables, some at a time, each time in one transaction.
[[nodiscard]] Result<void> load_items(casefile::Case& kase,
                                      const std::vector<const casefile::EvidenceItem*>& items,
                                      const LoadOptions& options, Summary& summary, Progress& progress,
                                      std::stop_token stop);

}  // namespace backtrail::ingest
