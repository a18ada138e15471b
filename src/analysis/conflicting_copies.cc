#include "analysis/detail/detection.h"
#include "analysis/detail/sql.h"

namespace backtrail::analysis {

const sigma::RuleInfo& conflicting_copies_rule() {
  // T1565.001 is what is seen: a stored log is not what it was. T1070 is the likely aim, since the
  // stored data is the record of what was done.
  static const sigma::RuleInfo kRule{
      .kind = sigma::RuleKind::detection,
      .id = "backtrail.conflicting_copies",
      .name = "conflicting_copies",
      .title = "Copies of one event differ",
      .description =
          "Two files hold an event of the same eventID and account with different content. "
          "CloudTrail "
          "delivers equal copies, so at least one file was changed after delivery, or two exports "
          "wrote "
          "the same event differently.",
      .status = "stable",
      .author = "backtrail",
      .level = model::Severity::high,
      .tags = {"attack.impact", "attack.t1565.001", "attack.defense-evasion", "attack.t1070"},
      .techniques = {"T1070", "T1565.001"},
      .tactics = {"defense-evasion", "impact"},
      .falsepositives = {"The same period exported by two tools that drop, add or redact fields"},
      .investigation =
          {"Compare the copies field by field: both are stored, each with its evidence item and "
           "position",
           "Validate the digest chain of the files that the copies came from",
           "Ask who could write to the log bucket or to the exported folder in between"},
      .logsource = {.category = {}, .product = "aws", .service = "cloudtrail", .definition = {}},
      .path = "builtin",
  };
  return kRule;
}

Result<std::vector<Detection>> conflicting_copies(store::Engine& engine, std::uint32_t last_item,
                                                  std::stop_token stop) {
  std::vector<Detection> out;
  std::string key;
  store::Query query{
      .sql =
          "SELECT c.key, e.uid, e.event_id, e.\"time\", e.source, e.\"action\", e.account, "
          "e.region, "
          "e.principal, e.session, e.access_key, e.source_ip, e.user_agent, e.error "
          "FROM (SELECT DISTINCT key, uid FROM conflicts) c JOIN events e ON e.uid = c.uid "};
  if (last_item != kAllEvidence) {
    query.sql += "WHERE e.uid IN " + known_events("$1") + " ";
    query.parameters.emplace_back(std::int64_t{last_item});
  }
  query.sql += "ORDER BY c.key, e.\"time\" NULLS LAST, e.uid";
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine, query,
      [&](std::span<const store::Cell> row) {
        const auto text = [row](std::size_t i) { return store::to_text(row[i]); };
        model::EventRef event{.uid = text(1),
                              .event_id = text(2),
                              .time = store::to_time(row[3]),
                              .source = text(4),
                              .action = text(5),
                              .account = text(6),
                              .region = text(7),
                              .principal = text(8),
                              .session = text(9),
                              .access_key = text(10),
                              .source_ip = text(11),
                              .user_agent = text(12),
                              .error = text(13)};
        if (out.empty() || key != text(0)) {
          key = text(0);
          const sigma::RuleInfo& rule = conflicting_copies_rule();
          out.push_back({.hit = {.rule_id = rule.id,
                                 .rule_title = rule.title,
                                 .level = rule.level,
                                 .techniques = rule.techniques},
                         .rule = &rule,
                         .group = {event.account}});
        }
        out.back().hit.events.push_back(std::move(event));
        return true;
      },
      std::move(stop)));
  // A copy that lies in later evidence is no conflict yet.
  std::erase_if(out, [](const Detection& d) { return d.hit.events.size() < 2; });
  return out;
}

}  // namespace backtrail::analysis
