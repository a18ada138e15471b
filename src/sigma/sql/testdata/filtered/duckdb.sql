SELECT "eventid"
FROM "cloudtrail_logs"
WHERE rule_fold(eventsource) = 's3.amazonaws.com'
  AND NOT COALESCE(rule_address(sourceipaddress) BETWEEN '281474007000064'::UHUGEINT AND '281474007000319'::UHUGEINT, FALSE)
