-- AWS incident response playbooks and AWS Customer Playbook Framework

SELECT eventTime, eventName, awsRegion, sourceIPAddress, userAgent, requestParameters, responseElements, errorCode
FROM cloudtrail_logs
WHERE userIdentity.accessKeyId = 'AKIAIOSFODNN7EXAMPLE' AND eventTime BETWEEN '2021-07-10T10:02:00Z' AND '2021-07-10T10:03:00Z'
ORDER BY eventTime ASC;
--> ["2021-07-10T10:02:00Z","CreateAccessKey","us-east-1","198.51.100.7","aws-cli/2.2.0","{\"userName\":\"bob\"}","{\"accessKey\":{\"userName\":\"bob\",\"accessKeyId\":\"AKIAI44QH8DHBEXAMPLE\",\"status\":\"Active\"}}",null]
--> ["2021-07-10T10:03:00Z","UpdateLoginProfile","us-east-1","10.1.2.3","aws-cli/2.2.0","{\"userName\":\"bob\"}",null,null]

SELECT sourceIPAddress, userAgent, COUNT(*) as call_count, MIN(eventTime) as first_seen, MAX(eventTime) as last_seen
FROM cloudtrail_logs
WHERE userIdentity.accessKeyId = 'AKIAIOSFODNN7EXAMPLE' AND eventTime BETWEEN '2021-07-10' AND '2021-07-11'
GROUP BY sourceIPAddress, userAgent
ORDER BY first_seen ASC;
--> ["198.51.100.7","aws-cli/2.2.0",4,"2021-07-10T10:00:00Z","2021-07-10T10:04:00Z"]
--> ["10.1.2.3","aws-cli/2.2.0",1,"2021-07-10T10:03:00Z","2021-07-10T10:03:00Z"]

SELECT eventTime, eventName, errorCode, errorMessage, sourceIPAddress FROM cloudtrail_logs
WHERE userIdentity.accessKeyId = 'AKIAIOSFODNN7EXAMPLE' AND errorCode IS NOT NULL AND errorCode != '' ORDER BY eventTime ASC;
--> ["2021-07-10T10:04:00Z","CreateUser","AccessDenied","User is not authorized to perform iam:CreateUser","198.51.100.7"]

SELECT eventTime, eventName, sourceIPAddress, userIdentity.arn, requestParameters FROM cloudtrail_logs
WHERE eventSource = 's3.amazonaws.com' AND requestParameters LIKE '%pii%' AND eventName IN ('GetObject', 'HeadObject', 'ListObjectsV2') ORDER BY eventTime ASC;
--> ["2021-07-10T10:05:00Z","GetObject","203.0.113.9","arn:aws:sts::111122223333:assumed-role/App/i-0abc","{\"bucketName\":\"pii\",\"key\":\"a.csv\"}"]
--> ["2021-07-10T10:05:30Z","GetObject","203.0.113.9","arn:aws:sts::111122223333:assumed-role/App/i-0abc","{\"bucketName\":\"pii\",\"key\":\"b.csv\"}"]

-- members of JSON texts by a dot, as the playbooks have them
SELECT userIdentity.arn, sourceIPAddress, COUNT(*) as access_count, SUM(CAST(additionalEventData.bytesTransferredOut AS BIGINT)) as bytes_out
FROM cloudtrail_logs
WHERE eventSource = 's3.amazonaws.com' AND requestParameters LIKE '%pii%' AND eventName = 'GetObject'
GROUP BY userIdentity.arn, sourceIPAddress
ORDER BY access_count DESC;
--> ["arn:aws:sts::111122223333:assumed-role/App/i-0abc","203.0.113.9",2,3072]

SELECT DATE_TRUNC('hour', from_iso8601_timestamp(eventTime)) as hour_bucket, userIdentity.arn, COUNT(*) as read_count
FROM cloudtrail_logs
WHERE eventSource = 's3.amazonaws.com' AND eventName = 'GetObject' AND requestParameters LIKE '%pii%'
GROUP BY DATE_TRUNC('hour', from_iso8601_timestamp(eventTime)), userIdentity.arn
HAVING COUNT(*) > 1
ORDER BY hour_bucket ASC;
--> ["2021-07-10T10:00:00Z","arn:aws:sts::111122223333:assumed-role/App/i-0abc",2]

SELECT eventTime, userIdentity.arn AS accessor, userIdentity.accountId AS accessor_account, requestParameters.bucketName AS bucket, requestParameters.key AS object_key, sourceIPAddress, additionalEventData.bytesTransferredOut AS bytes_transferred
FROM cloudtrail_logs
WHERE eventName IN ('GetObject', 'SelectObjectContent') AND requestParameters.bucketName IN ('pii', 'hr-records-bucket')
ORDER BY eventTime ASC;
--> ["2021-07-10T10:05:00Z","arn:aws:sts::111122223333:assumed-role/App/i-0abc","111122223333","pii","a.csv","203.0.113.9","1024"]
--> ["2021-07-10T10:05:30Z","arn:aws:sts::111122223333:assumed-role/App/i-0abc","111122223333","pii","b.csv","203.0.113.9","2048"]

SELECT requestParameters.bucketName AS bucket, COUNT(DISTINCT requestParameters.key) AS unique_objects_accessed, COUNT(*) AS total_access_events, SUM(CAST(additionalEventData.bytesTransferredOut AS BIGINT)) AS total_bytes, MIN(eventTime) AS first_access
FROM cloudtrail_logs
WHERE eventName = 'GetObject' AND requestParameters.bucketName = 'pii' AND errorCode IS NULL
GROUP BY requestParameters.bucketName;
--> ["pii",2,2,3072,"2021-07-10T10:05:00Z"]

SELECT ct.eventTime, ct.userIdentity.arn AS accessor, ct.requestParameters.key AS object_key, ct.additionalEventData.bytesTransferredOut AS bytes_out
FROM cloudtrail_logs ct
WHERE ct.eventName = 'GetObject' AND ct.requestParameters.bucketName = 'pii' AND ct.requestParameters.key IN ('a.csv', 'c.csv')
ORDER BY ct.eventTime ASC;
--> ["2021-07-10T10:05:00Z","arn:aws:sts::111122223333:assumed-role/App/i-0abc","a.csv","1024"]

SELECT DISTINCT json_extract_scalar(requestParameters, '$.bucketName') as bucket_accessed FROM cloudtrail_logs
WHERE userIdentity.arn = 'arn:aws:sts::111122223333:assumed-role/App/i-0abc' AND eventName = 'GetObject';
--> ["pii"]

SELECT eventTime, userIdentity.arn, json_extract_scalar(requestParameters, '$.x-amz-copy-source') as copy_source FROM cloudtrail_logs WHERE eventName IN ('CopyObject', 'PutObject', 'UploadPart');
--> no rows

-- the columns of this one are not those of AWS's table
SELECT request_datetime, remote_ip, requester, operation, key, http_status, bytes_sent, total_time
FROM s3_access_logs
WHERE bucket = 'AFFECTED_BUCKET' AND operation = 'REST.GET.OBJECT'
ORDER BY request_datetime ASC;
--> error sql.unknown_column: line 3, column 7: there is no column 'bucket'; did you mean 'bucketowner'?

SELECT httprequest.clientip AS source_ip, httprequest.uri AS request_uri, httprequest.httpmethod AS method, action, terminatingruleid AS rule_triggered, COUNT(*) AS request_count
FROM waf_logs
WHERE timestamp BETWEEN 1615370400000 AND 1615371000000
GROUP BY httprequest.clientip, httprequest.uri, httprequest.httpmethod, action, terminatingruleid
ORDER BY request_count DESC, request_uri
LIMIT 100;
--> ["53.21.198.66","/","GET","ALLOW","Default_Action",1]
--> ["198.51.100.7","/admin","GET","BLOCK","AWS-AWSManagedRulesCommonRuleSet",1]
--> ["53.21.198.66","/login","GET","BLOCK","RateLimit",1]

SELECT from_unixtime(timestamp/1000) AS event_time, action, httprequest.country AS country, COUNT(*) AS request_count FROM waf_logs
GROUP BY from_unixtime(timestamp/1000), action, httprequest.country ORDER BY request_count DESC, event_time LIMIT 1;
--> ["2021-03-10T10:00:00Z","BLOCK","US",1]

SELECT srcaddr, dstaddr, dstport, protocol, SUM(packets) AS total_packets, SUM(bytes) AS total_bytes, COUNT(*) AS flow_records
FROM vpc_flow_logs
WHERE start >= 1594382400  -- from
  AND "end" <= 1594382600  -- to
  AND action = 'ACCEPT'
GROUP BY srcaddr, dstaddr, dstport, protocol
HAVING SUM(packets) > 10
ORDER BY total_packets DESC
LIMIT 50;
--> ["172.16.0.5","192.0.2.254",50000,6,20,90000,1]

SELECT dstport, protocol, COUNT(DISTINCT srcaddr) AS unique_sources, SUM(packets) AS total_packets, SUM(bytes) / 1073741824.0 AS total_gb, SUM(bytes) / NULLIF(MAX("end") - MIN(start), 0) AS bytes_per_second
FROM vpc_flow_logs
WHERE start >= 1594382400 AND dstaddr = '172.16.0.5' AND action = 'ACCEPT' AND date < DATE '2021-01-01'
GROUP BY dstport, protocol
ORDER BY total_packets DESC;
--> [443,6,1,10,0.000004656612873077393,83]

SELECT sourceIPAddress, COUNT(*) AS session_count, array_agg(DISTINCT json_extract_scalar(requestParameters, '$.roleArn')) AS roles_assumed
FROM cloudtrail_logs
WHERE eventName IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity') AND year = '2021'
GROUP BY sourceIPAddress
ORDER BY session_count DESC;
--> ["198.51.100.7",1,["arn:aws:iam::111122223333:role/App"]]

SELECT eventTime, sourceIPAddress, userIdentity.arn AS principalArn, additionalEventData AS loginDetails FROM cloudtrail_logs WHERE eventName = 'ConsoleLogin' AND additionalEventData LIKE '%MFAUsed%';
--> ["2021-07-10T10:00:00Z","198.51.100.7","arn:aws:iam::111122223333:user/alice","{\"MFAUsed\":\"No\"}"]

SELECT eventTime, eventName, userIdentity.principalId AS sso_user, json_extract_scalar(additionalEventData, '$.MFAUsed') AS mfa_used FROM cloudtrail_logs
WHERE eventSource = 'sso.amazonaws.com' AND eventName IN ('Authenticate', 'Federate') ORDER BY eventTime ASC;
--> ["2023-01-03T09:00:00Z","Federate","111122223333",null]

SELECT eventSource, eventName, userIdentity.arn, COUNT(*) as call_count, MIN(eventTime) as first_seen, MAX(eventTime) as last_seen
FROM cloudtrail_logs
WHERE eventName LIKE 'Delete%'
GROUP BY eventSource, eventName, userIdentity.arn
HAVING call_count > 0
ORDER BY call_count DESC;
--> ["rds.amazonaws.com","DeleteDBCluster","arn:aws:sts::111122223333:assumed-role/App/i-0abc",1,"2023-01-04T09:05:00Z","2023-01-04T09:05:00Z"]

-- The framework's queries by user, by address, over several accounts' tables
SELECT useridentity, eventname, eventtime FROM "cloudtrail_logs" WHERE sourceipaddress = '203.0.113.9' AND eventsource LIKE 's3%' ORDER BY eventtime LIMIT 1;
--> [{"type":"AssumedRole","principalid":"AROAAPP:i-0abc","arn":"arn:aws:sts::111122223333:assumed-role/App/i-0abc","accountid":"111122223333","invokedby":null,"accesskeyid":"ASIAEXAMPLE1","username":null,"onbehalfof":null,"sessioncontext":{"attributes":{"mfaauthenticated":"false","creationdate":"2021-07-10T09:00:00Z"},"sessionissuer":{"type":"Role","principalid":"AROAAPP","arn":"arn:aws:iam::111122223333:role/App","accountid":"111122223333","username":"App"},"ec2roledelivery":null,"webidfederationdata":null}},"GetObject","2021-07-10T10:05:00Z"]

SELECT count(*) AS total, useridentity.username FROM cloudtrail_444455556666 WHERE useridentity.username LIKE 'ali\_e' ESCAPE '\' OR useridentity.username LIKE 'ali%' GROUP BY 2;
--> [1,"alice@example.com"]
--> [13,"alice"]

WITH denied AS (SELECT eventname, useridentity.arn AS arn FROM cloudtrail_logs WHERE errorcode = 'AccessDenied' /* or */ OR errorcode LIKE '%Denied')
SELECT d.eventname, CASE WHEN d.arn IS NULL THEN 'another account' ELSE d.arn END AS who FROM denied d ORDER BY 1;
--> ["CreateUser","arn:aws:iam::111122223333:user/alice"]
--> ["GetObject","another account"]

-- As published by the author of many an AND: WHERE is missing
SELECT eventtime, eventname FROM cloudtrail_logs AND year = '2021' AND eventname = 'GetObject';
--> error sql.syntax: line 1, column 50: 'AND' without WHERE: the first condition after FROM needs WHERE

SELECT eventname FROM cloudtrail_111122223333
AND year = '####' AND month = '##'
ORDER BY eventtime;
--> error sql.syntax: line 2, column 1: 'AND' without WHERE: the first condition after FROM needs WHERE

-- Of other published collections: the functions that are not above
SELECT regexp_extract(useridentity.arn, 'user/(.*)$', 1) AS name, substr(eventtime, 1, 10) AS day, round(avg(length(eventname)), 1) AS letters FROM cloudtrail_logs WHERE useridentity.type = 'IAMUser' AND year = '2021' GROUP BY 1, 2;
--> ["alice","2021-07-10",13.0]

SELECT approx_percentile(bytes, 0.95) AS p95, avg(packets) AS mean FROM vpc_flow_logs WHERE log_status = 'OK' AND year = '2020';
--> [90000,8.5]

SELECT cast(map(ARRAY['bucket', 'calls'], ARRAY[json_extract_scalar(requestparameters, '$.bucketName'), cast(count(*) AS varchar)]) AS json) AS summary FROM cloudtrail_logs WHERE eventname = 'GetObject' GROUP BY json_extract_scalar(requestparameters, '$.bucketName') ORDER BY count(*) DESC, 1 LIMIT 1;
--> [{"bucket":"pii","calls":"2"}]

SELECT transform(cast(json_extract(requestparameters, '$.tagSet.items') AS array(map(varchar, varchar))), t -> t['key']) AS keys FROM cloudtrail_logs WHERE eventname = 'CreateTags';
--> [["env"]]
