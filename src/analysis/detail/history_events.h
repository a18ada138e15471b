#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "analysis/history.h"

namespace backtrail::analysis {

/// Account, region, type and id: what tells one resource from another.
using ResourceKey = std::tuple<std::string, std::string, std::string, std::string>;
[[nodiscard]] inline ResourceKey resource_key(const ConfigState& s) { return {s.account, s.region, s.type, s.id}; }

/// Fills `events` of the items, which stand by time (none last) within each resource. What names any of a resource's
/// ids, names and ARNs names the resource; the evidence is searched once for all of them.
[[nodiscard]] Result<void> attach_events(casefile::Case& kase, const HistoryOptions& options,
                                         std::vector<HistoryItem>& items, const std::stop_token& stop);

}  // namespace backtrail::analysis
