SELECT "eventid"
FROM "cloudtrail_logs"
WHERE lower(eventsource) = 's3.amazonaws.com'
  AND NOT COALESCE(contains('198.51.100.0/24', TRY_CAST(sourceipaddress AS ipaddress)), FALSE)
