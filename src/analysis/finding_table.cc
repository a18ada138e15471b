#include "analysis/detail/finding_table.h"

#include "analysis/detail/sql.h"

namespace backtrail::analysis {
namespace {

constexpr std::string_view kCorrelationShape =
    R"({"rule_id":"VARCHAR","group":"VARCHAR","first":"TIMESTAMP","last":"TIMESTAMP","uid":"UUID"})";
constexpr std::string_view kFindingShape =
    R"({"id":"VARCHAR","title":"VARCHAR","severity":"VARCHAR","techniques":["VARCHAR"],)"
    R"("tactics":["VARCHAR"],"count":"BIGINT","first":"TIMESTAMP","last":"TIMESTAMP",)"
    R"("principals":["VARCHAR"],"source_ips":["VARCHAR"],"event_ids":["VARCHAR"],"rule_ids":["VARCHAR"],)"
    R"("actions":["VARCHAR"],"accounts":["VARCHAR"],"regions":["VARCHAR"],"investigation":["VARCHAR"],)"
    R"("denied":"BIGINT","source":"VARCHAR","resources":["VARCHAR"]})";

store::Cell ids_of(const std::vector<RanRule>& ran) {
  std::vector<std::string> ids;
  for (const RanRule& r : ran) ids.push_back(r.info->id);
  return list_cell(ids);
}

/// `column` names a rule of the list bound as $1.
std::string of_list(std::string_view column) {
  return std::string(column) + " IN (SELECT unnest(from_json($1, '[\"VARCHAR\"]')))";
}

std::string_view kind_of(const sigma::RuleInfo& rule) {
  return rule.id == conflicting_copies_rule().id ? "check" : ingest::kind_of(rule);
}

Result<void> write_rules(store::Store& store, const std::vector<RanRule>& ran) {
  std::vector<ingest::RuleRow> rows;
  for (const RanRule& r : ran)
    rows.push_back({.rule = r.info, .kind = kind_of(*r.info), .source = r.source});
  return ingest::append_rules(store, rows);
}

/// Detections of more than the one event that `hits` holds: of correlations and of built-in checks.
Result<void> write_correlations(store::Store& store, const std::vector<Detection>& detections) {
  RowInserter rows(store, "correlation_hits", kCorrelationShape);
  for (const Detection& d : detections) {
    if (kind_of(*d.rule) == "detection") continue;
    JsonWriter group;
    group.begin_array();
    for (const std::string& g : d.group) group.string(g);
    group.end_array();
    const std::string group_text = group.take();
    for (const model::EventRef& e : d.hit.events) {
      JsonWriter& w = rows.begin_row();
      w.field("rule_id", d.hit.rule_id).field("group", group_text).field("uid", e.uid);
      time_member(w, "first", d.hit.events.front().time);
      time_member(w, "last", d.hit.events.back().time);
      BACKTRAIL_RETURN_IF_ERROR(rows.end_row());
    }
  }
  return rows.finish();
}

Result<void> write_finding(RowInserter& rows, const model::Finding& f) {
  JsonWriter& w = rows.begin_row();
  w.field("source", f.source);
  list_member(w, "resources", f.resources);
  w.field("id", f.id).field("title", f.title).field("severity", model::to_string(f.severity));
  w.field("count", f.count).field("denied", f.denied);
  time_member(w, "first", f.first);
  time_member(w, "last", f.last);
  list_member(w, "techniques", f.techniques);
  list_member(w, "tactics", f.tactics);
  list_member(w, "principals", f.principals);
  list_member(w, "source_ips", f.source_ips);
  list_member(w, "event_ids", f.event_ids);
  list_member(w, "rule_ids", f.rule_ids);
  list_member(w, "actions", f.actions);
  list_member(w, "accounts", f.accounts);
  list_member(w, "regions", f.regions);
  list_member(w, "investigation", f.investigation);
  return rows.end_row();
}

Result<void> write_findings(store::Store& store, Grouping& findings) {
  RowInserter rows(store, "findings", kFindingShape);
  const auto write = [&](const model::Finding& f) { return write_finding(rows, f); };
  BACKTRAIL_RETURN_IF_ERROR(findings.give(write));
  return rows.finish();
}

}  // namespace

Result<void> replace_results(store::Store& store, const std::vector<RanRule>& ran,
                             const std::vector<Detection>& detections,
                             Grouping& findings) {
  for (const auto& [table, column] :
       {std::pair{"rules", "id"}, std::pair{"correlation_hits", "rule_id"},
        std::pair{"findings", "rule_ids[1]"}})
    BACKTRAIL_RETURN_IF_ERROR(
        store.execute({.sql = std::string("DELETE FROM ") + table + " WHERE " + of_list(column),
                       .parameters = {ids_of(ran)}}));
  BACKTRAIL_RETURN_IF_ERROR(write_rules(store, ran));
  BACKTRAIL_RETURN_IF_ERROR(write_correlations(store, detections));
  return write_findings(store, findings);
}

Result<std::uint64_t> replace_external_findings(store::Store& store, std::uint32_t last_item, std::stop_token stop) {
  BACKTRAIL_RETURN_IF_ERROR(store.execute({.sql = "DELETE FROM findings WHERE source <> ''"}));
  RowInserter rows(store, "findings", kFindingShape);
  BACKTRAIL_ASSIGN(const std::uint64_t count,
                   each_external_finding(
                       store.engine(), last_item, [&](const model::Finding& f) { return write_finding(rows, f); },
                       std::move(stop)));
  BACKTRAIL_RETURN_IF_ERROR(rows.finish());
  return count;
}

Result<std::uint64_t> prune_results(store::Store& store, const std::vector<RanRule>& ran,
                                    std::uint32_t last_item) {
  const auto of_others = [](std::string_view column) {
    return " WHERE NOT (" + of_list(column) + ")";
  };
  BACKTRAIL_ASSIGN(const store::Table count,
                   store::fetch(store.engine(),
                                {.sql = "SELECT count(*) FROM findings" + of_others("rule_ids[1]") + " AND source = ''",
                                 .parameters = {ids_of(ran)}}));
  for (const auto& [table, column] :
       {std::pair{"correlation_hits", "rule_id"}, std::pair{"findings", "rule_ids[1]"}})
    BACKTRAIL_RETURN_IF_ERROR(
        store.execute({.sql = std::string("DELETE FROM ") + table + of_others(column) +
                              (table == std::string_view("findings") ? " AND source = ''" : ""),
                       .parameters = {ids_of(ran)}}));
  store::Query hits{.sql = "DELETE FROM hits" + of_others("rule_id"), .parameters = {ids_of(ran)}};
  if (last_item != kAllEvidence) {
    hits.sql += " AND uid IN " + known_events("$2");
    hits.parameters.emplace_back(std::int64_t{last_item});
  }
  BACKTRAIL_RETURN_IF_ERROR(store.execute(hits));
  return to_count(count.rows[0][0]);
}

Result<std::vector<model::Finding>> read_findings(store::Engine& engine, std::stop_token stop) {
  std::vector<model::Finding> out;
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine,
      // The last decision holds: by time, and by the order of entry where times are equal.
      {.sql = "SELECT f.id, title, severity, techniques, tactics, count, first, last, principals, "
              "source_ips, event_ids, rule_ids, actions, accounts, regions, investigation, denied, "
              "coalesce(d.state, 'new'), source, resources FROM findings f LEFT JOIN (SELECT finding_id, "
              "arg_max(state, (\"time\", rowid)) AS state FROM decisions GROUP BY finding_id) d "
              "ON d.finding_id = f.id"},
      [&](std::span<const store::Cell> row) {
        const auto text = [row](std::size_t i) { return store::to_text(row[i]); };
        out.push_back({.id = text(0),
                       .title = text(1),
                       .severity = model::parse_severity(text(2)).value_or(model::Severity::medium),
                       .techniques = to_list(row[3]),
                       .tactics = to_list(row[4]),
                       .count = to_count(row[5]),
                       .first = store::to_time(row[6]),
                       .last = store::to_time(row[7]),
                       .principals = to_list(row[8]),
                       .source_ips = to_list(row[9]),
                       .event_ids = to_list(row[10]),
                       .rule_ids = to_list(row[11]),
                       .actions = to_list(row[12]),
                       .accounts = to_list(row[13]),
                       .regions = to_list(row[14]),
                       .investigation = to_list(row[15]),
                       .state = text(17),
                       .denied = to_count(row[16]),
                       .source = text(18),
                       .resources = to_list(row[19])});
        return true;
      },
      std::move(stop)));
  put_in_order(out);
  return out;
}

}  // namespace backtrail::analysis
