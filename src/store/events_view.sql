-- One shape for every log source; docs/analysis.md explains the rules. Stock types and functions only.
--
-- principal   who acted, as one stable name: ARN without session name (the issuing role or user of a
--             session where it is known), else the service that acted, else the account id, else ''.
--             sources::principal_of and session_of say the same of a record; a test compares them.
-- outcome     success, denied (refused: no permission, or a failed sign-in) or error (anything else)
-- error       errorCode, else the message of a failure that has no code; NULL exactly on success
CREATE VIEW cloudtrail_events AS
SELECT
  uid,
  _time AS "time",
  eventsource AS source,
  'cloudtrail' AS log,
  coalesce(nullif(recipientaccountid, ''), useridentity.accountid) AS account,
  useridentity.accountid AS principal_account,
  awsregion AS region,
  CASE
    WHEN is_session AND issuer_name <> '' THEN issuer_name
    WHEN arn_name <> '' THEN arn_name
    WHEN issuer_name <> '' THEN issuer_name
    WHEN coalesce(user_type, '') IN ('', 'awsservice') AND useridentity.invokedby <> ''
      THEN useridentity.invokedby
    WHEN user_type = 'root' AND useridentity.accountid <> ''
      THEN 'arn:aws:iam::' || useridentity.accountid || ':root'
    WHEN useridentity.accountid <> '' THEN useridentity.accountid
    ELSE coalesce(useridentity.invokedby, '')
  END AS principal,
  coalesce(useridentity."type", CASE WHEN useridentity.invokedby <> '' THEN 'AWSService' END) AS principal_type,
  CASE
    WHEN contains(useridentity.arn, ':assumed-role/') AND regexp_matches(useridentity.arn,
           '^arn:[^:]*:[^:]*:[^:]*:[^:]*:assumed-role/[^/]*/')
      THEN regexp_extract(useridentity.arn, '(?s)^arn:[^:]*:[^:]*:[^:]*:[^:]*:assumed-role/[^/]*/(.*)$', 1)
    WHEN contains(useridentity.arn, ':federated-user/') AND regexp_matches(useridentity.arn,
           '^arn:[^:]*:[^:]*:[^:]*:[^:]*:federated-user/')
      THEN regexp_extract(useridentity.arn, '(?s)^arn:[^:]*:[^:]*:[^:]*:[^:]*:federated-user/(.*)$', 1)
    WHEN (user_type IN ('assumedrole', 'federateduser') OR useridentity.principalid LIKE 'AROA%')
         AND contains(useridentity.principalid, ':')
      THEN substr(useridentity.principalid, strpos(useridentity.principalid, ':') + 1)
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
  _record,
  CAST(NULL AS VARCHAR) AS severity,
  CAST(NULL AS VARCHAR) AS destination_ip
FROM (
  SELECT
    *,
    lower(useridentity."type") AS user_type,
    coalesce(lower(useridentity."type") IN ('assumedrole', 'federateduser'), false)
      OR coalesce(contains(useridentity.arn, ':assumed-role/'), false)
      OR coalesce(contains(useridentity.arn, ':federated-user/'), false) AS is_session,
    CASE
      -- six parts, the last not empty
      WHEN useridentity.arn IS NULL OR useridentity.arn NOT LIKE 'arn:%:%:%:%:_%' THEN ''
      -- a federated user is nothing but a session
      WHEN contains(useridentity.arn, ':federated-user/')
           AND regexp_matches(useridentity.arn, '^arn:[^:]*:sts:[^:]*:[^:]*:federated-user/') THEN ''
      WHEN contains(useridentity.arn, ':assumed-role/')
           AND regexp_matches(useridentity.arn, '^arn:[^:]*:[^:]*:[^:]*:[^:]*:assumed-role/')
        THEN regexp_extract(useridentity.arn, '^arn:[^:]*:[^:]*:[^:]*:[^:]*:assumed-role/[^/]+')
      ELSE useridentity.arn
    END AS arn_name,
    CASE
      -- six parts, the last not empty
      WHEN useridentity.sessioncontext.sessionissuer.arn IS NULL OR useridentity.sessioncontext.sessionissuer.arn NOT LIKE 'arn:%:%:%:%:_%' THEN ''
      -- a federated user is nothing but a session
      WHEN contains(useridentity.sessioncontext.sessionissuer.arn, ':federated-user/')
           AND regexp_matches(useridentity.sessioncontext.sessionissuer.arn, '^arn:[^:]*:sts:[^:]*:[^:]*:federated-user/') THEN ''
      WHEN contains(useridentity.sessioncontext.sessionissuer.arn, ':assumed-role/')
           AND regexp_matches(useridentity.sessioncontext.sessionissuer.arn, '^arn:[^:]*:[^:]*:[^:]*:[^:]*:assumed-role/')
        THEN regexp_extract(useridentity.sessioncontext.sessionissuer.arn, '^arn:[^:]*:[^:]*:[^:]*:[^:]*:assumed-role/[^/]+')
      ELSE useridentity.sessioncontext.sessionissuer.arn
    END AS issuer_name
  FROM cloudtrail_logs
);
