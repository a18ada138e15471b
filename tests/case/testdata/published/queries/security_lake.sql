-- AWS Security Analytics Bootstrap and Amazon Security Lake User Guide: OCSF, source versions 1 and 2

SELECT time, api.operation FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_cloud_trail_mgmt_1_0" ORDER BY time LIMIT 1;
--> [1625911200000,"ConsoleLogin"]

SELECT count(*) FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_cloud_trail_mgmt_1_0" WHERE accountid in ('111122223333','444455556666') AND region = 'us-east-1' AND eventday >= '20230530' AND eventday <= '20230631';
--> [8]

SELECT * FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_cloud_trail_mgmt_1_0" WHERE eventday >= date_format(date_add('day',-30,current_timestamp), '%Y%m%d') LIMIT 10;
--> no rows

SELECT region, api.operation, count(*) as operation_count FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_cloud_trail_mgmt_1_0"
WHERE eventday >= '20230530' AND eventday <= '20230631' AND accountid = '111122223333' AND region in ('us-east-1','us-east-2')
GROUP BY region, api.operation
ORDER BY region, operation_count DESC, 2 LIMIT 2;
--> ["us-east-1","ConsoleLogin",1]
--> ["us-east-1","CreateAccessKey",1]

SELECT  actor.user.uuid, api.operation, array_agg(DISTINCT(src_endpoint.ip) ORDER BY src_endpoint.ip) AS sourceips FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_cloud_trail_mgmt_1_0"
WHERE actor.user.uuid IS NOT NULL AND (api.operation = 'AssumeRole' OR api.operation = 'ConsoleLogin') AND activity_id = 1
GROUP BY actor.user.uuid, api.operation
ORDER BY api.operation;
--> ["arn:aws:iam::111122223333:user/alice","ConsoleLogin",["10.1.2.3","198.51.100.7"]]

SELECT actor.user.uuid, actor.user.name, array_agg(DISTINCT(api.operation) ORDER BY api.operation) AS operations, array_agg(DISTINCT(http_request.user_agent) ORDER BY http_request.user_agent) AS user_agents FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_cloud_trail_mgmt_1_0"
WHERE api.operation <> 'AssumeRole' AND api.operation NOT LIKE 'Get%' AND api.operation NOT LIKE 'Describe%' AND actor.user.name = 'alice'
GROUP BY actor.user.uuid, actor.user.uid, actor.user.name;
--> ["arn:aws:iam::111122223333:user/alice","alice",["ConsoleLogin","CreateAccessKey","Invoke","StopLogging","UpdateLoginProfile"],["aws-cli/2"]]
--> ["arn:aws:iam::111122223333:user/alice","alice",["AddUserToGroup","AuthorizeSecurityGroupIngress","ConsoleLogin","CreateAccessKey","CreateDBInstance","CreateSnapshots","CreateStackSet","CreateTags","CreateUser","ModifySecurityGroupRules","PutBucketPublicAccessBlock","UpdateLoginProfile"],["aws-cli/2.2.0"]]

SELECT time, eventday, actor.user.uuid, actor.user.name, actor.user.credential_uid, api.operation, unmapped['requestParameters.userName'] as requestParametersUsername, unmapped['requestParameters.policyArn'] as requestParametersPolicyArn, api.response
FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_cloud_trail_mgmt_1_0"
WHERE actor.user.type = 'IAMUser' AND actor.user.credential_uid = 'AKIAIOSFODNN7EXAMPLE'
ORDER BY time LIMIT 1;
--> [1625911200000,"20210710","arn:aws:iam::111122223333:user/alice","alice","AKIAIOSFODNN7EXAMPLE","ConsoleLogin",null,null,{"error":null,"message":null,"code":null,"data":"{\"ConsoleLogin\":\"Success\"}"}]

SELECT time, actor.user.uuid, actor.user.name, api.operation, unmapped['requestParameters'] AS request_parameters
FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_cloud_trail_mgmt_1_0"
WHERE api.service.name = 'iam.amazonaws.com' AND api.response.error IS NULL
ORDER BY accountid, time;
--> [1625911320000,"arn:aws:iam::111122223333:user/alice","alice","CreateAccessKey","{\"userName\":\"bob\"}"]
--> [1625911380000,"arn:aws:iam::111122223333:user/alice","alice","UpdateLoginProfile","{\"userName\":\"bob\"}"]
--> [1652169600000,"arn:aws:iam::111122223333:user/alice","alice","AddUserToGroup","{\"userName\":\"eve\",\"groupName\":\"admins\"}"]
--> [1686391200000,"arn:aws:iam::111122223333:user/alice","alice","CreateAccessKey","{\"userName\":\"bob\"}"]
--> [1686391202000,"arn:aws:iam::111122223333:user/alice","alice","UpdateLoginProfile","{\"userName\":\"bob\"}"]

SELECT time, api.operation, unmapped['responseElements.accessKey.userName'] AS user_name, unmapped['responseElements.accessKey.accessKeyId'] AS access_key
FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_cloud_trail_mgmt_1_0"
WHERE api.operation = 'CreateAccessKey' AND api.response.error IS NULL;
--> [1625911320000,"CreateAccessKey","bob","AKIAI44QH8DHBEXAMPLE"]
--> [1686391200000,"CreateAccessKey","bob","AKIAI44QH8DHBEXAMPLE"]

SELECT time, actor.user.name, api.operation, user.name AS "username with password modified"
FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_cloud_trail_mgmt_1_0"
WHERE api.operation IN ('UpdateLoginProfile', 'CreateLoginProfile');
--> [1625911380000,"alice","UpdateLoginProfile",null]
--> [1686391202000,"alice","UpdateLoginProfile","bob"]

SELECT api.operation, src_endpoint.ip
FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_cloud_trail_mgmt_1_0"
WHERE src_endpoint.ip <> '' AND NOT contains('10.0.0.0/8', CAST(src_endpoint.ip AS IPADDRESS)) AND NOT contains('172.16.0.0/12', CAST(src_endpoint.ip AS IPADDRESS)) AND eventday >= '20230530'
ORDER BY time LIMIT 2;
--> ["CreateAccessKey","198.51.100.7"]
--> ["create","198.51.100.7"]

SELECT time, api.service.name, api.operation, api.response.error, api.response.message, unmapped['responseElements'], cloud.region, actor.user.uuid, src_endpoint.ip, http_request.user_agent
FROM amazon_security_lake_glue_db_us_east_1.amazon_security_lake_table_us_east_1_cloud_trail_mgmt_1_0
WHERE eventDay BETWEEN cast(date_format(timestamp '2023-06-11 00:00:00' - INTERVAL '7' day, '%Y%m%d%H') as varchar) and cast(date_format(timestamp '2023-06-11 00:00:00' - INTERVAL '0' day, '%Y%m%d%H') as varchar)
AND api.response.error in ( 'Client.UnauthorizedOperation', 'Client.InvalidPermission.NotFound', 'Client.OperationNotPermitted', 'AccessDenied')
ORDER BY time desc
LIMIT 25;
--> [1686391205000,"ec2.amazonaws.com","DescribeInstances","Client.UnauthorizedOperation","no",null,"us-east-1","arn:aws:iam::111122223333:user/alice","198.51.100.7","aws-cli/2"]

SELECT * FROM amazon_security_lake_glue_db_us_east_1.amazon_security_lake_table_us_east_1_cloud_trail_mgmt_1_0
WHERE eventDay BETWEEN cast(date_format(current_timestamp - INTERVAL '7' day, '%Y%m%d%H') as varchar) and cast(date_format(current_timestamp - INTERVAL '0' day, '%Y%m%d%H') as varchar) AND api.service.name = 'iam.amazonaws.com' LIMIT 25;
--> no rows

SELECT time_dt, api.service.name, api.operation, api.response.error, api.response.message, api.response.data, cloud.region, actor.user.uid, src_endpoint.ip, http_request.user_agent
FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_cloud_trail_mgmt_2_0"
WHERE time_dt BETWEEN CURRENT_TIMESTAMP - INTERVAL '7' DAY AND CURRENT_TIMESTAMP
AND api.response.error in ( 'Client.UnauthorizedOperation', 'AccessDenied')
ORDER BY time desc
LIMIT 25;
--> no rows

SELECT api.request.uid, time_dt, api.operation, actor.user.uid FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_cloud_trail_mgmt_2_0"
WHERE time_dt BETWEEN TIMESTAMP '2023-06-10 00:00:00' AND TIMESTAMP '2023-06-11 00:00:00' AND src_endpoint.ip = '198.51.100.7' ORDER BY time desc LIMIT 2;
--> ["req","2023-06-10T10:00:06Z","StopLogging","AIDAALICE"]
--> ["req6","2023-06-10T10:00:05Z","DescribeInstances","AIDAALICE"]

SELECT time_dt, actor.user.name, api.operation, COUNT(*) OVER () AS n FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_eks_audit_2_0" WHERE time_dt > TIMESTAMP '2023-06-01 00:00:00';
--> ["2023-06-10T10:00:00Z","system:anonymous","create",1]

SELECT api.operation FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_lambda_execution_1_0"
WHERE any_match(transform(resources, x -> x.uid), y -> y like '%MyLambdaFunction%') AND eventday >= '20230530' AND accountid = '111122223333';
--> ["Invoke"]

SELECT api.operation, region, eventday FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_s3_data_2_0";
--> ["GetObject","us-east-1","20210710"]
--> ["GetObject","us-east-1","20210710"]
--> ["GetObject","us-east-1","20220511"]
--> ["GetObject","us-east-1","20230610"]
--> ["GetObject","us-east-1","20241023"]

SELECT time_dt, http_request.url.path, src_endpoint.ip, action FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_waf_2_0" WHERE src_endpoint.location.country = 'US';
--> ["2023-06-10T10:00:00Z","/login","53.21.198.66","Denied"]

SELECT count(*) FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_vpc_flow" WHERE accountid = '111122223333' AND region = 'us-east-1' AND eventday >= '20230530';
--> [2]

SELECT region, src_endpoint.ip as src_ip, dst_endpoint.ip as dst_ip, sum(traffic.bytes) as byte_count FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_vpc_flow"
WHERE (src_endpoint.ip = '192.0.2.1' OR dst_endpoint.ip = '192.0.2.1') AND eventday >= '20230530' AND eventday <= '20230631'
GROUP BY region, dst_endpoint.instance_uid, src_endpoint.ip, dst_endpoint.ip
ORDER BY byte_count DESC;
--> ["us-east-1","192.0.2.1","172.16.0.5",5000]

-- as published, with a quotation mark too many
SELECT * FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_vpc_flow"
WHERE eventday >= '20230530'
AND eventday <= '20230631''
LIMIT 10;
--> error sql.syntax: line 3, column 17: the string is never closed; '' in it stands for one ': is one too many?

SELECT region, dst_endpoint.instance_uid as dst_instance_id, src_endpoint.ip as src_ip, src_endpoint.port as src_port, dst_endpoint.ip as dst_ip, sum(traffic.bytes) as byte_count FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_vpc_flow_1_0"
WHERE dst_endpoint.instance_uid = 'i-000000000000000' AND src_endpoint.port = 443
GROUP BY region, dst_endpoint.instance_uid, src_endpoint.ip, src_endpoint.port, dst_endpoint.ip
ORDER BY byte_count DESC;
--> ["us-east-1","i-000000000000000","192.0.2.1",443,"172.16.0.5",5000]

SELECT from_unixtime(start_time/1000) AS start_time, from_unixtime(end_time/1000) AS end_time, src_endpoint.ip, dst_endpoint.ip, src_endpoint.port, dst_endpoint.port, traffic.packets, traffic.bytes, connection_info.direction, activity_name
FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_vpc_flow"
WHERE (src_endpoint.ip = '192.0.2.1' AND dst_endpoint.ip = '172.16.0.5') AND eventday >= '20230530'
ORDER BY start_time ASC;
--> ["2023-06-10T10:00:00Z","2023-06-10T10:01:00Z","192.0.2.1","172.16.0.5",443,50000,10,5000,"ingress","Established"]

SELECT src_endpoint.ip, from_unixtime(min(start_time)/1000) AS first_seen, from_unixtime(max(end_time)/1000) AS last_seen, array_agg(DISTINCT(dst_endpoint.ip)), array_agg(DISTINCT(dst_endpoint.port))
FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_vpc_flow"
WHERE dst_endpoint.port < 32768 -- only services
AND eventday >= '20230530'
GROUP BY src_endpoint.ip
ORDER by first_seen ASC;
--> ["172.16.0.5","2023-06-10T10:00:01Z","2023-06-10T10:01:01Z",["172.16.0.9"],[5432]]

SELECT vpcflow.eventday, vpcflow.src_endpoint.ip as src_endpoint_ip, vpcflow.dst_endpoint.ip as dst_endpoint_ip, sum(vpcflow.traffic.bytes) as byte_count
FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_vpc_flow" as vpcflow
INNER JOIN (SELECT src_endpoint.ip as src_endpoint_ip, sum(traffic.bytes) as byte_count FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_vpc_flow"
WHERE src_endpoint.ip <> '-' AND contains('192.0.2.0/24', cast(src_endpoint.ip as IPADDRESS)) AND eventday >= '20230530'
GROUP BY region, dst_endpoint.instance_uid, src_endpoint.ip, dst_endpoint.ip, dst_endpoint.port
ORDER BY byte_count DESC
LIMIT 10 ) as top_n
ON top_n.src_endpoint_ip = vpcflow.src_endpoint.ip
WHERE eventday >= '20230530' AND accountid = '111122223333'
GROUP BY vpcflow.eventday, vpcflow.src_endpoint.ip, vpcflow.dst_endpoint.ip
ORDER BY vpcflow.eventday ASC, vpcflow.src_endpoint.ip ASC, vpcflow.dst_endpoint.ip ASC, byte_count DESC;
--> ["20230610","192.0.2.1","172.16.0.5",5000]

SELECT src_endpoint.ip, dst_endpoint.ip FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_vpc_flow"
WHERE src_endpoint.ip <> '-' AND dst_endpoint.ip <> '-'
AND NOT ( contains('172.16.0.0/12', cast(src_endpoint.ip as IPADDRESS)) AND contains('172.16.0.0/12', cast(dst_endpoint.ip as IPADDRESS)) )
AND ( contains( '172.16.0.0/12', (CAST(dst_endpoint.ip AS IPADDRESS)) ) OR contains( '192.168.0.0/16', (CAST(dst_endpoint.ip AS IPADDRESS)) ) )
AND eventday >= '20230530' ORDER BY 1;
--> ["192.0.2.1","172.16.0.5"]

SELECT  query.hostname, query.type, cardinality(array_distinct(filter(array_agg(src_endpoint), q -> q.instance_uid IS NOT NULL))) as instance_count, transform(array_distinct(filter(array_agg(src_endpoint), q -> q.instance_uid IS NOT NULL)), e -> e.instance_uid) as instances
FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_route53"
WHERE eventday >= '20230530' AND eventday <= '20230631' AND accountid = '111122223333'
GROUP BY query.hostname, query.type
ORDER by instance_count DESC;
--> ["www.example.com.","A",1,["i-0d15cd0d3example"]]

SELECT element_at(split(query.hostname,'.'),-2) AS tld, element_at(split(query.hostname,'.'),-3) AS sld, query.hostname, query.type, count(*) AS query_count
FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_route53_1_0"
WHERE query.type = 'A' AND eventday >= '20230530'
GROUP BY  query.hostname, query.type
ORDER BY  query_count DESC;
--> ["com","example","www.example.com.","A",1]

SELECT time, query.hostname, rcode FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_route53_2_0"
WHERE contains(transform(answers, x-> x.rdata), '203.0.113.2') AND eventday >= '20230530' AND region in ('us-east-1','us-east-2');
--> [1686391200000,"www.example.com.","NoError"]

SELECT time_dt, query.hostname, answer.rdata FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_route53_2_0", UNNEST(answers) AS st(answer) WHERE answer.rdata = '203.0.113.2';
--> ["2020-07-10T17:00:00Z","www.example.com.","203.0.113.2"]
--> ["2023-06-10T10:00:00Z","www.example.com.","203.0.113.2"]

SELECT FROM_UNIXTIME(CAST(time AS DOUBLE)/1000.0) AS "Time"
FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_sh_findings"
WHERE cloud.account_uid = '111122223333'
LIMIT 10;
--> ["2023-06-10T10:00:00Z"]

SELECT split_part(finding.title,' ',1) AS "ProductFields.ControlId",
FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_sh_findings"
WHERE cloud.account_uid = '111122223333'
LIMIT 10;
--> ["S3.1"]

-- what the published CREATE VIEW selects
SELECT metadata.product.version "SchemaVersion", metadata.product.feature.uid "GeneratorId", metadata.product.feature.name "ProductName", metadata.product.vendor_name "CompanyName",
  FROM_UNIXTIME(CAST(time AS DOUBLE)/1000.0) AS "Time", confidence "Confidence", severity "Severity", state "WorkflowStatus", cloud.account_uid "AWSAccountId",
  element_at(resources,1).type "ResourceType", element_at(resources,1).uid "ResourceId", element_at(resources,1).cloud_partition "ResourcePartition", element_at(resources,1).details "resources.details",
  FROM_UNIXTIME(CAST(finding.created_time AS DOUBLE)/1000.0) AS "CreatedAt", finding.uid "Id", split_part(finding.title,' ',1) AS "ProductFields.ControlId", element_at(finding.types,1) "Types",
  finding.remediation.desc "RecomendationText", finding.src_url "RecommendationUrl", compliance.status "ComplianceStatus", compliance.status_detail "Compliance.StatusReasons.Description", class_name "SecurityFinding",
  unmapped['Severity_Normalized'] "SeverityNormalized", unmapped['FindingProviderFields'] "FindingProviderFields", region "Region", accountid "AccountId", eventday "EventDay"
FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_sh_findings";
--> ["2018-10-08","g1","Macie","AWS","2023-06-10T10:00:00Z","80","HIGH","NEW","111122223333","AwsS3Bucket","arn:aws:s3:::pii","aws","{}","2023-06-10T10:00:00Z","fid","S3.1","Software and Configuration Checks","do it","http://x","FAILED","x","Security Finding","70","{}","us-east-1","111122223333","20230610"]

CREATE OR REPLACE VIEW "sh_findings_view" AS SELECT metadata.version "Version" FROM "amazon_security_lake_glue_db_us_east_1"."amazon_security_lake_table_us_east_1_sh_findings";
--> error sql.forbidden: line 1, column 1: 'CREATE': only reading is possible (SELECT, WITH, VALUES, SHOW, DESCRIBE, EXPLAIN of these); to keep a result use --output

SELECT "ProductName", "Severity", "UpdatedAt" FROM "sh_findings_view" WHERE "ProductName" in ('Macie', 'Config') AND "AWSAccountId" = '111122223333' LIMIT 10;
--> ["Macie","HIGH","2023-06-10T10:00:00Z"]

SELECT "Title", "ProductFields.ControlId", "resources.details"
FROM "sh_findings_view"
WHERE "ProductName" = 'Macie' AND "AWSAccountId" = '111122223333' AND WorkFlowStatus = 'NEW' AND severity in ('HIGH', 'MEDIUM', 'LOW')
ORDER BY CASE WHEN "severity" = 'HIGH' THEN 1 WHEN "severity" = 'MEDIUM' THEN 2 WHEN "severity" = 'LOW' THEN 3 ELSE 4 END
LIMIT 10;
--> ["S3.1 S3 Block Public Access setting should be enabled","S3.1","{}"]

SELECT * FROM amazon_security_lake_glue_db_us_east_1.amazon_security_lake_table_us_east_1_sh_findings_2_0 WHERE time_dt BETWEEN CURRENT_TIMESTAMP - INTERVAL '7' DAY AND CURRENT_TIMESTAMP LIMIT 25;
--> no rows

SELECT metadata.product.feature.name, lower(severity) AS severity, count(*) AS n FROM amazon_security_lake_glue_db_us_east_1.amazon_security_lake_table_us_east_1_sh_findings_1_0 WHERE eventday >= '20230530' GROUP BY 1, 2;
--> ["Macie","high",1]
