-- The names and shapes under which AWS publishes CloudTrail tables. Schema "default" is what users' SQL
-- sees first: pasted queries find their table there, with the partition columns they filter on.
-- Stock types and functions only.
CREATE SCHEMA "default";

-- Amazon Athena User Guide, "Create a table for CloudTrail logs": partitioned by region, year, month, day;
-- with partition projection by timestamp ('yyyy/MM/dd')
CREATE VIEW "default".cloudtrail_logs AS
SELECT
  * EXCLUDE (managementevent, insightdetails, sourceidentity, ec2issuedinvpc, identityprovider, inscopeof,
             uid, _time, _evidence, _record, _content),
  awsregion AS region,
  strftime(_time, '%Y') AS "year", strftime(_time, '%m') AS "month", strftime(_time, '%d') AS "day",
  strftime(_time, '%Y/%m/%d') AS "timestamp",
  uid, _time, _evidence, _record
FROM main.cloudtrail_logs;

CREATE VIEW "default".cloudtrail_logs_pp AS SELECT * FROM "default".cloudtrail_logs;

-- AWS Analytics Bootstrap and the incident response playbooks
CREATE VIEW "default".cloudtrail AS
SELECT
  * EXCLUDE (region, "year", "month", "day", "timestamp", uid, _time, _evidence, _record),
  "timestamp" AS date_partition, awsregion AS region_partition,
  coalesce(recipientaccountid, useridentity.accountid) AS account_partition,
  awsregion AS region, "year", "month", "day",
  uid, _time, _evidence, _record
FROM "default".cloudtrail_logs;

-- CloudTrail Lake's event data store: eventtime is a timestamp, flags are booleans, objects are maps.
-- eventjson is put together from the columns, in CloudTrail's spelling.
CREATE VIEW "default".cloudtrail_lake AS
SELECT
  eventversion,
  CASE WHEN useridentity IS NOT NULL THEN struct_pack(
    "type" := useridentity."type", principalid := useridentity.principalid, arn := useridentity.arn,
    accountid := useridentity.accountid, accesskeyid := useridentity.accesskeyid,
    username := useridentity.username,
    sessioncontext := CASE WHEN useridentity.sessioncontext IS NOT NULL THEN struct_pack(
      attributes := struct_pack(
        creationdate := try_cast(useridentity.sessioncontext.attributes.creationdate AS TIMESTAMP),
        mfaauthenticated := useridentity.sessioncontext.attributes.mfaauthenticated),
      sessionissuer := useridentity.sessioncontext.sessionissuer,
      webidfederationdata := useridentity.sessioncontext.webidfederationdata,
      sourceidentity := sourceidentity, ec2roledelivery := useridentity.sessioncontext.ec2roledelivery,
      ec2issuedinvpc := ec2issuedinvpc) END,
    invokedby := useridentity.invokedby, identityprovider := identityprovider,
    onbehalfof := useridentity.onbehalfof,
    inscopeof := CASE WHEN inscopeof IS NOT NULL THEN struct_pack(
      sourcearn := json_extract_string(try_cast(inscopeof AS JSON), '$.sourceArn'),
      sourceaccount := json_extract_string(try_cast(inscopeof AS JSON), '$.sourceAccount'),
      issuertype := json_extract_string(try_cast(inscopeof AS JSON), '$.issuerType'),
      credentialsissuedto := json_extract_string(try_cast(inscopeof AS JSON), '$.credentialsIssuedTo')) END) END
    AS useridentity,
  _time AS eventtime, eventsource, eventname, awsregion, sourceipaddress, useragent, errorcode,
  errormessage,
  try_cast(try_cast(requestparameters AS JSON) AS MAP(VARCHAR, VARCHAR)) AS requestparameters,
  try_cast(try_cast(responseelements AS JSON) AS MAP(VARCHAR, VARCHAR)) AS responseelements,
  try_cast(try_cast(additionaleventdata AS JSON) AS MAP(VARCHAR, VARCHAR)) AS additionaleventdata,
  requestid, eventid, try_cast(readonly AS BOOLEAN) AS readonly,
  list_transform(resources, lambda r: struct_pack(arn := r.arn, arnprefix := CAST(NULL AS VARCHAR),
                                                  accountid := r.accountid, "type" := r."type")) AS resources,
  eventtype, apiversion, try_cast(managementevent AS BOOLEAN) AS managementevent, recipientaccountid,
  sharedeventid, CAST(NULL AS VARCHAR) AS annotation, vpcendpointid, vpcendpointaccountid,
  try_cast(try_cast(serviceeventdetails AS JSON) AS MAP(VARCHAR, VARCHAR)) AS serviceeventdetails,
  CASE WHEN addendum IS NOT NULL
    THEN MAP {'reason': addendum.reason, 'updatedFields': addendum.updatedfields,
              'originalRequestID': addendum.originalrequestid, 'originalEventID': addendum.originaleventid}
    END AS addendum,
  try_cast(try_cast(edgedevicedetails AS JSON) AS MAP(VARCHAR, VARCHAR)) AS edgedevicedetails,
  try_cast(try_cast(insightdetails AS JSON) AS MAP(VARCHAR, VARCHAR)) AS insightdetails,
  eventcategory, tlsdetails, sessioncredentialfromconsole,
  CAST(to_json(struct_pack(
    "eventVersion" := eventversion,
    "userIdentity" := CASE WHEN useridentity IS NOT NULL THEN struct_pack(
      "type" := useridentity."type", "principalId" := useridentity.principalid, arn := useridentity.arn,
      "accountId" := useridentity.accountid, "accessKeyId" := useridentity.accesskeyid,
      "userName" := useridentity.username, "invokedBy" := useridentity.invokedby,
      "identityProvider" := identityprovider,
      "onBehalfOf" := CASE WHEN useridentity.onbehalfof IS NOT NULL THEN struct_pack(
        "userId" := useridentity.onbehalfof.userid,
        "identityStoreArn" := useridentity.onbehalfof.identitystorearn) END,
      "inScopeOf" := try_cast(inscopeof AS JSON),
      "sessionContext" := CASE WHEN useridentity.sessioncontext IS NOT NULL THEN struct_pack(
        attributes := struct_pack(
          "creationDate" := useridentity.sessioncontext.attributes.creationdate,
          "mfaAuthenticated" := useridentity.sessioncontext.attributes.mfaauthenticated),
        "sessionIssuer" := struct_pack(
          "type" := useridentity.sessioncontext.sessionissuer."type",
          "principalId" := useridentity.sessioncontext.sessionissuer.principalid,
          arn := useridentity.sessioncontext.sessionissuer.arn,
          "accountId" := useridentity.sessioncontext.sessionissuer.accountid,
          "userName" := useridentity.sessioncontext.sessionissuer.username),
        "webIdFederationData" := CASE WHEN useridentity.sessioncontext.webidfederationdata IS NOT NULL
          THEN struct_pack(
            "federatedProvider" := useridentity.sessioncontext.webidfederationdata.federatedprovider,
            attributes := useridentity.sessioncontext.webidfederationdata.attributes) END,
        "sourceIdentity" := sourceidentity,
        "ec2RoleDelivery" := useridentity.sessioncontext.ec2roledelivery,
        "ec2IssuedInVpc" := ec2issuedinvpc) END) END,
    "eventTime" := eventtime, "eventSource" := eventsource, "eventName" := eventname,
    "awsRegion" := awsregion, "sourceIPAddress" := sourceipaddress, "userAgent" := useragent,
    "errorCode" := errorcode, "errorMessage" := errormessage,
    "requestParameters" := try_cast(requestparameters AS JSON),
    "responseElements" := try_cast(responseelements AS JSON),
    "additionalEventData" := try_cast(additionaleventdata AS JSON),
    "requestID" := requestid, "eventID" := eventid, "readOnly" := try_cast(readonly AS BOOLEAN),
    resources := list_transform(resources, lambda r: struct_pack("accountId" := r.accountid, "type" := r."type",
                                                                 "ARN" := r.arn)),
    "eventType" := eventtype, "apiVersion" := apiversion,
    "managementEvent" := try_cast(managementevent AS BOOLEAN),
    "recipientAccountId" := recipientaccountid, "sharedEventID" := sharedeventid,
    "vpcEndpointId" := vpcendpointid, "vpcEndpointAccountId" := vpcendpointaccountid,
    "serviceEventDetails" := try_cast(serviceeventdetails AS JSON),
    "edgeDeviceDetails" := try_cast(edgedevicedetails AS JSON),
    "insightDetails" := try_cast(insightdetails AS JSON),
    "eventCategory" := eventcategory,
    "tlsDetails" := CASE WHEN tlsdetails IS NOT NULL THEN struct_pack(
      "tlsVersion" := tlsdetails.tlsversion, "cipherSuite" := tlsdetails.ciphersuite,
      "clientProvidedHostHeader" := tlsdetails.clientprovidedhostheader) END,
    "sessionCredentialFromConsole" := sessioncredentialfromconsole)) AS VARCHAR) AS eventjson,
  CAST(NULL AS VARCHAR) AS eventjsonchecksum,
  uid, _time, _evidence, _record
FROM main.cloudtrail_logs;
