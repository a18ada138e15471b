#include "analysis/detail/hit_table.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "analysis/detail/sql.h"
#include "base/json.h"

namespace backtrail::analysis {
namespace {

constexpr std::string_view kColumns =
    "rule_id, uid, event_id, \"time\", source, action, account, region, principal, session, "
    "access_key, "
    "source_ip, user_agent, error, captured";
enum Column : std::size_t {
  kRule,
  kUid,
  kEventId,
  kTime,
  kSource,
  kAction,
  kAccount,
  kRegion,
  kPrincipal,
  kSession,
  kAccessKey,
  kSourceIp,
  kUserAgent,
  kError,
  kCaptured
};
constexpr std::string_view kShape =
    R"({"rule_id":"VARCHAR","uid":"UUID","event_id":"VARCHAR","time":"TIMESTAMP","source":"VARCHAR",)"
    R"("action":"VARCHAR","account":"VARCHAR","region":"VARCHAR","principal":"VARCHAR","session":"VARCHAR",)"
    R"("access_key":"VARCHAR","source_ip":"VARCHAR","user_agent":"VARCHAR","error":"VARCHAR","captured":"VARCHAR"})";

std::string captured_json(const std::vector<std::optional<std::string>>& captured) {
  JsonWriter w;
  w.begin_array();
  for (const auto& c : captured) {
    if (c) {
      w.string(*c);
    } else {
      w.null();
    }
  }
  w.end_array();
  return w.take();
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

Result<void> write(RowInserter& rows, const std::string& rule_id, const ingest::CaseHit& hit) {
  const model::EventRef& e = hit.event;
  JsonWriter& w = rows.begin_row();
  w.field("rule_id", rule_id).field("uid", e.uid);
  text_member(w, "event_id", e.event_id);
  time_member(w, "time", e.time);
  text_member(w, "source", e.source);
  text_member(w, "action", e.action);
  text_member(w, "account", e.account);
  text_member(w, "region", e.region);
  text_member(w, "principal", e.principal);
  text_member(w, "session", e.session);
  text_member(w, "access_key", e.access_key);
  text_member(w, "source_ip", e.source_ip);
  text_member(w, "user_agent", e.user_agent);
  text_member(w, "error", e.error);
  text_member(w, "captured", hit.captured.empty() ? std::string() : captured_json(hit.captured));
  return rows.end_row();
}

store::Cell rule_ids(const sigma::RuleSet& rules) {
  std::vector<std::string> ids;
  for (const sigma::RuleInfo& r : rules.rules()) ids.push_back(r.id);
  return list_cell(ids);
}

constexpr std::string_view kOfTheseRules =
    "rule_id IN (SELECT unnest(from_json($1, '[\"VARCHAR\"]')))";

}  // namespace

void put_in_order(std::vector<ingest::CaseHit>& hits, const sigma::RuleSet& rules) {
  const auto infos = rules.rules();
  for (ingest::CaseHit& h : hits)
    if (const int first = rules.find(infos[h.rule].id); first >= 0)
      h.rule = static_cast<std::uint32_t>(first);
  const auto key = [&infos](const ingest::CaseHit& h) {
    return std::tuple<const std::string&, bool, Timestamp, const std::string&>(
        infos[h.rule].id, !h.event.time, h.event.time.value_or(Timestamp{}), h.event.uid);
  };
  std::sort(hits.begin(), hits.end(),
            [&key](const auto& a, const auto& b) { return key(a) < key(b); });
  hits.erase(std::unique(hits.begin(), hits.end(),
                         [](const auto& a, const auto& b) {
                           return a.rule == b.rule && a.event.uid == b.event.uid;
                         }),
             hits.end());
}

Result<std::vector<ingest::CaseHit>> read_hits(store::Engine& engine, const sigma::RuleSet& rules,
                                               std::stop_token stop) {
  std::vector<ingest::CaseHit> out;
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine,
      {.sql = "SELECT " + std::string(kColumns) + " FROM hits WHERE " + std::string(kOfTheseRules),
       .parameters = {rule_ids(rules)}},
      [&](std::span<const store::Cell> row) {
        const auto text = [row](Column c) { return store::to_text(row[c]); };
        const int rule = rules.find(text(kRule));
        if (rule < 0) return true;
        out.push_back({.rule = static_cast<std::uint32_t>(rule),
                       .event = {.uid = text(kUid),
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
                                 .error = text(kError)},
                       .captured = captured_values(row[kCaptured])});
        return true;
      },
      std::move(stop)));
  put_in_order(out, rules);
  return out;
}

Result<void> keep_evidence(store::Engine& engine, std::vector<ingest::CaseHit>& hits,
                           std::uint32_t last_item, std::stop_token stop) {
  if (last_item == kAllEvidence) return {};
  std::vector<std::string> uids;
  for (const ingest::CaseHit& h : hits) uids.push_back(h.event.uid);
  std::set<std::string> later;
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine,
      {.sql = "SELECT u FROM (SELECT DISTINCT unnest(from_json($1, '[\"UUID\"]')) AS u) "
              "WHERE u NOT IN " + known_events("$2"),
       .parameters = {list_cell(uids), std::int64_t{last_item}}},
      [&](std::span<const store::Cell> row) {
        later.insert(store::to_text(row[0]));
        return true;
      },
      std::move(stop)));
  std::erase_if(hits, [&](const ingest::CaseHit& h) { return later.contains(h.event.uid); });
  return {};
}

Result<void> replace_hits(store::Store& store, const sigma::RuleSet& rules,
                          const std::vector<ingest::CaseHit>& hits, std::uint32_t last_item) {
  store::Query remove{.sql = "DELETE FROM hits WHERE " + std::string(kOfTheseRules),
                      .parameters = {rule_ids(rules)}};
  if (last_item != kAllEvidence) {
    remove.sql += " AND uid IN " + known_events("$2");
    remove.parameters.emplace_back(std::int64_t{last_item});
  }
  BACKTRAIL_RETURN_IF_ERROR(store.execute(remove));
  RowInserter rows(store, "hits", kShape);
  for (const ingest::CaseHit& hit : hits)
    BACKTRAIL_RETURN_IF_ERROR(write(rows, rules.rules()[hit.rule].id, hit));
  return rows.finish();
}

Result<std::map<std::string, std::string>> failures_without_code(store::Engine& engine,
                                                                 std::stop_token stop) {
  std::map<std::string, std::string> out;
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine,
      {.sql =
           "SELECT uid, error FROM events WHERE uid IN (SELECT uid FROM hits WHERE error IS NULL) "
           "AND outcome <> 'success'"},
      [&](std::span<const store::Cell> row) {
        out.emplace(store::to_text(row[0]), store::to_text(row[1]));
        return true;
      },
      std::move(stop)));
  return out;
}

}  // namespace backtrail::analysis
