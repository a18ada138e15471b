#include "ingest/detail/meta.h"
#include "ingest/ingest.h"

namespace backtrail::ingest {
namespace {

Result<void> count_items(store::Store& store) {
  return store.execute(
      "UPDATE evidence SET records_stored = coalesce(s.n, 0), records_duplicate = coalesce(d.n, 0) "
      "FROM (SELECT id AS item FROM evidence) AS i "
      "LEFT JOIN (SELECT _evidence, count(*) AS n FROM records GROUP BY 1) AS s ON "
      "s._evidence = i.item LEFT JOIN (SELECT _evidence, count(*) AS n FROM duplicates GROUP BY 1) AS "
      "d ON d._evidence = i.item WHERE evidence.id = i.item");
}

/// One pass over the events: each grouping set becomes rows of one kind, told by grouping().
Result<void> count_facets(store::Store& store) {
  return store.execute(
      "DELETE FROM entities; DELETE FROM coverage;"
      "CREATE OR REPLACE TEMP TABLE facets AS SELECT "
      "CASE grouping(day, principal, access_key, source_ip, user_agent) WHEN 15 THEN 'day' WHEN 23 THEN "
      "'principal' WHEN 27 THEN 'access_key' WHEN 29 THEN 'address' ELSE 'user_agent' END AS kind, "
      "log, day, principal, access_key, source_ip, user_agent, account, principal_account, region, "
      "count(*) AS events, count(*) FILTER (failed) AS errors, min(\"time\") AS first, max(\"time\") AS last "
      "FROM (SELECT log, CAST(\"time\" AS DATE) AS day, \"time\", principal, access_key, source_ip, user_agent, "
      "coalesce(account, '') AS account, coalesce(principal_account, '') AS principal_account, "
      "coalesce(region, '') AS region, outcome <> 'success' AS failed FROM events) "
      "GROUP BY GROUPING SETS ((log, day, account, region), (principal, principal_account), "
      "(access_key, principal_account), (source_ip, account), (user_agent, account));"
      "INSERT INTO coverage SELECT log, account, region, day, events, first, last FROM facets "
      "WHERE kind = 'day';"
      "INSERT INTO entities SELECT kind, name, owner, first, last, events, errors FROM (SELECT *, "
      "coalesce(principal, access_key, source_ip, user_agent) AS name, "
      "coalesce(principal_account, account) AS owner FROM facets WHERE kind <> 'day') WHERE name <> '';"
      "DROP TABLE facets;");
}

Result<void> refresh(store::Store& store) {
  BACKTRAIL_RETURN_IF_ERROR(count_items(store));
  BACKTRAIL_RETURN_IF_ERROR(count_facets(store));
  return set_meta(store, kDerivedStale, "0");
}

}  // namespace

// Not in the transaction that loads the events: the database reads what is committed on all threads,
// what is not yet on one.
Result<void> refresh_derived(store::Store& store) {
  const auto stale = get_meta(store.engine(), kDerivedStale);
  if (!stale) return stale.error();
  if (*stale != "1") return {};
  BACKTRAIL_RETURN_IF_ERROR(store.refresh_events());
  BACKTRAIL_RETURN_IF_ERROR(store.begin());
  auto refreshed = refresh(store);
  if (refreshed) return store.commit();
  (void)store.rollback().has_value();
  return std::move(refreshed).with_context("counting entities and coverage");
}

}  // namespace backtrail::ingest
