-- CloudTrail's events are rows of cloudtrail_logs when they did not come in OCSF; Security Lake's queries find them
-- here beside those that did.
CREATE OR REPLACE VIEW "default".amazon_security_lake_table_cloud_trail_mgmt AS
SELECT
  * EXCLUDE (_account, _region, _principal, time_dt, uid, _time, _evidence, _record),
  coalesce(try_cast(time_dt AS TIMESTAMP), _time) AS time_dt,
  _region AS region, _account AS accid, _account AS accountid, strftime(_time, '%Y%m%d') AS eventday,
  strftime(_time, '%Y') AS "year", strftime(_time, '%m') AS "month", strftime(_time, '%d') AS "day",
  strftime(_time, '%H') AS "hour", CAST(_time AS DATE) AS "date",
  uid, _time, _evidence, _record
FROM (
  SELECT * FROM main.amazon_security_lake_table_cloud_trail_mgmt
  UNION ALL BY NAME
  SELECT
    struct_pack(product := struct_pack(version := eventversion, name := 'CloudTrail', vendor_name := 'AWS',
                                       feature := struct_pack(name := eventcategory)),
                uid := eventid, event_code := eventtype) AS metadata,
    epoch_ms(_time) AS "time", CAST(_time AS VARCHAR) AS time_dt,
    struct_pack(region := awsregion, provider := 'AWS', account_uid := account,
                account := struct_pack(uid := account)) AS cloud,
    CASE WHEN is_signin THEN 'Authentication' ELSE 'API Activity' END AS class_name,
    CASE WHEN is_signin THEN 3002 ELSE 6003 END AS class_uid,
    CASE WHEN is_signin THEN 3 ELSE 6 END AS category_uid,
    CASE WHEN is_signin THEN 'Logon' WHEN verb = 'create' THEN 'Create' WHEN verb = 'read' THEN 'Read'
      WHEN verb = 'update' THEN 'Update' WHEN verb = 'delete' THEN 'Delete' ELSE 'Other' END AS activity_name,
    CASE WHEN is_signin OR verb = 'create' THEN 1 WHEN verb = 'read' THEN 2 WHEN verb = 'update' THEN 3
      WHEN verb = 'delete' THEN 4 ELSE 99 END AS activity_id,
    'Informational' AS severity, 1 AS severity_id,
    CASE WHEN errorcode <> '' OR errormessage <> '' THEN 'Failure' ELSE 'Success' END AS status,
    CASE WHEN errorcode <> '' OR errormessage <> '' THEN 2 ELSE 1 END AS status_id,
    struct_pack(
      response := struct_pack("error" := errorcode, message := errormessage, "data" := responseelements),
      operation := eventname, version := apiversion, service := struct_pack(name := eventsource),
      request := struct_pack(uid := requestid, "data" := requestparameters)) AS api,
    struct_pack(
      "user" := struct_pack(
        "type" := useridentity."type",
        name := coalesce(useridentity.username, useridentity.sessioncontext.sessionissuer.username),
        uid := useridentity.arn, uuid := useridentity.arn, uid_alt := useridentity.principalid,
        account_uid := useridentity.accountid, account := struct_pack(uid := useridentity.accountid),
        credential_uid := useridentity.accesskeyid),
      "session" := struct_pack(
        created_time_dt := useridentity.sessioncontext.attributes.creationdate,
        mfa := try_cast(useridentity.sessioncontext.attributes.mfaauthenticated AS BOOLEAN),
        is_mfa := try_cast(useridentity.sessioncontext.attributes.mfaauthenticated AS BOOLEAN),
        issuer := useridentity.sessioncontext.sessionissuer.arn),
      invoked_by := useridentity.invokedby) AS actor,
    struct_pack(user_agent := useragent) AS http_request,
    struct_pack(
      ip := CASE WHEN is_address THEN sourceipaddress END,
      "domain" := CASE WHEN NOT is_address THEN sourceipaddress END) AS src_endpoint,
    list_transform(resources, lambda r: struct_pack(uid := r.arn, "type" := r."type",
                                                    account_uid := r.accountid)) AS resources,
    CAST(to_json(struct_pack(
      "eventType" := eventtype, "recipientAccountId" := recipientaccountid,
      "requestParameters" := requestparameters, "responseElements" := responseelements,
      "additionalEventData" := additionaleventdata, "vpcEndpointId" := vpcendpointid,
      "sharedEventID" := sharedeventid, "readOnly" := readonly, "managementEvent" := managementevent)) AS VARCHAR)
      AS unmapped,
    account AS _account, awsregion AS _region, uid, _time, _evidence, _record
  FROM (
    SELECT
      *, coalesce(recipientaccountid, useridentity.accountid) AS account,
      coalesce(eventsource = 'signin.amazonaws.com' AND eventname LIKE '%Login', false) AS is_signin,
      coalesce(regexp_matches(sourceipaddress, '^([0-9]{1,3}\.){3}[0-9]{1,3}$|^[0-9A-Fa-f]*:[0-9A-Fa-f:.]*$'), false)
        AS is_address,
      CASE WHEN regexp_matches(eventname, '^(Create|Run|Register|Allocate|Import|Copy|Upload)') THEN 'create'
        WHEN regexp_matches(eventname, '^(Get|List|Describe|Head|Lookup|Search|Batch[Gg]et|View|Download|Select|Scan|Query)')
          THEN 'read'
        WHEN regexp_matches(eventname, '^(Update|Modify|Put|Set|Attach|Detach|Add|Remove|Associate|Disassociate|Enable|Disable|Start|Stop|Tag|Untag|Change|Reset|Restore|Authorize|Revoke)')
          THEN 'update'
        WHEN regexp_matches(eventname, '^(Delete|Terminate|Deregister|Release|Destroy)') THEN 'delete'
        END AS verb
    FROM main.cloudtrail_logs
  )
);

-- The data events and the EKS audit logs that Security Lake keeps in tables of their own are API activity too.
CREATE VIEW "default".amazon_security_lake_table_lambda_execution AS
SELECT * FROM "default".amazon_security_lake_table_cloud_trail_mgmt
WHERE api.service.name = 'lambda.amazonaws.com' AND api.operation LIKE 'Invoke%';

CREATE VIEW "default".amazon_security_lake_table_s3_data AS
SELECT * FROM "default".amazon_security_lake_table_cloud_trail_mgmt
WHERE api.service.name = 's3.amazonaws.com'
  AND (api.operation LIKE '%Object%' OR api.operation LIKE '%Part' OR api.operation LIKE '%MultipartUpload')
  AND api.operation NOT LIKE '%ObjectLockConfiguration';

CREATE VIEW "default".amazon_security_lake_table_eks_audit AS
SELECT * FROM "default".amazon_security_lake_table_cloud_trail_mgmt
WHERE metadata.product.name = 'Amazon EKS' OR metadata.log_name LIKE '%audit%';
