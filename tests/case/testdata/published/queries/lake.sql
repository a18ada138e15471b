-- AWS samples of CloudTrail Lake queries; AWS CloudTrail User Guide, "CloudTrail Lake queries"

SELECT count(*) FROM 0a1b2c3d-4e5f-4678-9abc-def012345678 WHERE eventTime > '2023-01-01 00:00:00' AND eventTime < '2023-01-07 00:00:00';
--> [6]

SELECT eventid, eventtime, userIdentity.sessioncontext.sessionissuer.arn as RoleARN, userIdentity.principalId as RoleIdColonRoleSessionName
from 0a1b2c3d-4e5f-4678-9abc-def012345678
where eventSource = 'sts.amazonaws.com' and eventName = 'AssumeRole' and userIdentity.type = 'AssumedRole' and errorcode IS NULL
and userIdentity.sessioncontext.sessionissuer.arn = element_at(resources,1
    ).arn;
--> ["00000000-0000-4000-8000-000000000022","2023-07-08T10:00:00Z","arn:aws:iam::111122223333:role/App","AROAAPP:i-0abc"]

SELECT element_at(requestParameters, 'dBInstanceIdentifier'
    ) as DBInstance, element_at(requestParameters, 'engine') as Engine, element_at(requestParameters, 'engineVersion') as DBEngineVersion
FROM $EDS_ID
WHERE element_at(requestParameters, 'engine') = 'aurora-postgresql' and eventname = 'CreateDBInstance' and element_at(requestParameters, 'enablePerformanceInsights') = 'true';
--> ["db1","aurora-postgresql","14.6"]

SELECT eventTime, eventName, userIdentity.arn AS userArn, sourceIPAddress, requestParameters, responseElements
FROM <EVENT_DATA_STORE_ID>
WHERE eventSource = 'iam.amazonaws.com' AND eventName IN ('AddUserToGroup', 'TagResource')
ORDER BY eventTime DESC;
--> ["2022-05-10T08:00:00Z","AddUserToGroup","arn:aws:iam::111122223333:user/alice","198.51.100.7",{"userName":"eve","groupName":"admins"},null]

SELECT userIdentity.principalId, element_at(requestParameters, 'stackSetName') as stackSetName, eventName, eventTime, sourceIPAddress
FROM $EDS_ID
WHERE eventName LIKE '%StackSet'
  AND eventTime > '2024-10-20 00:00:00' AND eventTime < '2024-10-25 00:00:00'
  AND element_at(requestParameters, 'stackSetName') IN (
    SELECT regexp_replace(element_at(requestParameters, 'stackName'), '^StackSet-|(-[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12})$') AS stackName
    FROM $EDS_ID
    WHERE eventName LIKE '%Stack'
      AND userIdentity.principalId IN (SELECT userIdentity.principalid FROM $EDS_ID WHERE eventID = '00000000-0000-4000-8000-000000000024'));
--> ["AIDAALICE","baseline","CreateStackSet","2024-10-22T10:00:00Z","198.51.100.7"]

SELECT userIdentity.principalid, eventName, eventSource, userIdentity.accountId, recipientAccountId, requestParameters, eventTime
FROM $EDS_ID
WHERE eventTime > '2022-04-30 00:00:00' AND eventTime < '2022-06-01 00:00:00' AND userIdentity.accountId != recipientAccountId;
--> ["AROAPARTNER:p","GetObject","s3.amazonaws.com","444455556666","111122223333",{"bucketName":"shared","key":"k"},"2022-05-11T08:00:00Z"]

SELECT day_of_week(eventTime
    ) as weekday,  COUNT(*
    ) as eventCount
FROM $EDS_ID
WHERE eventTime > '2021-01-01 00:00:00' AND eventCategory = 'Data'
GROUP
    BY day_of_week(eventTime
    )ORDER BY day_of_week(eventTime
    );
--> [3,1]
--> [6,2]

SELECT element_at(requestParameters, 'sourceDBClusterIdentifier') as Source, element_at(requestParameters, 'dBClusterIdentifier') as Target, userIdentity.sessionContext.sessionIssuer.userName as UserName, eventTime as RestoreTime
FROM $EDS_ID WHERE eventName = 'RestoreDBClusterToPointInTime';
--> ["c1","c2","App","2023-01-04T09:06:00Z"]

SELECT recipientAccountId, awsRegion, eventID, element_at(responseElements, 'instancesSet') as instances
FROM <EDS ID>
WHERE eventName='RunInstances' AND eventTime > '2023-01-01 00:00:00' AND eventTime < '2023-01-07 00:00:00';
--> ["111122223333","us-east-1","00000000-0000-4000-8000-000000000013","{\"items\":[{\"instanceId\":\"i-b188560f\"}]}"]

-- public rules of security groups, of two kinds of call
SELECT eventName, userIdentity.arn AS user, eventTime, element_at(requestParameters, 'groupId') AS securityGroup, element_at(requestParameters, 'ipPermissions') AS securityGroupRule
FROM <event_data_store_id>
WHERE eventTime >= '2023-07-06 00:00:00' AND eventName = 'AuthorizeSecurityGroupIngress' AND element_at(requestParameters, 'ipPermissions') LIKE '%0.0.0.0/0%' -- public
UNION ALL
SELECT eventName, userIdentity.arn AS user, eventTime, json_extract_scalar(element_at(requestParameters, 'ModifySecurityGroupRulesRequest'), '$.GroupId') securityGroup, element_at(requestParameters, 'ModifySecurityGroupRulesRequest') securityGroupRule
FROM <event_data_store_id>
WHERE eventTime >= '2023-07-06 00:00:00' AND eventName = 'ModifySecurityGroupRules' AND element_at(requestParameters, 'ModifySecurityGroupRulesRequest') LIKE '%0.0.0.0/0%'
ORDER
    BY eventTime DESC;
--> ["ModifySecurityGroupRules","arn:aws:iam::111122223333:user/alice","2023-07-07T09:00:00Z","sg-2","{\"GroupId\":\"sg-2\",\"SecurityGroupRule\":{\"SecurityGroupRule\":{\"CidrIpv4\":\"0.0.0.0/0\"}}}"]
--> ["AuthorizeSecurityGroupIngress","arn:aws:iam::111122223333:user/alice","2023-07-07T08:00:00Z","sg-1","{\"items\":[{\"ipRanges\":{\"items\":[{\"cidrIp\":\"0.0.0.0/0\"}]}}]}"]

SELECT responseElements FROM <EDS ID> WHERE eventID = '00000000-0000-4000-8000-000000000003';
--> [{"accessKey":"{\"userName\":\"bob\",\"accessKeyId\":\"AKIAI44QH8DHBEXAMPLE\",\"status\":\"Active\"}"}]

select userIdentity.principalid,awsRegion,element_at(requestParameters,'volumeId') as volume, json_extract(element_at(requestparameters, 'CreateSnapshotsRequest'),'$.InstanceSpecification.InstanceId') as Instance, element_at(responseElements,'snapshotId') as snapshotID
from $EDS_ID
where eventName like '%CreateSnapshots%' or eventName like '%CreateSnapshot' and element_at(responseElements,'encrypted')='false' and eventTime < '2022-01-01 00:00:00' and eventTime > '2022-11-11 00:00:00';
--> ["AIDAALICE","us-east-1",null,"i-0abc","snap-1"]

SELECT element_at(serviceEventDetails, 'account_id') as AccountID, element_at(serviceEventDetails, 'role_name') as SSORole, eventID, eventTime
FROM <EDS ID>
WHERE eventSource = 'sso.amazonaws.com' AND eventName = 'Federate' AND userIdentity.username = 'alice@example.com' AND eventTime > '2023-01-01 00:00:00' AND eventTime < '2023-01-07 00:00:00';
--> ["111122223333","Admin","00000000-0000-4000-8000-000000000014","2023-01-03T09:00:00Z"]

SELECT eventSource, eventName, eventTime, eventID, errorCode
FROM <EDS ID>
WHERE userIdentity.principalId LIKE '%alice@example.com' AND readOnly = false AND eventTime > '2023-01-01 00:00:00' AND eventTime < '2023-01-07 00:00:00';
--> ["ec2.amazonaws.com","RunInstances","2023-01-03T08:00:00Z","00000000-0000-4000-8000-000000000013",null]

SELECT userIdentity.principalid, eventName, eventTime, recipientAccountId, awsRegion
FROM <EDS ID>
WHERE responseElements IS NOT NULL AND element_at(responseElements, 'instancesSet') like '%"instanceId":"i-b188560f"%' AND eventName='RunInstances';
--> ["AROAAWSRESERVEDSSO_ADMIN:alice@example.com","RunInstances","2023-01-03T08:00:00Z","111122223333","us-east-1"]

SELECT recipientAccountId, awsRegion, eventSource, count(*
    ) as TotalPossibleCI
FROM <event_data_store_id>
Where (eventSource like 'ec2%' or eventSource like 'iam%' or eventSource like 's3%') and readOnly=False and managementEvent=True and eventTime > '2023-01-01 00:00:00' AND eventTime < '2023-10-30 00:00:00'
group
    by recipientAccountId, awsRegion, eventSource Order by recipientAccountId desc, TotalPossibleCI desc;
--> ["111122223333","us-east-1","ec2.amazonaws.com",4]
--> ["111122223333","us-east-1","s3.amazonaws.com",1]

SELECT count(*) as TotalEvents, date(eventTime) as datestamp,awsRegion, recipientAccountId, element_at(additionalEventData, 'configRuleName') as configRuleName, element_at(additionalEventData, 'configRuleArn') as configRuleArn
FROM <event_data_store_id>
WHERE eventName= 'PutEvaluations' and eventTime > '2022-11-01 00:00:00' AND eventTime < '2022-11-22 00:00:00'
group by date(eventTime), awsRegion, recipientAccountId, additionalEventData
order by date(eventTime) desc, TotalEvents desc, recipientAccountId;
--> [1,"2022-11-10","us-east-1","111122223333","s3-encrypted","arn:aws:config:us-east-1:111122223333:config-rule/r"]

SELECT eventTime, element_at(additionalEventData, 'configRuleName') as configRuleName, json_extract_scalar(json_array_get(element_at(requestParameters,'evaluations'),0),'$.complianceType') as Compliance, json_extract_scalar(json_array_get(element_at(requestParameters,'evaluations'),0),'$.complianceResourceId') as ResourceName
FROM <event_data_store_id>
WHERE eventName='PutEvaluations' And json_extract_scalar(json_array_get(element_at(requestParameters,'evaluations'),0),'$.complianceType') IN ('COMPLIANT','NON_COMPLIANT');
--> ["2022-11-10T08:00:00Z","s3-encrypted","NON_COMPLIANT","pii"]

select recipientAccountId, eventTime, element_at(requestParameters,'bucketName') AS S3BUCKET , element_at(requestParameters,'key') AS S3OBJECT, element_at(requestParameters,'x-amz-server-side-encryption') AS ReqENCRYPTION,element_at(responseElements,'x-amz-server-side-encryption') AS RespENCRYPTION
from $EDS_ID
where eventName='GetObject' order by eventTime desc limit 1;
--> ["111122223333","2024-10-23T10:01:00Z",null,null,null,null]

SELECT eventVersion, userIdentity.principalID, userIdentity.arn, userIdentity.accountID, userIdentity.accessKeyID, userIdentity.username,
  userIdentity.sessionContext.attributes.creationDate, userIdentity.sessionContext.attributes.mfaAuthenticated, userIdentity.sessionContext.sessionIssuer.type,
  userIdentity.sessionContext.sessionIssuer.principalID, userIdentity.sessionContext.sessionIssuer.arn, userIdentity.sessionContext.sessionIssuer.accountID,
  userIdentity.sessionContext.sessionIssuer.username, userIdentity.sessionContext.webidfederationData.federatedProvider, userIdentity.sessionContext.webidfederationData.attributes,
  userIdentity.sessionContext.sourceIdentity, userIdentity.sessionContext.ec2RoleDelivery, userIdentity.sessionContext.ec2IssuedInVPC, userIdentity.invokedBy, userIdentity.identityProvider,
  eventTime, eventSource, eventName, awsRegion, sourceIpAddress, userAgent, errorCode, errorMessage, requestParameters, responseElements, additionalEventData, requestID, eventID, readOnly,
  resources, eventType, apiVersion, managementEvent, recipientAccountID, sharedEventID, annotation, vpcEndPointID, serviceEventDetails, addendum, edgeDeviceDetails, insightDetails, eventCategory,
  tlsDetails.tlsVersion, tlsDetails.cipherSuite, tlsDetails.clientProvidedHostHeader, sessionCredentialFromConsole, eventJson, eventJsonChecksum
FROM <event_data_store_id>
WHERE eventTime >= '2023-07-08 00:00:00' AND eventTime <= '2023-07-09 00:00:00';
--> ["1.08","AROAAPP:i-0abc","arn:aws:sts::111122223333:assumed-role/App/i-0abc","111122223333","ASIAEXAMPLE1",null,"2021-07-10T09:00:00Z","false","Role","AROAAPP","arn:aws:iam::111122223333:role/App","111122223333","App",null,null,"alice","2.0",null,null,null,"2023-07-08T10:00:00Z","sts.amazonaws.com","AssumeRole","us-east-1","10.1.2.4","aws-cli/2.2.0",null,null,{"roleArn":"arn:aws:iam::111122223333:role/App"},null,null,"req-22","00000000-0000-4000-8000-000000000022",true,[{"arn":"arn:aws:iam::111122223333:role/App","arnprefix":null,"accountid":"111122223333","type":"AWS::IAM::Role"}],"AwsApiCall",null,true,"111122223333",null,null,null,null,null,null,null,"Management",null,null,null,null,"{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"AssumedRole\",\"principalId\":\"AROAAPP:i-0abc\",\"arn\":\"arn:aws:sts::111122223333:assumed-role/App/i-0abc\",\"accountId\":\"111122223333\",\"accessKeyId\":\"ASIAEXAMPLE1\",\"userName\":null,\"invokedBy\":null,\"identityProvider\":null,\"onBehalfOf\":null,\"inScopeOf\":null,\"sessionContext\":{\"attributes\":{\"creationDate\":\"2021-07-10T09:00:00Z\",\"mfaAuthenticated\":\"false\"},\"sessionIssuer\":{\"type\":\"Role\",\"principalId\":\"AROAAPP\",\"arn\":\"arn:aws:iam::111122223333:role/App\",\"accountId\":\"111122223333\",\"userName\":\"App\"},\"webIdFederationData\":null,\"sourceIdentity\":\"alice\",\"ec2RoleDelivery\":\"2.0\",\"ec2IssuedInVpc\":null}},\"eventTime\":\"2023-07-08T10:00:00Z\",\"eventSource\":\"sts.amazonaws.com\",\"eventName\":\"AssumeRole\",\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"10.1.2.4\",\"userAgent\":\"aws-cli/2.2.0\",\"errorCode\":null,\"errorMessage\":null,\"requestParameters\":{\"roleArn\":\"arn:aws:iam::111122223333:role/App\"},\"responseElements\":null,\"additionalEventData\":null,\"requestID\":\"req-22\",\"eventID\":\"00000000-0000-4000-8000-000000000022\",\"readOnly\":true,\"resources\":[{\"accountId\":\"111122223333\",\"type\":\"AWS::IAM::Role\",\"ARN\":\"arn:aws:iam::111122223333:role/App\"}],\"eventType\":\"AwsApiCall\",\"apiVersion\":null,\"managementEvent\":true,\"recipientAccountId\":\"111122223333\",\"sharedEventID\":null,\"vpcEndpointId\":null,\"vpcEndpointAccountId\":null,\"serviceEventDetails\":null,\"edgeDeviceDetails\":null,\"insightDetails\":null,\"eventCategory\":\"Management\",\"tlsDetails\":null,\"sessionCredentialFromConsole\":null}",null]

SELECT userIdentity.arn AS user, userIdentity, eventTime, eventSource, eventName, awsRegion, requestParameters, resources, requestID, eventID
FROM <EDS ID>
WHERE (eventName LIKE '%Create%' OR eventName LIKE '%Assume%') AND resources IS NOT NULL
  AND userIdentity.sessioncontext.sessionissuer.username NOT LIKE 'AWSServiceRole%' AND userIdentity.sessioncontext.sessionissuer.username NOT IN (''
    )
    AND sourceIpAddress != 'cloudformation.amazonaws.com'ORDER BY eventTime DESC;
--> ["arn:aws:sts::111122223333:assumed-role/App/i-0abc",{"type":"AssumedRole","principalid":"AROAAPP:i-0abc","arn":"arn:aws:sts::111122223333:assumed-role/App/i-0abc","accountid":"111122223333","accesskeyid":"ASIAEXAMPLE1","username":null,"sessioncontext":{"attributes":{"creationdate":"2021-07-10T09:00:00Z","mfaauthenticated":"false"},"sessionissuer":{"type":"Role","principalid":"AROAAPP","arn":"arn:aws:iam::111122223333:role/App","accountid":"111122223333","username":"App"},"webidfederationdata":null,"sourceidentity":"alice","ec2roledelivery":"2.0","ec2issuedinvpc":null},"invokedby":null,"identityprovider":null,"onbehalfof":null,"inscopeof":null},"2023-07-08T10:00:00Z","sts.amazonaws.com","AssumeRole","us-east-1",{"roleArn":"arn:aws:iam::111122223333:role/App"},[{"arn":"arn:aws:iam::111122223333:role/App","arnprefix":null,"accountid":"111122223333","type":"AWS::IAM::Role"}],"req-22","00000000-0000-4000-8000-000000000022"]

-- as published a column is selected that is not grouped by
SELECT userIdentity.username, userIdentity.accountid, eventType, eventCategory, eventName, errorCode, errorMessage, vpcEndpointId, vpcEndpointAccountId, sourceIPAddress
FROM <Event data store Id>
WHERE eventCategory = 'NetworkActivity' AND eventSource = 's3.amazonaws.com' AND errorCode = 'VpceAccessDenied'
GROUP BY userIdentity.arn, userIdentity.accountid, eventName, errorMessage, vpcEndpointId, vpcEndpointAccountId, sourceIPAddress
ORDER BY eventName DESC;
--> error sql.type: line 1, column 8: 'userIdentity' is selected but not grouped by: add what is selected of it to GROUP BY, or write arbitrary(userIdentity) for the value of any row

SELECT userIdentity.accountid, eventName, errorMessage, vpcEndpointId, vpcEndpointAccountId, sourceIPAddress, count(*) AS n
FROM <Event data store Id>
WHERE eventCategory = 'NetworkActivity' AND errorCode = 'VpceAccessDenied'
GROUP BY userIdentity.accountid, eventName, errorMessage, vpcEndpointId, vpcEndpointAccountId, sourceIPAddress
ORDER BY eventName DESC;
--> ["444455556666","GetObject","The request was denied due to a VPC endpoint policy","vpce-1","111122223333","10.9.9.9",1]

SELECT element_at(requestParameters, 'dBClusterIdentifier') as DBCluster, userIdentity.sessionContext.sessionIssuer.userName as UserName, eventTime as DeletedTime
FROM $EDS_ID WHERE eventName = 'DeleteDBCluster' and element_at(requestParameters, 'skipFinalSnapshot') = 'true';
--> ["c1","App","2023-01-04T09:05:00Z"]

SELECT element_at(requestParameters, 'bucketName') AS bucketName,
  json_extract_scalar(element_at(requestParameters, 'PublicAccessBlockConfiguration'), '$.RestrictPublicBuckets') AS restrictPublicBuckets,
  element_at(requestParameters, 'PublicAccessBlockConfiguration') AS publicAccessBlockConfiguration, eventName, eventTime, userIdentity.arn AS user
FROM <event_data_store_id>
WHERE eventTime >= '2023-07-07 00:00:00' AND eventSource = 's3.amazonaws.com' and element_at(requestParameters, 'bucketName') = 'demo-20230707' and eventName IN ('PutPublicAccessBlock', 'PutBucketPublicAccessBlock')
ORDER BY bucketName, eventTime DESC;
--> ["demo-20230707","false","{\"RestrictPublicBuckets\":false,\"BlockPublicPolicy\":false}","PutBucketPublicAccessBlock","2023-07-07T10:00:00Z","arn:aws:iam::111122223333:user/alice"]

SELECT DISTINCT element_at(requestParameters, 'bucketName') AS Bucket, awsRegion AS Region, recipientAccountId AS AccountID
FROM <EDS_ID>
WHERE element_at(additionalEventData, 'aclRequired') = 'Yes'
ORDER BY recipientAccountId, awsRegion;
--> ["pii","us-east-1","111122223333"]

SELECT awsRegion, eventSource, json_extract_scalar(eventjson, '$.requestParameters.resourcesSet.items[0].resourceId') as resourceId, eventTime, eventName, json_extract_scalar(eventjson, '$.requestParameters.tagSet.items[0].key') as key, json_extract_scalar(eventjson, '$.requestParameters.tagSet.items[0].value') as value, useridentity.arn as identityarn
from $EDS_ID
where eventTime > '2022-01-01 00:00:00' and eventName in ('CreateTags','DeleteTags'
    )order by resourceId,key,eventTime desc;
--> ["us-east-1","ec2.amazonaws.com","i-0abc","2022-06-01T08:00:00Z","CreateTags","env","prod","arn:aws:iam::111122223333:user/alice"]

SELECT eventSource, tlsDetails.tlsVersion, sourceIPAddress, recipientAccountId, COUNT(*) AS numOutdatedTlsCalls
FROM <event_data_store_id>
WHERE eventTime >= '2021-06-20 00:00:00' -- from here
    AND tlsDetails.tlsVersion LIKE 'TLSv%'
    AND CAST(REPLACE(tlsDetails.tlsVersion, 'TLSv', '') AS DOUBLE) <= 1.1
GROUP BY eventSource, tlsDetails.tlsVersion, sourceIPAddress, recipientAccountId
ORDER BY numOutdatedTlsCalls DESC;
--> ["s3.amazonaws.com","TLSv1.1","203.0.113.9","111122223333",1]

SELECT element_at(requestParameters, 'bucketName') as bucketName,  element_at(requestParameters, 'key') as key,  COUNT(*) as requestCount
FROM $EDS_ID
WHERE eventSource = 's3.amazonaws.com' AND eventCategory = 'Data' AND eventTime > '2021-01-01 00:00:00' AND eventName = 'GetObject'
GROUP
    BY requestParameters ORDER BY requestCount DESC, key LIMIT 20;
--> ["pii","a.csv",1]
--> ["pii","b.csv",1]
--> ["shared","k",1]

SELECT userIdentity.principalid, eventName, eventTime, element_at(requestParameters,'userName') AS username, element_at(requestParameters,'groupName') AS groupname
FROM $EDS_ID
WHERE eventTime > '2022-04-30 00:00:00' AND eventTime < '2022-11-01 00:00:00' AND eventName = 'AddUserToGroup' AND element_at(requestParameters,'groupName') like '%admin%';
--> ["AIDAALICE","AddUserToGroup","2022-05-10T08:00:00Z","eve","admins"]

SELECT userIdentity.principalid, useridentity.accountId, count(*) as eventCount
FROM $EDS_ID
WHERE userIdentity.principalid IS NOT NULL AND eventTime > '2022-01-01 00:00:00'
GROUP BY userIdentity.principalid, useridentity.accountId ORDER BY EventCount DESC, 1 LIMIT 2;
--> ["AIDAALICE","111122223333",8]
--> ["AROAAPP:i-0abc","111122223333",4]

-- a template that was not filled in
SELECT eventName FROM <event_data_store_id> WHERE eventTime >= '${date_filter}' AND eventTime <= '${date_filter}';
--> error sql.syntax: line 1, column 64: this is a template: put a value in place of the placeholder (a table: cloudtrail_logs)

SELECT eventName FROM $EDS_ID WHERE eventID = $EVENT_ID;
--> error sql.syntax: line 1, column 47: this is a template: put a value in place of the placeholder (a table: cloudtrail_logs)

-- as published: FROM twice
SELECT userIdentity.username, eventTime FROM FROM <EDS ID> WHERE eventSource = 'sso.amazonaws.com';
--> error sql.syntax: line 1, column 46: 'FROM' does not fit here

-- as published: the query twice
SELECT * FROM $EDS_ID WHERE eventname = 'CreateDBInstance' AND ELEMENT_AT(requestParameters, 'publiclyAccessible') = 'true'SELECT * FROM $EDS_ID;
--> error sql.syntax: line 1, column 124: 'SELECT' does not fit here

SELECT eventname FROM $EDS_ID WHERE eventname = 'CreateDBInstance' AND ELEMENT_AT(requestParameters, 'publiclyAccessible') = 'true';
--> ["CreateDBInstance"]

-- an event data store of configuration items
SELECT eventData.configuration, eventData.resourceType, eventData.resourceId, eventData.tags, eventData.relationships, eventTime
FROM config_event_data_store_ID
WHERE eventData.resourceType = 'AWS::EC2::SecurityGroup' AND eventTime > '2023-11-01 00:00:00'
ORDER BY eventTime LIMIT 1;
--> [{"groupId":"sg-1","ipPermissions":"[{\"ipRanges\":[\"0.0.0.0/0\"]}]"},"AWS::EC2::SecurityGroup","sg-1",{"env":"prod"},[{"resourceid":"vpc-1","resourcename":null,"resourcetype":"AWS::EC2::VPC","name":"Is contained in Vpc"}],"2023-11-05T00:00:00Z"]

SELECT eventData.awsRegion, eventData.accountId, element_at(eventData.tags, 'env') AS env, element_at(eventData.configuration, 'groupId') AS id, eventData.configurationItemStatus FROM 0a1b2c3d-4e5f-4678-9abc-def012345679 WHERE eventData.resourceType = 'AWS::EC2::SecurityGroup' ORDER BY eventTime;
--> ["us-east-1","111122223333","prod","sg-1","OK"]
--> ["us-east-1","111122223333","prod","sg-1","ResourceDeleted"]

SELECT
  replace(eventData.resourceId, 'AWS::SSM::ManagedInstanceInventory/') as InstanceId,eventData.accountId, eventData.awsRegion, eventTime,
  transform(filter(PatchResult, PatchItem -> cast(json_extract(PatchItem, '$.PatchState') as varchar) = 'Installed'), FoundItem -> json_extract(FoundItem, '$.Id')) as Installed,
  transform(filter(PatchResult, PatchItem -> cast(json_extract(PatchItem, '$.PatchState') as varchar) = 'Missing'), FoundItem -> json_extract(FoundItem, '$.Id')) as Missing
FROM (
    SELECT eventData, map_values(cast(json_extract(json_parse(eventJson), '$.eventData.configuration.AWS:ComplianceItem.Content.Patch') as map(varchar, json))) as PatchResult,
  eventTime
    FROM config_event_data_store_ID
    WHERE eventData.resourceType = 'AWS::SSM::PatchCompliance' AND eventTime > '2023-06-23 00:00:00' AND eventTime < '2023-06-25 12:00:00'
) where PatchResult is not null ORDER BY eventTime;
--> ["i-0abc","111122223333","us-east-1","2023-06-24T00:00:00Z",["KB1"],["KB2"]]
--> ["i-0abc","111122223333","us-east-1","2023-06-25T00:00:00Z",["KB1","KB2"],[]]

SELECT eventData.accountId, replace(eventData.resourceId, 'AWS::SSM::ManagedInstanceInventory/') as InstanceId, eventTime,
  transform(filter(PatchResult, PatchItem -> cast(json_extract(PatchItem, '$.PatchState') as varchar) = 'Installed'), FoundItem -> json_extract(FoundItem, '$.Id')) as Installed
FROM (SELECT eventData, map_values(cast(json_extract(json_parse(eventJson), '$.eventData.configuration.AWS:ComplianceItem.Content.Patch') as map(varchar, json))) as PatchResult,eventTime, rank() over (partition by replace(eventData.resourceId, 'AWS::SSM::ManagedInstanceInventory/') order by eventTime desc) as rnk
    FROM config_event_data_store_ID
    WHERE eventData.resourceType = 'AWS::SSM::PatchCompliance'
) where rnk = 1;
--> ["111122223333","i-0abc","2023-06-25T00:00:00Z",["KB1","KB2"]]
