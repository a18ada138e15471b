#include "analysis/analysis.h"
#include "base/text.h"
#include "ingest/ingest.h"

namespace backtrail::analysis {

Result<EventExplanation> explain(casefile::Case& kase, const sigma::RuleSet& rules,
                                 std::string_view rule, std::string_view event,
                                 std::stop_token stop) {
  const int index = rules.find(rule);
  if (index < 0) return unknown_rule(rules, rule);
  const auto number = static_cast<std::uint32_t>(index);
  EventExplanation out;
  BACKTRAIL_RETURN_IF_ERROR(ingest::with_record(
      kase, event,
      [&](const sources::Found& record, const casefile::EvidenceItem& item, std::string_view member,
          std::uint64_t offset) {
        out.explanation = sigma::explain(
            rules, number, *record.record, ingest::source_of(*record.type));
        out.evidence = item.source;
        out.member = member;
        out.offset = offset;
      }));
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  BACKTRAIL_ASSIGN(
      const store::Table found,
      store::fetch(store->engine(),
                   {.sql = "SELECT f.id FROM findings f, events e WHERE list_contains(f.rule_ids, "
                           "$1) AND (e.event_id = $2 OR CAST(e.uid AS VARCHAR) = $2) AND "
                           "list_contains(f.event_ids, coalesce(nullif(e.event_id, ''), "
                           "CAST(e.uid AS VARCHAR))) GROUP BY ALL ORDER BY ALL",
                    .parameters = {rules.rules()[number].id, std::string(event)}},
                   stop));
  for (const auto& row : found.rows) out.findings.push_back(store::to_text(row[0]));
  if (rules.rules()[number].kind == sigma::RuleKind::correlation)
    out.explanation.fires = !out.findings.empty();
  BACKTRAIL_ASSIGN(out.unseen, unseen_fields(kase, rules, number, std::move(stop)));
  return out;
}

}  // namespace backtrail::analysis
