-- The names and shapes under which AWS publishes CloudTrail tables. Schema "default" is what users' SQL
-- sees first: pasted queries find their table there, with the partition columns they filter on.
-- Stock types and functions only.
CREATE SCHEMA "default";

-- Amazon Athena User Guide, "Create a table for CloudTrail logs": partitioned by region, year, month, day;
-- with partition projection by timestamp ('yyyy/MM/dd')
CREATE VIEW "default".cloudtrail_logs AS
SELECT
  * EXCLUDE (managementevent, insightdetails, uid, _time, _evidence, _record, _content),
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
  "year", "month", "day",
  uid, _time, _evidence, _record
FROM "default".cloudtrail_logs;

-- CloudTrail Lake's event data store: eventtime is a timestamp, flags are booleans, objects are maps
CREATE VIEW "default".cloudtrail_lake AS
SELECT
  eventversion,
  struct_insert(useridentity, sourceidentity := CAST(NULL AS VARCHAR)) AS useridentity,
  _time AS eventtime, eventsource, eventname, awsregion, sourceipaddress, useragent, errorcode,
  errormessage,
  CAST(try_cast(requestparameters AS JSON) AS MAP(VARCHAR, VARCHAR)) AS requestparameters,
  CAST(try_cast(responseelements AS JSON) AS MAP(VARCHAR, VARCHAR)) AS responseelements,
  CAST(try_cast(additionaleventdata AS JSON) AS MAP(VARCHAR, VARCHAR)) AS additionaleventdata,
  requestid, eventid, try_cast(readonly AS BOOLEAN) AS readonly, resources, eventtype, apiversion,
  try_cast(managementevent AS BOOLEAN) AS managementevent, recipientaccountid, sharedeventid,
  CAST(try_cast(serviceeventdetails AS JSON) AS MAP(VARCHAR, VARCHAR)) AS serviceeventdetails,
  vpcendpointid, vpcendpointaccountid, eventcategory, addendum, sessioncredentialfromconsole,
  edgedevicedetails, tlsdetails,
  CAST(try_cast(insightdetails AS JSON) AS MAP(VARCHAR, VARCHAR)) AS insightdetails,
  uid, _evidence, _record
FROM main.cloudtrail_logs;
