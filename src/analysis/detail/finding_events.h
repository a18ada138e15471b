#pragma once

#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

/// Which event is in which finding. `findings.event_ids` holds what people are shown of an event.
namespace backtrail::analysis {

/// SQL: that id, of a row of view `events`: eventID, else uid.
inline constexpr const char* kShownEventId =
    "coalesce(nullif(event_id, ''), CAST(uid AS VARCHAR))";

/// Ids, in order, of the findings that hold this event (eventID or uid); with `rule`, of those that
/// this rule (id) is part of.
[[nodiscard]] Result<std::vector<std::string>> findings_with(store::Engine& engine,
                                                             std::string_view event,
                                                             std::string_view rule,
                                                             std::stop_token stop);

/// The case has this finding. Error: `finding.unknown`.
[[nodiscard]] Result<void> check_finding(store::Engine& engine, const std::string& id);

}  // namespace backtrail::analysis
