SELECT useridentity.arn, count(*) FROM "awsdatacatalog"."default"."cloudtrail_logs" c
CROSS JOIN UNNEST(c.resources) AS t(arn, accountid, type) -- each resource
WHERE regexp_like(sourceipaddress, '^\d') AND CAST(sourceipaddress AS IPADDRESS) > IPADDRESS '10.0.0.0'
GROUP BY 1 ORDER BY 2 DESC FETCH FIRST 3 ROWS WITH TIES;
