-- CloudTrail Lake's event data store of configuration items. eventjson is put together from the columns.
CREATE VIEW "default".config_lake AS
SELECT
  CAST(NULL AS VARCHAR) AS eventversion, 'ConfigurationItem' AS eventcategory,
  'AwsConfigurationItem' AS eventtype, CAST(uid AS VARCHAR) AS eventid, _time AS eventtime, awsregion,
  awsaccountid AS recipientaccountid, CAST(NULL AS MAP(VARCHAR, VARCHAR)) AS addendum,
  struct_pack(
    configurationitemversion := configurationitemversion,
    configurationitemcapturetime := configurationitemcapturetime,
    configurationitemstatus := configurationitemstatus,
    configurationstateid := CAST(configurationstateid AS VARCHAR), accountid := awsaccountid,
    resourcetype := resourcetype, resourceid := resourceid, resourcename := resourcename, arn := arn,
    awsregion := awsregion, availabilityzone := availabilityzone, resourcecreationtime := resourcecreationtime,
    configuration := try_cast(try_cast(configuration AS JSON) AS MAP(VARCHAR, VARCHAR)),
    supplementaryconfiguration := try_cast(try_cast(supplementaryconfiguration AS JSON) AS MAP(VARCHAR, VARCHAR)),
    relatedevents := relatedevents, relationships := relationships,
    tags := try_cast(try_cast(tags AS JSON) AS MAP(VARCHAR, VARCHAR))) AS eventdata,
  CAST(to_json(struct_pack(
    "eventCategory" := 'ConfigurationItem', "eventType" := 'AwsConfigurationItem', "awsRegion" := awsregion,
    "recipientAccountId" := awsaccountid,
    "eventData" := struct_pack(
      "configurationItemVersion" := configurationitemversion,
      "configurationItemCaptureTime" := configurationitemcapturetime,
      "configurationItemStatus" := configurationitemstatus,
      "configurationStateId" := CAST(configurationstateid AS VARCHAR), "accountId" := awsaccountid,
      "resourceType" := resourcetype, "resourceId" := resourceid, "resourceName" := resourcename,
      "ARN" := arn, "awsRegion" := awsregion, "availabilityZone" := availabilityzone,
      "resourceCreationTime" := resourcecreationtime, "configuration" := try_cast(configuration AS JSON),
      "supplementaryConfiguration" := try_cast(supplementaryconfiguration AS JSON),
      "relatedEvents" := relatedevents, "tags" := try_cast(tags AS JSON)))) AS VARCHAR) AS eventjson,
  uid, _time, _evidence, _record
FROM main.config_items;

-- Files of AWS Config as one row each, as Athena reads them. fileversion is not kept; the snapshot's id is that
-- in the file's name.
CREATE VIEW "default".awsconfig AS
SELECT
  CAST(NULL AS VARCHAR) AS fileversion,
  nullif(regexp_extract(e.path, '_ConfigSnapshot_[^/]*_([0-9a-fA-F-]{36})[^/]*$', 1), '') AS configsnapshotid,
  f.configurationitems, f.accountid, f.region, f._time, f._evidence
FROM (
  SELECT
    _evidence, _account AS accountid, _region AS region, max(_time) AS _time,
    list(struct_pack(
      configurationitemversion := configurationitemversion,
      configurationitemcapturetime := configurationitemcapturetime, configurationstateid := configurationstateid,
      awsaccountid := awsaccountid, configurationitemstatus := configurationitemstatus,
      resourcetype := resourcetype, resourceid := resourceid, resourcename := resourcename, arn := arn,
      awsregion := awsregion, availabilityzone := availabilityzone,
      configurationstatemd5hash := configurationstatemd5hash, "configuration" := configuration,
      supplementaryconfiguration := try_cast(try_cast(supplementaryconfiguration AS JSON) AS MAP(VARCHAR, VARCHAR)),
      tags := try_cast(try_cast(tags AS JSON) AS MAP(VARCHAR, VARCHAR)),
      resourcecreationtime := resourcecreationtime) ORDER BY _record) AS configurationitems
  FROM main.config_items
  GROUP BY ALL
) f JOIN main.evidence e ON e.id = f._evidence;

-- AWS Cloud Operations Blog, "How to query your AWS resource configuration states using AWS Config and Amazon
-- Athena": partitioned by account, region and dt, which is 'latest' for the newest snapshot of each
CREATE VIEW "default".aws_config_configuration_snapshot AS
SELECT
  s.* EXCLUDE (_time, _evidence),
  CASE WHEN s._time = max(s._time) OVER (PARTITION BY s.accountid, s.region)
    THEN 'latest' ELSE strftime(s._time, '%Y-%m-%d') END AS dt,
  s._time, s._evidence
FROM "default".awsconfig s JOIN main.evidence e ON e.id = s._evidence
WHERE NOT contains(e.path, 'ConfigHistory');
