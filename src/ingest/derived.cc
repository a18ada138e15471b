#include "ingest/ingest.h"

namespace backtrail::ingest {

Result<void> refresh_derived(store::Store& store) {
  // One pass over the events: each grouping set becomes rows of one kind, told by grouping().
  return store.execute(
      "DELETE FROM entities; DELETE FROM coverage;"
      "CREATE OR REPLACE TEMP TABLE facets AS SELECT "
      "CASE grouping(day, principal, access_key, source_ip, user_agent) WHEN 15 THEN 'day' WHEN 23 THEN "
      "'principal' WHEN 27 THEN 'access_key' WHEN 29 THEN 'address' ELSE 'user_agent' END AS kind, "
      "day, principal, access_key, source_ip, user_agent, account, principal_account, region, "
      "count(*) AS events, count(*) FILTER (failed) AS errors, min(\"time\") AS first, max(\"time\") AS last "
      "FROM (SELECT CAST(\"time\" AS DATE) AS day, \"time\", principal, access_key, source_ip, user_agent, "
      "coalesce(account, '') AS account, coalesce(principal_account, '') AS principal_account, "
      "coalesce(region, '') AS region, outcome <> 'success' AS failed FROM events) "
      "GROUP BY GROUPING SETS ((day, account, region), (principal, principal_account), "
      "(access_key, principal_account), (source_ip, account), (user_agent, account));"
      "INSERT INTO coverage SELECT 'cloudtrail', account, region, day, events, first, last FROM facets "
      "WHERE kind = 'day';"
      "INSERT INTO entities SELECT kind, name, owner, first, last, events, errors FROM (SELECT *, "
      "coalesce(principal, access_key, source_ip, user_agent) AS name, "
      "coalesce(principal_account, account) AS owner FROM facets WHERE kind <> 'day') WHERE name <> '';"
      "DROP TABLE facets;");
}

}  // namespace backtrail::ingest
