SELECT "eventid"
FROM "cloudtrail_logs"
WHERE (((rule_fold(eventname) IN ('createuser', 'it''s 100%_') OR rule_fold(eventname) LIKE 'delete%user_' ESCAPE '\') AND (contains(useragent, 'Boto3') OR contains(rule_percent_decoded(useragent), 'Boto3')) AND (ends_with(rule_fold(useridentity.arn), ':root') OR ends_with(rule_fold(rule_percent_decoded(useridentity.arn)), ':root'))) AND (rule_fold(errorcode) = '' OR NOT COALESCE(errormessage IS NULL, FALSE)))
