#include "ingest/ingest.h"

namespace backtrail::ingest {

Result<void> refresh_derived(store::Store& store) {
  return store.execute(
      "DELETE FROM entities; DELETE FROM coverage;"
      "INSERT INTO coverage SELECT 'cloudtrail', coalesce(account, ''), coalesce(region, ''), "
      "CAST(\"time\" AS DATE), count(*), min(\"time\"), max(\"time\") FROM events GROUP BY 2, 3, 4;"
      "INSERT INTO entities SELECT 'principal', principal, coalesce(principal_account, ''), min(\"time\"), "
      "max(\"time\"), count(*), count(*) FILTER (outcome <> 'success') FROM events WHERE principal <> '' "
      "GROUP BY 2, 3;"
      "INSERT INTO entities SELECT 'access_key', access_key, coalesce(principal_account, ''), "
      "min(\"time\"), max(\"time\"), count(*), count(*) FILTER (outcome <> 'success') FROM events WHERE "
      "access_key <> '' GROUP BY 2, 3;"
      "INSERT INTO entities SELECT 'address', source_ip, coalesce(account, ''), min(\"time\"), "
      "max(\"time\"), count(*), count(*) FILTER (outcome <> 'success') FROM events WHERE source_ip <> '' "
      "GROUP BY 2, 3;"
      "INSERT INTO entities SELECT 'user_agent', user_agent, coalesce(account, ''), min(\"time\"), "
      "max(\"time\"), count(*), count(*) FILTER (outcome <> 'success') FROM events WHERE user_agent <> '' "
      "GROUP BY 2, 3;");
}

}  // namespace backtrail::ingest
