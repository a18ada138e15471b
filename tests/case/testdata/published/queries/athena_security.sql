-- Amazon Athena User Guide: AWS WAF, GuardDuty; AWS Config snapshots

WITH test_dataset AS
  (SELECT header FROM waf_logs
    CROSS JOIN UNNEST(httprequest.headers) AS t(header) WHERE "date" >= '2021/03/01' AND "date" < '2021/03/31')
SELECT COUNT(*) referer_count
FROM test_dataset
WHERE LOWER(header.name)='referer' AND header.value LIKE '%amazon%';
--> [3]

WITH test_dataset AS
  (SELECT * FROM waf_logs
    CROSS JOIN UNNEST(rulegrouplist) AS t(allrulegroups))
SELECT COUNT(*) AS count, "httprequest"."clientip", "allrulegroups"."excludedrules", "allrulegroups"."ruleGroupId"
FROM test_dataset
WHERE allrulegroups.excludedrules IS NOT NULL AND from_unixtime(timestamp/1000) < now() - interval '10' day
GROUP BY "httprequest"."clientip", "allrulegroups"."ruleGroupId", "allrulegroups"."excludedrules"
ORDER BY count DESC;
--> [1,"53.21.198.66",[{"ruleid":"SizeRestrictions_BODY","exclusiontype":"EXCLUDED_AS_COUNT"}],"AWS#AWSManagedRulesCommonRuleSet"]

SELECT count(*) AS count, httpsourceid, httprequest.clientip, t.rulegroupid, t.nonTerminatingMatchingRules
FROM "waf_logs"
CROSS JOIN UNNEST(rulegrouplist) AS t(t)
WHERE action <> 'BLOCK' AND cardinality(t.nonTerminatingMatchingRules) > 0
GROUP BY t.nonTerminatingMatchingRules, action, httpsourceid, httprequest.clientip, t.rulegroupid
ORDER BY "count" DESC
Limit 50;
--> [1,"111122223333-app/testalb/0123456789abcdef","53.21.198.66","AWS#AWSManagedRulesCommonRuleSet",[{"ruleid":"NoUserAgent_HEADER","action":"COUNT","overriddenaction":"BLOCK","rulematchdetails":[],"captcharesponse":null,"challengeresponse":null}]]

SELECT count(*) AS count, httpsourceid, httprequest.clientip, t.ruleid, t.action
FROM "waf_logs"
CROSS JOIN UNNEST(nonterminatingmatchingrules) AS t(t)
WHERE action <> 'BLOCK' AND cardinality(nonTerminatingMatchingRules) > 0
GROUP BY t.ruleid, t.action, httpsourceid, httprequest.clientip
ORDER BY "count" DESC
Limit 50;
--> [1,"111122223333-app/testalb/0123456789abcdef","53.21.198.66","custom-count","COUNT"]

SELECT to_iso8601(from_unixtime(timestamp / 1000)) as time_ISO_8601, httpsourcename, httpsourceid, httprequest
FROM waf_logs
ORDER BY timestamp
LIMIT 1;
--> ["2021-03-10T10:00:00.000Z","ALB","111122223333-app/testalb/0123456789abcdef",{"clientip":"53.21.198.66","country":"US","headers":[{"name":"Host","value":"shop.example.com"},{"name":"Referer","value":"https://www.amazon.com/x"},{"name":"X-Forwarded-For","value":"203.0.113.50"}],"uri":"/login","args":"","httpversion":"HTTP/1.1","httpmethod":"GET","requestid":"r1","fragment":null,"scheme":null,"host":null}]

SELECT to_iso8601(from_unixtime(timestamp/1000)) AS time_ISO_8601, httpsourcename, httpsourceid, httprequest
FROM waf_logs
WHERE from_unixtime(timestamp/1000) > now() - interval '1' day
LIMIT 10;
--> no rows

SELECT action, terminatingruleid, region FROM waf_logs WHERE httprequest.clientip='53.21.198.66' AND "date" >= '2021/03/01' AND "date" < '2021/03/31' ORDER BY timestamp;
--> ["BLOCK","RateLimit","us-east-1"]
--> ["ALLOW","Default_Action","us-east-1"]

WITH test_dataset AS
  (SELECT format_datetime(from_unixtime((timestamp/1000) - ((minute(from_unixtime(timestamp / 1000))%5) * 60)),'yyyy-MM-dd HH:mm') AS five_minutes_ts, "httprequest"."clientip"
   FROM waf_logs WHERE "date" >= '2021/03/01' AND "date" < '2021/03/31')
SELECT five_minutes_ts,"clientip",count(*) ip_count
FROM test_dataset
GROUP BY five_minutes_ts,"clientip"
ORDER BY 1, 2;
--> ["2021-03-10 10:00","53.21.198.66",1]
--> ["2021-03-10 10:05","53.21.198.66",1]
--> ["2021-03-10 10:10","198.51.100.7",1]

WITH test_dataset AS
  (SELECT header FROM waf_logs CROSS JOIN UNNEST (httprequest.headers) AS t(header)
   WHERE from_unixtime("timestamp"/1000) < now() - interval '10' DAY)
SELECT header.value AS ip, count(*) AS COUNT
FROM test_dataset
WHERE header.name='X-Forwarded-For'
GROUP BY header.value
ORDER BY COUNT DESC;
--> ["203.0.113.50",3]

SELECT COUNT(*) as count, webaclid, terminatingruleid, httprequest.clientip, httprequest.uri
FROM waf_logs
WHERE action='BLOCK'
GROUP BY webaclid, terminatingruleid, httprequest.clientip, httprequest.uri
ORDER BY count DESC, terminatingruleid
LIMIT 100;
--> [1,"arn:aws:wafv2:us-east-1:111122223333:regional/webacl/acl/1","AWS-AWSManagedRulesCommonRuleSet","198.51.100.7","/admin"]
--> [1,"arn:aws:wafv2:us-east-1:111122223333:regional/webacl/acl/1","RateLimit","53.21.198.66","/login"]

SELECT COUNT(*) AS count, webaclid, httprequest.clientip, terminatingruleid, terminatingrulematchdetails
FROM waf_logs
WHERE terminatingruletype='RATE_BASED' AND cardinality(ratebasedrulelist) > 0
GROUP BY webaclid, httprequest.clientip, terminatingruleid, terminatingrulematchdetails;
--> [1,"arn:aws:wafv2:us-east-1:111122223333:regional/webacl/acl/1","53.21.198.66","RateLimit",[{"conditiontype":"SQL_INJECTION","sensitivitylevel":"HIGH","location":"BODY","matcheddata":["10","AND","1"]}]]

SELECT httprequest.clientip, COUNT(httprequest.clientip) AS number_of_requests, httprequest.country, ratebasedrulelist[1].maxrateallowed AS allowed
FROM waf_logs
WHERE date > '2021/03/01' AND terminatingruletype = 'RATE_BASED'
GROUP BY 1, 3, 4;
--> ["53.21.198.66",1,"US",100]

SELECT label_items.name AS label, count(*) AS n FROM waf_logs, UNNEST(labels) AS t(label_items) WHERE element_at(filter(labels, l -> l.name LIKE 'awswaf:%'), 1) IS NOT NULL GROUP BY label_items.name;
--> ["awswaf:managed:aws:bot-control",3]

SELECT captcharesponse.responsecode, captcharesponse.failurereason, responsecodesent, formatversion FROM waf_logs WHERE captcharesponse IS NOT NULL;
--> ["405","TOKEN_MISSING",null,1]

SELECT m.location, m.matcheddata, m.sensitivitylevel FROM waf_logs CROSS JOIN UNNEST(terminatingrulematchdetails) AS t(m) WHERE m.conditiontype = 'SQL_INJECTION';
--> ["BODY",["10","AND","1"],"HIGH"]

SELECT title, severity, type, id AS FindingID, accountid, region, createdat, updatedat,
  json_extract_scalar(service, '$.count') AS Count,
  json_extract_scalar(resource, '$.instancedetails.instanceid') AS InstanceID,
  json_extract_scalar(service, '$.action.actiontype') AS DNS_ActionType,
  json_extract_scalar(service, '$.action.dnsrequestaction.domain') AS DomainName,
  json_extract_scalar(service, '$.action.dnsrequestaction.protocol') AS protocol,
  json_extract_scalar(service, '$.action.dnsrequestaction.blocked') AS blocked
FROM gd_logs
WHERE type = 'Trojan:EC2/DNSDataExfiltration'
ORDER BY severity DESC;
--> ["Data exfiltration through DNS queries","8","Trojan:EC2/DNSDataExfiltration","f1","111122223333","us-east-1","2021-07-01T00:10:00Z","2021-07-02T00:10:00Z","3","i-0abc","DNS_REQUEST","evil.example","UDP","false"]

SELECT title, severity, type, id, accountid, region, createdat, updatedat,
  json_extract_scalar(service, '$.count') AS Count,
  json_extract_scalar(resource, '$.accesskeydetails.username') AS IAMPrincipal,
  json_extract_scalar(service,'$.action.awsapicallaction.api') AS APIActionCalled,
  json_extract_scalar(service,'$.action.awsapicallaction.remoteipdetails.ipaddressv4') AS remote,
  json_extract_scalar(service,'$.action.awsapicallaction.remoteipdetails.country.countryname') AS country
FROM gd_logs
WHERE type LIKE '%UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration%'
ORDER BY severity DESC;
--> ["Credentials of an instance used from outside","5","UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS","f2","111122223333","us-east-1","2021-07-10T10:10:00Z","2021-07-10T10:20:00Z","1","App","ListBuckets","203.0.113.9","Nowhere"]

SELECT typeof(severity), typeof(resource), typeof(service), partition, schemaversion FROM gd_logs LIMIT 1;
--> ["varchar","varchar","varchar","aws","2.0"]

SELECT configurationItem.resourceType, configurationItem.resourceId, COUNT(configurationItem.resourceId) AS NumberOfChanges
FROM default.awsconfig
  CROSS JOIN UNNEST(configurationitems) AS t(configurationItem)
WHERE "$path" LIKE '%ConfigHistory%'
  AND configurationItem.configurationItemCaptureTime >= '2023-06-01T%'
  AND configurationItem.configurationItemCaptureTime <= '2023-11-21T%'
GROUP BY configurationItem.resourceType, configurationItem.resourceId
ORDER BY NumberOfChanges DESC;
--> ["AWS::SSM::PatchCompliance","AWS::SSM::ManagedInstanceInventory/i-0abc",2]
--> ["AWS::EC2::SecurityGroup","sg-1",1]

SELECT configurationItem.resourceId, configurationItem.awsAccountId, configurationItem.awsRegion, configurationItem.tags['env'] AS env, json_extract_scalar(configurationItem.configuration, '$.groupId') AS id, configsnapshotid
FROM default.aws_config_configuration_snapshot
CROSS JOIN UNNEST(configurationitems) AS t(configurationItem)
WHERE dt = 'latest' AND region = 'us-east-1' AND configurationItem.resourceType = 'AWS::EC2::SecurityGroup';
--> ["sg-1","111122223333","us-east-1","prod","sg-1","01234567-89ab-cdef-0123-456789abcdef"]

SELECT configurationItem.resourceType, count(*) AS n FROM aws_config_configuration_snapshot CROSS JOIN UNNEST(configurationitems) AS t(configurationItem) WHERE accountid = '111122223333' GROUP BY configurationItem.resourceType ORDER BY 1;
--> ["AWS::EC2::SecurityGroup",1]
--> ["AWS::S3::Bucket",1]
