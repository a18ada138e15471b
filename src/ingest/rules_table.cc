#include "base/json.h"
#include "ingest/ingest.h"

namespace backtrail::ingest {
namespace {

store::Cell list(const std::vector<std::string>& texts) {
  Json::Array items;
  for (const std::string& t : texts) items.emplace_back(t);
  return store::JsonText{Json(std::move(items)).dump()};
}

}  // namespace

Result<void> store_rules(store::Store& store, const sigma::RuleSet& rules, std::string_view source) {
  std::vector<std::vector<store::Cell>> rows;
  for (const sigma::RuleInfo& r : rules.rules()) {
    BACKTRAIL_RETURN_IF_ERROR(store.execute(
        store::Query{.sql = "DELETE FROM rules WHERE id = $1", .parameters = {r.id}}));
    rows.push_back({r.id, r.name, r.title, std::string(model::to_string(r.level)),
                    std::string(r.kind == sigma::RuleKind::correlation ? "correlation" : "detection"),
                    r.reports, list(r.techniques), list(r.tactics), list(r.investigation),
                    list(r.falsepositives), r.author, r.license, list(r.references),
                    std::string(source.empty() ? std::string_view(r.path) : source)});
  }
  return store.append("rules", rows);
}

}  // namespace backtrail::ingest
