#include "analysis/analysis.h"
#include "analysis/detail/finding_events.h"
#include "analysis/detail/marks.h"
#include "analysis/detail/principal_filter.h"
#include "analysis/detail/resource_filter.h"
#include "analysis/detail/sql.h"

namespace backtrail::analysis {
namespace {

/// "iam" and "iam.amazonaws.com" are the same source.
constexpr std::string_view kIsSource = "source IN (?, ? || '.amazonaws.com')";

Where conditions(const TimelineFilter& filter) {
  Where where;
  where.window("\"time\"", filter.window);
  if (!filter.account.empty()) where.add("account = ?", filter.account);
  if (!filter.region.empty()) where.add("region = ?", filter.region);
  if (!filter.principal.empty()) PrincipalFilter(filter.principal).add_to(where);
  if (!filter.source_ip.empty()) where.add("source_ip = ?", filter.source_ip);
  if (!filter.action.empty()) where.add("lower(\"action\") = lower(?)", filter.action);
  if (!filter.source.empty()) where.add(kIsSource, filter.source);
  if (!filter.log.empty()) where.add("log = ? OR " + std::string(kIsSource), filter.log);
  if (!filter.address.empty()) where.add("source_ip = ? OR destination_ip = ?", filter.address);
  if (!filter.resource.empty()) add_resource(where, filter.resource);
  if (!filter.event_ids.empty())
    where.add("event_id IN (SELECT unnest(from_json(?, '[\"VARCHAR\"]')))", list_cell(filter.event_ids));
  if (!filter.uids.empty())
    where.add("uid IN (SELECT unnest(from_json(?, '[\"UUID\"]')))", list_cell(filter.uids));
  if (filter.at_least)
    where.add("uid IN (SELECT uid FROM marks WHERE rank >= CAST(? AS INTEGER))",
              static_cast<std::int64_t>(*filter.at_least) + 1);
  if (filter.only_changes) where.add("read_only IS DISTINCT FROM true");
  if (!filter.finding.empty())
    where.add(std::string(kShownEventId) +
                  " IN (SELECT unnest(event_ids) FROM findings WHERE id = ?)",
              filter.finding);
  if (filter.only_errors) where.add("outcome <> 'success'");
  if (filter.only_findings) where.add("uid IN (SELECT uid FROM marks)");
  return where;
}

}  // namespace

Result<void> timeline(casefile::Case& kase, const TimelineFilter& filter,
                      FunctionRef<bool(const TimelineRow&)> row, std::stop_token stop) {
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  if (!filter.finding.empty())
    BACKTRAIL_RETURN_IF_ERROR(check_finding(store->engine(), filter.finding));
  Where where = conditions(filter);
  std::string sql =
      "WITH " + std::string(kMarks) +
      ", chosen AS (SELECT uid, \"time\", source, account, region, principal, \"action\", "
      "outcome, error, source_ip, user_agent, event_id, _evidence, _record FROM events " +
      where.text() + " ORDER BY \"time\" NULLS LAST, uid";
  if (filter.limit > 0) sql += " LIMIT " + std::to_string(filter.limit);
  sql += ") SELECT e.*, m.techniques, " + std::string(kLevels) +
         "[m.rank] FROM chosen e LEFT JOIN marks m ON m.uid = e.uid ORDER BY e.\"time\" NULLS "
         "LAST, e.uid";
  return each_row(
      store->engine(), {.sql = std::move(sql), .parameters = where.parameters()},
      [&row](std::span<const store::Cell> cells) {
        const auto text = [cells](std::size_t i) { return store::to_text(cells[i]); };
        return row({.uid = text(0),
                    .time = store::to_time(cells[1]),
                    .source = text(2),
                    .account = text(3),
                    .region = text(4),
                    .principal = text(5),
                    .action = text(6),
                    .outcome = text(7),
                    .error = text(8),
                    .source_ip = text(9),
                    .user_agent = text(10),
                    .techniques = to_list(cells[14]),
                    .level = text(15),
                    .event_id = text(11),
                    .evidence = static_cast<std::uint32_t>(to_count(cells[12])),
                    .record = static_cast<std::uint32_t>(to_count(cells[13]))});
      },
      std::move(stop));
}

}  // namespace backtrail::analysis
