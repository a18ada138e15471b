#include "analysis/detail/hit_table.h"

#include <set>

#include "analysis/detail/sql.h"
#include "base/json.h"

namespace backtrail::analysis {
namespace {

constexpr std::string_view kEventColumns =
    "uid, event_id, \"time\", source, action, account, region, principal, session, access_key, source_ip, "
    "user_agent, error";
enum Column : std::size_t { kUid, kEventId, kTime, kSource, kAction, kAccount, kRegion, kPrincipal, kSession,
                            kAccessKey, kSourceIp, kUserAgent, kError, kRule };

model::EventRef event_of(std::span<const store::Cell> row) {
  const auto text = [row](Column c) { return store::to_text(row[c]); };
  return {.uid = text(kUid),
          .event_id = text(kEventId),
          .time = store::to_time(row[kTime]),
          .source = text(kSource),
          .action = text(kAction),
          .account = text(kAccount),
          .region = text(kRegion),
          .principal = text(kPrincipal),
          .session = text(kSession),
          .access_key = text(kAccessKey),
          .source_ip = text(kSourceIp),
          .user_agent = text(kUserAgent),
          .error = text(kError)};
}

std::vector<std::optional<std::string>> captured_values(const store::Cell& cell) {
  std::vector<std::optional<std::string>> out;
  if (store::is_null(cell)) return out;
  const auto parsed = Json::parse(store::to_text(cell));
  if (!parsed) return out;
  for (const Json& item : parsed->as_array())
    out.push_back(item.is_null() ? std::nullopt : std::optional(item.as_string()));
  return out;
}

/// "WHERE …" of the range's rows, of all its rules or of those that feed correlations.
Where in_range(const HitRange& range, bool correlated_only = false) {
  std::vector<std::string> ids;
  const auto infos = range.rules.rules();
  for (std::uint32_t r = 0; r < infos.size(); ++r)
    if (!correlated_only || sigma::is_correlated(range.rules, r)) ids.push_back(infos[r].id);
  Where where;
  where.add("rule_id IN (SELECT unnest(from_json(?, '[\"VARCHAR\"]')))", list_cell(ids));
  if (range.last_item != kAllEvidence)
    where.add("uid IN " + known_events("?"), std::int64_t{range.last_item});
  return where;
}

/// Two rules of one id (the second is warned of) count as one.
bool has_repeated_ids(const sigma::RuleSet& rules) {
  std::set<std::string_view> ids;
  for (const sigma::RuleInfo& r : rules.rules())
    if (!ids.insert(r.id).second) return true;
  return false;
}

}  // namespace

Result<void> replace_hits(store::Store& store, const HitRange& range, ingest::MatchedHits& matched,
                          std::stop_token stop) {
  const Where where = in_range(range);
  BACKTRAIL_RETURN_IF_ERROR(
      store.execute({.sql = "DELETE FROM hits " + where.text(), .parameters = where.parameters()}));
  const bool all = range.last_item == kAllEvidence && !has_repeated_ids(range.rules);
  if (all) return matched.load(store, "hits", std::move(stop));
  BACKTRAIL_RETURN_IF_ERROR(
      store.execute("CREATE OR REPLACE TEMP TABLE matched_hits AS SELECT * FROM hits LIMIT 0"));
  BACKTRAIL_RETURN_IF_ERROR(matched.load(store, "matched_hits", std::move(stop)));
  BACKTRAIL_RETURN_IF_ERROR(store.execute(
      {.sql = "INSERT INTO hits SELECT * FROM matched_hits " + where.text() +
              " QUALIFY row_number() OVER (PARTITION BY rule_id, uid) = 1",
       .parameters = where.parameters()}));
  return store.execute("DROP TABLE matched_hits");
}

Result<void> each_hit(store::Engine& engine, const HitRange& range, bool in_order,
                      FunctionRef<bool(std::uint32_t, const model::EventRef&)> hit,
                      std::stop_token stop) {
  const Where where = in_range(range);
  return each_row(engine,
                  {.sql = "SELECT " + std::string(kEventColumns) + ", rule_id FROM hits " + where.text() +
                          (in_order ? " ORDER BY \"time\" NULLS LAST, rule_id, uid" : ""),
                   .parameters = where.parameters()},
                  [&](std::span<const store::Cell> row) {
                    const int rule = range.rules.find(store::to_text(row[kRule]));
                    return rule < 0 || hit(static_cast<std::uint32_t>(rule), event_of(row));
                  },
                  std::move(stop));
}

Result<std::vector<sigma::BaseHit>> correlated_hits(store::Engine& engine, const HitRange& range,
                                                    std::stop_token stop) {
  std::vector<sigma::BaseHit> out;
  const Where where = in_range(range, true);
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine,
      {.sql = "SELECT rule_id, \"time\", uid, captured FROM hits " + where.text() +
              " ORDER BY rule_id, \"time\" NULLS LAST, uid",
       .parameters = where.parameters()},
      [&](std::span<const store::Cell> row) {
        const int rule = range.rules.find(store::to_text(row[0]));
        if (rule >= 0)
          out.push_back({.rule = static_cast<std::uint32_t>(rule),
                         .time = store::to_time(row[1]),
                         .event_key = store::to_text(row[2]),
                         .captured = captured_values(row[3])});
        return true;
      },
      std::move(stop)));
  return out;
}

Result<std::map<std::string, model::EventRef>> hit_events(store::Engine& engine,
                                                          const std::vector<std::string>& uids,
                                                          std::stop_token stop) {
  std::map<std::string, model::EventRef> out;
  if (uids.empty()) return out;
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine,
      {.sql = "SELECT " + std::string(kEventColumns) +
              " FROM hits WHERE uid IN (SELECT unnest(from_json($1, '[\"UUID\"]'))) "
              "QUALIFY row_number() OVER (PARTITION BY uid ORDER BY rule_id) = 1",
       .parameters = {list_cell(uids)}},
      [&](std::span<const store::Cell> row) {
        model::EventRef event = event_of(row);
        std::string uid = event.uid;
        out.emplace(std::move(uid), std::move(event));
        return true;
      },
      std::move(stop)));
  return out;
}

Result<std::map<std::string, std::string>> failures_without_code(store::Engine& engine,
                                                                 std::stop_token stop) {
  std::map<std::string, std::string> out;
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine,
      {.sql = "SELECT uid, error FROM events WHERE uid IN (SELECT uid FROM hits WHERE error IS NULL) "
              "AND outcome <> 'success'"},
      [&](std::span<const store::Cell> row) {
        out.emplace(store::to_text(row[0]), store::to_text(row[1]));
        return true;
      },
      std::move(stop)));
  return out;
}

}  // namespace backtrail::analysis
