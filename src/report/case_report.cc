#include "report/case_report.h"

#include <set>

#include "base/file.h"
#include "base/json.h"

namespace backtrail::report {
namespace {

std::string text(const store::Cell& c) { return store::to_text(c); }
std::uint64_t number(const store::Cell& c) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(store::to_int(c), 0));
}

std::vector<EvidenceRow::Problem> problems_of(const std::string& json) {
  std::vector<EvidenceRow::Problem> out;
  const auto parsed = Json::parse(json.empty() ? "[]" : json);
  if (!parsed) return out;
  for (const Json& p : parsed->as_array()) {
    const Json* offset = p.find("offset");
    out.push_back(
        {.reason = p["reason"].as_string(),
         .offset = offset && offset->is_number() ? std::optional(offset->as_uint()) : std::nullopt,
         .lost = p["lost"].as_uint(),
         .detail = p["detail"].as_string()});
  }
  return out;
}

Result<void> read_evidence(casefile::Case& kase, store::Engine& engine, CaseReport& out,
                           std::stop_token stop) {
  std::map<std::uint32_t, std::size_t> at;
  for (const casefile::EvidenceItem& item : kase.items()) {
    at[item.id] = out.evidence.size();
    out.evidence.push_back({.item = item.id,
                            .source = item.source,
                            .stored = item.stored,
                            .sha256 = item.sha256,
                            .bytes = item.bytes});
  }
  BACKTRAIL_ASSIGN(
      const store::Table table,
      store::fetch(
          engine,
          {.sql = "SELECT id, kind, status, records_read, records_stored, records_duplicate, "
                  "records_rejected, first_time, last_time, problems FROM evidence ORDER BY id"},
          stop));
  for (const auto& r : table.rows) {
    const auto found = at.find(static_cast<std::uint32_t>(store::to_int(r[0])));
    if (found == at.end()) continue;
    EvidenceRow& row = out.evidence[found->second];
    row.kind = text(r[1]);
    row.status = text(r[2]);
    row.read = number(r[3]);
    row.stored_records = number(r[4]);
    row.duplicates = number(r[5]);
    row.rejected = number(r[6]);
    row.first = store::to_time(r[7]);
    row.last = store::to_time(r[8]);
    row.problems = problems_of(text(r[9]));
  }
  return {};
}

Result<void> read_coverage(store::Engine& engine, CaseReport& out, std::stop_token stop) {
  BACKTRAIL_ASSIGN(const store::Table table,
                   store::fetch(engine,
                                {.sql = "SELECT account, region, CAST(sum(records) AS BIGINT), "
                                        "count(DISTINCT day), min(first), max(last) "
                                        "FROM coverage GROUP BY ALL ORDER BY account, region"},
                                stop));
  for (const auto& r : table.rows)
    out.coverage.push_back({.account = text(r[0]),
                            .region = text(r[1]),
                            .records = number(r[2]),
                            .days = number(r[3]),
                            .first = store::to_time(r[4]),
                            .last = store::to_time(r[5])});
  return {};
}

/// A list's JSON text as its members.
std::vector<std::string> texts_of(const std::string& json) {
  std::vector<std::string> out;
  const auto parsed = Json::parse(json.empty() ? "[]" : json);
  if (parsed)
    for (const Json& one : parsed->as_array()) out.push_back(one.as_string());
  return out;
}

Result<void> read_rules(store::Engine& engine, CaseReport& out, std::stop_token stop) {
  std::set<std::string> wanted;
  for (const model::Finding& f : out.summary.findings.findings)
    wanted.insert(f.rule_ids.begin(), f.rule_ids.end());
  BACKTRAIL_ASSIGN(
      const store::Table table,
      store::fetch(
          engine,
          {.sql =
               "SELECT id, title, author, license, source, falsepositives FROM rules ORDER BY id"},
          stop));
  for (const auto& r : table.rows)
    if (wanted.contains(text(r[0])))
      out.rules[text(r[0])] = {.id = text(r[0]),
                               .title = text(r[1]),
                               .author = text(r[2]),
                               .license = text(r[3]),
                               .source = text(r[4]),
                               .falsepositives = texts_of(text(r[5]))};
  return {};
}

/// The events that the page shows below its findings.
Result<void> read_events(casefile::Case& kase, CaseReport& out, std::stop_token stop) {
  std::set<std::string, std::less<>> wanted;
  for (const model::Finding& f : out.summary.findings.findings)
    for (std::size_t i = 0; i < f.event_ids.size() && i < kEventsShown; ++i)
      wanted.insert(f.event_ids[i]);
  if (wanted.empty()) return {};
  return analysis::timeline(
      kase, {.only_findings = true},
      [&](const analysis::TimelineRow& row) {
        const std::string& id = row.event_id.empty() ? row.uid : row.event_id;
        if (wanted.contains(id)) out.events.try_emplace(id, row);
        return true;
      },
      stop);
}

/// Count and head from the seal; a case without one has none to show.
void read_seal(casefile::Case& kase, CaseReport& out) {
  const auto seal = read_file(kase.directory() / "ledger.seal", std::uint64_t{1} << 20);
  if (!seal) return;
  const auto json = Json::parse(*seal);
  if (!json) return;
  out.ledger_entries = (*json)["count"].as_uint();
  out.head = (*json)["head"].as_string();
  out.key = (*json)["key"].as_string();
}

}  // namespace

Result<CaseReport> read_case_report(casefile::Case& kase, analysis::CaseSummary summary,
                                    std::stop_token stop) {
  CaseReport out{
      .info = kase.info(), .directory = kase.directory().string(), .summary = std::move(summary)};
  BACKTRAIL_ASSIGN(store::Store * store, kase.store());
  BACKTRAIL_RETURN_IF_ERROR(read_evidence(kase, store->engine(), out, stop));
  BACKTRAIL_RETURN_IF_ERROR(read_coverage(store->engine(), out, stop));
  BACKTRAIL_RETURN_IF_ERROR(read_rules(store->engine(), out, stop));
  BACKTRAIL_RETURN_IF_ERROR(read_events(kase, out, stop));
  read_seal(kase, out);
  return out;
}

}  // namespace backtrail::report
