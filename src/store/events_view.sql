-- One shape for every log source; docs/analysis.md explains the rules. Stock types and functions only.
--
-- principal   who acted, as one stable name: ARN without session name (the issuing role or user of a
--             session where it is known), else the service that acted, else the account id, else ''
-- outcome     success, denied (refused: no permission, or a failed sign-in) or error (anything else)
-- error       errorCode, else the message of a failure that has no code; NULL exactly on success
CREATE VIEW events AS
SELECT
  uid,
  _time AS "time",
  eventsource AS source,
  'cloudtrail' AS log,
  coalesce(nullif(recipientaccountid, ''), useridentity.accountid) AS account,
  useridentity.accountid AS principal_account,
  awsregion AS region,
  CASE
    WHEN useridentity."type" IN ('AssumedRole', 'FederatedUser')
         AND useridentity.sessioncontext.sessionissuer.arn <> ''
      THEN useridentity.sessioncontext.sessionissuer.arn
    -- arn:aws:sts::A:assumed-role/Name/session and …:federated-user/name, cut before the session name
    WHEN useridentity.arn LIKE 'arn:%:sts::%:assumed-role/%/%'
      THEN regexp_extract(useridentity.arn, '^(.*?:assumed-role/[^/]*)/', 1)
    WHEN useridentity.arn LIKE 'arn:%:sts::%:federated-user/%'
      THEN regexp_extract(useridentity.arn, '^(.*?:federated-user)/', 1)
    WHEN useridentity.arn <> '' THEN useridentity.arn
    WHEN useridentity.invokedby <> '' THEN useridentity.invokedby
    ELSE coalesce(useridentity.accountid, '')
  END AS principal,
  coalesce(useridentity."type", CASE WHEN useridentity.invokedby <> '' THEN 'AWSService' END) AS principal_type,
  CASE
    WHEN useridentity.arn LIKE 'arn:%:sts::%:assumed-role/%/%'
      THEN regexp_extract(useridentity.arn, ':assumed-role/[^/]*/(.*)$', 1)
    WHEN useridentity.arn LIKE 'arn:%:sts::%:federated-user/%'
      THEN regexp_extract(useridentity.arn, ':federated-user/(.*)$', 1)
    WHEN useridentity."type" IN ('AssumedRole', 'FederatedUser') AND contains(useridentity.principalid, ':')
      THEN regexp_extract(useridentity.principalid, '^[^:]*:(.*)$', 1)
    ELSE ''
  END AS session,
  useridentity.username AS user_name,
  nullif(useridentity.accesskeyid, '') AS access_key,
  useridentity.invokedby AS invoked_by,
  eventname AS "action",
  resources[1].arn AS resource,
  CASE
    WHEN errorcode <> '' THEN
      CASE WHEN errorcode ILIKE '%AccessDenied%' OR errorcode ILIKE '%UnauthorizedOperation'
             OR errorcode ILIKE 'Unauthorized%' OR errorcode ILIKE 'AuthorizationError'
             OR errorcode ILIKE 'NotAuthorized%' OR errorcode ILIKE '%Forbidden%'
        THEN 'denied' ELSE 'error' END
    WHEN eventsource = 'signin.amazonaws.com'
         AND (responseelements LIKE '%":"Failure"%' OR serviceeventdetails LIKE '%":"Failure"%')
      THEN 'denied'
    WHEN errormessage <> '' THEN
      CASE WHEN errormessage LIKE '%is not authorized to perform%' THEN 'denied' ELSE 'error' END
    ELSE 'success'
  END AS outcome,
  CASE
    WHEN errorcode <> '' THEN errorcode
    WHEN errormessage <> '' THEN errormessage
    WHEN eventsource = 'signin.amazonaws.com'
         AND (responseelements LIKE '%":"Failure"%' OR serviceeventdetails LIKE '%":"Failure"%')
      THEN 'Failure'
  END AS error,
  nullif(errormessage, '') AS error_message,
  sourceipaddress AS source_ip,
  useragent AS user_agent,
  eventid AS event_id,
  requestid AS request_id,
  readonly = 'true' AS read_only,
  eventcategory AS category,
  _evidence,
  _record
FROM cloudtrail_logs;
