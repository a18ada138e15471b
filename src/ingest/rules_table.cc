#include <set>

#include "base/json.h"
#include "ingest/ingest.h"

namespace backtrail::ingest {
namespace {

store::Cell list(const std::vector<std::string>& texts) {
  Json::Array items;
  for (const std::string& t : texts) items.emplace_back(t);
  return store::JsonText{Json(std::move(items)).dump()};
}

store::Cell text(std::string_view s) { return s.empty() ? store::Cell{} : store::Cell{std::string(s)}; }

}  // namespace

Result<void> append_rules(store::Store& store, std::span<const RuleRow> rules) {
  std::vector<std::vector<store::Cell>> rows;
  for (const RuleRow& row : rules) {
    const sigma::RuleInfo& r = *row.rule;
    rows.push_back({r.id, text(r.name), r.title, std::string(model::to_string(r.level)),
                    std::string(row.kind), r.reports, list(r.techniques), list(r.tactics),
                    list(r.investigation), list(r.falsepositives), text(r.author), text(r.license),
                    list(r.references), std::string(row.source)});
  }
  return store.append("rules", rows);
}

std::string_view kind_of(const sigma::RuleInfo& rule) {
  return rule.kind == sigma::RuleKind::correlation ? "correlation" : "detection";
}

Result<void> store_rules(store::Store& store, const sigma::RuleSet& rules, std::string_view source) {
  BACKTRAIL_ASSIGN(const store::Table known, store::fetch(store.engine(), {.sql = "SELECT id FROM rules"}));
  std::set<std::string> ids;
  for (const auto& row : known.rows) ids.insert(store::to_text(row[0]));
  std::vector<RuleRow> rows;
  for (const sigma::RuleInfo& r : rules.rules())
    if (!ids.contains(r.id)) rows.push_back({.rule = &r, .kind = kind_of(r), .source = source});
  return append_rules(store, rows);
}

}  // namespace backtrail::ingest
