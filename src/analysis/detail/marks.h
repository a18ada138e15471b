#pragma once

#include <string_view>

namespace backtrail::analysis {

/// A common table expression `marks`: the events that reporting rules matched, their techniques and
/// the rank of the highest level (a position in `kLevels`).
inline constexpr std::string_view kMarks =
    "marks AS (SELECT uid, list_sort(list_distinct(flatten(list(techniques)))) AS techniques, "
    "max(list_position(['informational', 'low', 'medium', 'high', 'critical'], level)) AS rank "
    "FROM (SELECT h.uid, r.techniques, r.level FROM hits h JOIN rules r ON r.id = h.rule_id WHERE "
    "r.reports "
    "UNION ALL SELECT c.uid, r.techniques, r.level FROM correlation_hits c JOIN rules r ON r.id = "
    "c.rule_id "
    "WHERE r.reports) GROUP BY uid)";
inline constexpr std::string_view kLevels =
    "['informational', 'low', 'medium', 'high', 'critical']";

}  // namespace backtrail::analysis
