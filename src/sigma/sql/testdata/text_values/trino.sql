SELECT "eventid"
FROM "cloudtrail_logs"
WHERE (((lower(eventname) IN ('createuser', 'it''s 100%_') OR lower(eventname) LIKE 'delete%user_' ESCAPE '\') AND (strpos(useragent, 'Boto3') > 0 OR strpos(IF(regexp_like(useragent, '^%7[Bb].'), try(url_decode(replace(useragent, '+', '%2B')))), 'Boto3') > 0) AND (starts_with(reverse(lower(useridentity.arn)), reverse(':root')) OR starts_with(reverse(lower(IF(regexp_like(useridentity.arn, '^%7[Bb].'), try(url_decode(replace(useridentity.arn, '+', '%2B')))))), reverse(':root')))) AND (lower(errorcode) = '' OR NOT COALESCE(errormessage IS NULL, FALSE)))
