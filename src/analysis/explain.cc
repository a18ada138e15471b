#include "analysis/analysis.h"
#include "analysis/detail/finding_events.h"
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
  BACKTRAIL_ASSIGN(out.findings,
                   findings_with(store->engine(), event, rules.rules()[number].id, stop));
  if (rules.rules()[number].kind == sigma::RuleKind::correlation)
    out.explanation.fires = !out.findings.empty();
  BACKTRAIL_ASSIGN(out.unseen, unseen_fields(kase, rules, number, std::move(stop)));
  return out;
}

}  // namespace backtrail::analysis
