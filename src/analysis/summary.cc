#include "analysis/detail/summary.h"

#include "analysis/analysis.h"
#include "analysis/detail/sql.h"

namespace backtrail::analysis {
namespace {

/// What is known of the evidence as a whole; no window applies.
Result<void> fill_evidence(store::Engine& engine, CaseSummary& s, const std::stop_token& stop) {
  BACKTRAIL_ASSIGN(const store::Table evidence,
                   fetch(engine,
                         {.sql = "SELECT count(*) FILTER (status = 'damaged'), count(*) FILTER "
                                 "(status = 'not_a_log'), "
                                 "coalesce(sum(greatest(records_rejected, "
                                 "coalesce(list_sum(CAST(json_extract(problems, "
                                 "'$[*].lost') AS BIGINT[])), 0))), 0) FROM evidence"},
                         stop));
  s.files_damaged = to_count(evidence.rows[0][0]);
  s.files_not_a_log = to_count(evidence.rows[0][1]);
  s.records_lost = to_count(evidence.rows[0][2]);
  BACKTRAIL_ASSIGN(const store::Table counts,
                   fetch(engine,
                         {.sql = "SELECT (SELECT count(*) FROM duplicates), "
                                 "(SELECT count(DISTINCT key) FROM conflicts), "
                                 "(SELECT count(*) FROM events WHERE \"time\" IS NULL)"},
                         stop));
  s.duplicates = to_count(counts.rows[0][0]);
  s.conflicts = to_count(counts.rows[0][1]);
  s.without_time = to_count(counts.rows[0][2]);
  return {};
}

Result<void> fill_events(store::Engine& engine, const TimeWindow& window, CaseSummary& s,
                         const std::stop_token& stop) {
  Where where;
  where.window("\"time\"", window);
  BACKTRAIL_ASSIGN(
      const store::Table span,
      fetch(engine,
            {.sql = "SELECT count(*), min(\"time\"), max(\"time\") FROM events " + where.text(),
             .parameters = where.parameters()},
            stop));
  s.events = to_count(span.rows[0][0]);
  s.first = store::to_time(span.rows[0][1]);
  s.last = store::to_time(span.rows[0][2]);
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine,
      {.sql =
           "SELECT grouping(account, region, source), coalesce(account, region, source), count(*) "
           "FROM events " +
           where.text() + " GROUP BY GROUPING SETS ((account), (region), (source))",
       .parameters = where.parameters()},
      [&s](std::span<const store::Cell> row) {
        if (store::is_null(row[1])) return true;
        const std::int64_t set = store::to_int(row[0]);  // a bit for each column that is NOT in it
        std::vector<NameCount>& list = set == 0b011   ? s.accounts
                                       : set == 0b101 ? s.regions
                                                      : s.sources;
        list.push_back({.name = store::to_text(row[1]), .count = to_count(row[2])});
        return true;
      },
      stop));
  for (auto* list : {&s.accounts, &s.regions, &s.sources}) put_in_order(*list);
  return {};
}

}  // namespace

Result<CaseSummary> summary(casefile::Case& kase, const SummaryOptions& options,
                            std::stop_token stop) {
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  store::Engine& engine = store->engine();
  CaseSummary out{.name = kase.info().name, .evidence_items = kase.items().size()};
  BACKTRAIL_RETURN_IF_ERROR(fill_evidence(engine, out, stop));
  BACKTRAIL_RETURN_IF_ERROR(fill_events(engine, options.window, out, stop));
  BACKTRAIL_ASSIGN(out.findings,
                   findings(kase, {.window = options.window, .without_benign = true}));
  BACKTRAIL_ASSIGN(const Known known, Known::of(kase, stop));
  for (NameCount& account : out.accounts) {
    account.title = known.account_name(account.name);
    account.marks = known.of_account(account.name);
  }
  BACKTRAIL_ASSIGN(const SensitiveCalls sensitive, SensitiveCalls::shipped());
  BACKTRAIL_ASSIGN(Principals principals,
                   principal_summaries(engine, options.window, sensitive, known,
                                       out.findings.findings, options.principals, stop));
  out.principals = std::move(principals.listed);
  out.principals_total = principals.total;
  BACKTRAIL_RETURN_IF_ERROR(fill_activity(engine, options.window, out, stop));
  out.look_first = look_first(out, kase.directory().string());
  return out;
}

}  // namespace backtrail::analysis
