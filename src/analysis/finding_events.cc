#include "analysis/detail/finding_events.h"

#include "analysis/detail/sql.h"

namespace backtrail::analysis {

Result<std::vector<std::string>> findings_with(store::Engine& engine, std::string_view event,
                                               std::string_view rule, std::stop_token stop) {
  std::vector<std::string> out;
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine,
      {.sql = "WITH shown AS (SELECT DISTINCT " + std::string(kShownEventId) +
              " AS id FROM (SELECT event_id, uid FROM events UNION ALL SELECT event_id, uid FROM hits) "
              "WHERE event_id = $1 OR uid = TRY_CAST($1 AS UUID)) "
              "SELECT DISTINCT f.id FROM findings f, shown WHERE list_contains(f.event_ids, "
              "shown.id) AND ($2 = '' OR list_contains(f.rule_ids, $2)) ORDER BY f.id",
       .parameters = {std::string(event), std::string(rule)}},
      [&out](std::span<const store::Cell> row) {
        out.push_back(store::to_text(row[0]));
        return true;
      },
      std::move(stop)));
  return out;
}

Result<void> check_finding(store::Engine& engine, const std::string& id) {
  BACKTRAIL_ASSIGN(const store::Table found,
                   fetch(engine, {.sql = "SELECT count(*) FROM findings WHERE id = $1",
                                  .parameters = {id}}));
  if (to_count(found.rows[0][0]) == 0)
    return not_found("finding.unknown", "the case has no finding '" + id +
                                            "'; `backtrail findings` lists them");
  return {};
}

}  // namespace backtrail::analysis
