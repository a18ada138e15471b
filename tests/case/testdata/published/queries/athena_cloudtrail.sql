-- Amazon Athena User Guide, "Query AWS CloudTrail logs"; Amazon S3 User Guide, "Identifying Amazon S3 requests using CloudTrail"

SELECT useridentity.arn, eventname, sourceipaddress, eventtime
FROM cloudtrail_logs
ORDER BY eventtime
LIMIT 2;
--> ["arn:aws:iam::111122223333:user/alice","ConsoleLogin","198.51.100.7","2021-07-10T10:00:00Z"]
--> ["arn:aws:iam::111122223333:user/alice","AssumeRole","198.51.100.7","2021-07-10T10:01:00Z"]

SELECT * FROM cloudtrail_logs WHERE eventsource = 's3.amazonaws.com' AND eventname IN ('GetObject') AND year = '2021' AND month = '07' AND day = '10' AND region = 'us-east-1' ORDER BY eventtime LIMIT 1;
--> ["1.08",{"type":"AssumedRole","principalid":"AROAAPP:i-0abc","arn":"arn:aws:sts::111122223333:assumed-role/App/i-0abc","accountid":"111122223333","invokedby":null,"accesskeyid":"ASIAEXAMPLE1","username":null,"onbehalfof":null,"sessioncontext":{"attributes":{"mfaauthenticated":"false","creationdate":"2021-07-10T09:00:00Z"},"sessionissuer":{"type":"Role","principalid":"AROAAPP","arn":"arn:aws:iam::111122223333:role/App","accountid":"111122223333","username":"App"},"ec2roledelivery":null,"webidfederationdata":null}},"2021-07-10T10:05:00Z","s3.amazonaws.com","GetObject","us-east-1","203.0.113.9","aws-cli/2.2.0",null,null,"{\"bucketName\":\"pii\",\"key\":\"a.csv\"}",null,"{\"bytesTransferredOut\":1024,\"aclRequired\":\"Yes\"}","req-6","00000000-0000-4000-8000-000000000006",[{"arn":"arn:aws:s3:::pii/a.csv","accountid":null,"type":"AWS::S3::Object"},{"arn":"arn:aws:s3:::pii","accountid":"111122223333","type":"AWS::S3::Bucket"}],"AwsApiCall",null,"true","111122223333",null,null,null,null,"Data",null,null,null,{"tlsversion":"TLSv1.1","ciphersuite":"ECDHE","clientprovidedhostheader":"s3.amazonaws.com"},"us-east-1","2021","07","10","2021/07/10","fa54edd4-3199-c1c8-1eca-ceb7414d9afa","2021-07-10T10:05:00Z",1,5]

SELECT eventtime, useridentity.username, useridentity.sessioncontext.attributes.mfaauthenticated, useridentity.sessioncontext.attributes.creationdate
FROM cloudtrail_logs
WHERE useridentity.sessioncontext.sessionissuer.username = 'App' AND "timestamp" >= '2021/07/10' AND "timestamp" < '2021/07/11'
ORDER BY eventtime;
--> ["2021-07-10T10:05:00Z",null,"false","2021-07-10T09:00:00Z"]
--> ["2021-07-10T10:05:30Z",null,"false","2021-07-10T09:00:00Z"]

SELECT eventtime, eventname, json_extract_scalar(requestparameters, '$.bucketName') AS bucket, json_extract_scalar(requestparameters, '$.key') AS object
FROM cloudtrail_logs
WHERE eventsource = 's3.amazonaws.com' AND eventname LIKE 'Get%' AND eventtime BETWEEN '2021-07-10T00:00:00Z' AND '2021-07-11T00:00:00Z'
ORDER BY eventtime;
--> ["2021-07-10T10:05:00Z","GetObject","pii","a.csv"]
--> ["2021-07-10T10:05:30Z","GetObject","pii","b.csv"]

SELECT eventname, count(*) AS calls FROM cloudtrail_logs_pp WHERE timestamp = '2021/07/10' GROUP BY eventname ORDER BY calls DESC, eventname LIMIT 3;
--> ["GetObject",2]
--> ["AssumeRole",1]
--> ["ConsoleLogin",1]

SELECT eventname, useridentity.arn, errorcode FROM "awsdatacatalog"."default"."cloudtrail_logs"
WHERE errorcode IN ('Client.UnauthorizedOperation', 'AccessDenied') AND year = '2021' ORDER BY 1;
--> ["CreateUser","arn:aws:iam::111122223333:user/alice","AccessDenied"]

SELECT eventtime, sourceipaddress, json_extract_scalar(additionaleventdata, '$.MFAUsed') AS mfa FROM cloudtrail_logs WHERE eventname = 'ConsoleLogin';
--> ["2021-07-10T10:00:00Z","198.51.100.7","No"]

SELECT useridentity.accountid, count(distinct(eventsource)) AS services FROM cloudtrail_logs GROUP BY useridentity.accountid ORDER BY 2 DESC, 1;
--> ["111122223333",9]
--> ["444455556666",1]
--> [null,1]

-- The S3 guide's table of CloudTrail events, in a database of another name
SELECT EventTime, Resources[1].arn AS resource, EventName AS S3_Action, RequestParameters, AWSRegion, SourceIPAddress, UserAgent
FROM s3_cloudtrail_events_db.cloudtrail_logs
WHERE eventsource = 's3.amazonaws.com' AND json_extract_scalar(additionalEventData, '$.aclRequired') = 'Yes';
--> ["2021-07-10T10:05:00Z","arn:aws:s3:::pii/a.csv","GetObject","{\"bucketName\":\"pii\",\"key\":\"a.csv\"}","us-east-1","203.0.113.9","aws-cli/2.2.0"]

SELECT useridentity.type, useridentity.invokedby FROM cloudtrail_logs_pp WHERE useridentity.invokedby IS NOT NULL;
--> ["AWSService","AWS Internal"]

SELECT r.arn, r.type FROM cloudtrail_logs CROSS JOIN UNNEST(resources) AS t(r) WHERE r.accountid IS NOT NULL AND year = '2021';
--> ["arn:aws:s3:::pii","AWS::S3::Bucket"]

SELECT cast(json_extract(requestparameters, '$.publiclyAccessible') AS boolean) AS public, tlsdetails.tlsversion FROM cloudtrail_logs WHERE eventname = 'CreateDBInstance';
--> [true,null]

SELECT from_iso8601_timestamp(eventtime) AS t, date_diff('minute', from_iso8601_timestamp(eventtime), timestamp '2021-07-10 10:30:00 UTC') AS minutes FROM cloudtrail_logs WHERE eventname = 'ConsoleLogin';
--> ["2021-07-10T10:00:00Z",30]

SELECT "$path" FROM cloudtrail_logs WHERE eventname = 'ConsoleLogin';
--> ["/logs/AWSLogs/111122223333/CloudTrail/us-east-1/2021/07/10/a.json"]

SELECT count(*) FROM cloudtrail_111122223333 WHERE eventversion = '1.08';
--> [25]
