-- Tables of a case. Stock types and functions only: the stock DuckDB shell opens the file.
CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR);

-- one row per evidence item that was read into the tables
CREATE TABLE evidence (
  id INTEGER PRIMARY KEY,            -- number of the item in the custody ledger, from 1
  sha256 VARCHAR, path VARCHAR,      -- as the user named it
  bytes BIGINT, raw_bytes BIGINT,    -- as delivered, uncompressed
  kind VARCHAR,                      -- cloudtrail, cloudtrail_digest, empty, not_a_log
  status VARCHAR,                    -- complete, damaged, not_a_log
  records_read BIGINT, records_stored BIGINT, records_duplicate BIGINT, records_rejected BIGINT,
  unreadable_times BIGINT,
  first_time TIMESTAMP, last_time TIMESTAMP,
  problems VARCHAR                   -- JSON array of {reason, offset, lost, detail}
);

-- Athena's names and types (Amazon Athena User Guide, "Create a table for CloudTrail logs"), then ours.
-- zstd where values hardly repeat: it costs a third less than letting DuckDB try every method.
CREATE TABLE cloudtrail_logs (
  eventversion VARCHAR,
  useridentity STRUCT(
    "type" VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, invokedby VARCHAR,
    accesskeyid VARCHAR, username VARCHAR,
    onbehalfof STRUCT(userid VARCHAR, identitystorearn VARCHAR),
    sessioncontext STRUCT(
      attributes STRUCT(mfaauthenticated VARCHAR, creationdate VARCHAR),
      sessionissuer STRUCT("type" VARCHAR, principalid VARCHAR, arn VARCHAR, accountid VARCHAR, username VARCHAR),
      ec2roledelivery VARCHAR,
      webidfederationdata STRUCT(federatedprovider VARCHAR, attributes MAP(VARCHAR, VARCHAR)))),
  eventtime VARCHAR, eventsource VARCHAR, eventname VARCHAR, awsregion VARCHAR,
  sourceipaddress VARCHAR, useragent VARCHAR, errorcode VARCHAR, errormessage VARCHAR,
  requestparameters VARCHAR USING COMPRESSION zstd, responseelements VARCHAR USING COMPRESSION zstd,
  additionaleventdata VARCHAR USING COMPRESSION zstd,
  requestid VARCHAR USING COMPRESSION zstd, eventid VARCHAR USING COMPRESSION zstd,
  resources STRUCT(arn VARCHAR, accountid VARCHAR, "type" VARCHAR)[],
  eventtype VARCHAR, apiversion VARCHAR, readonly VARCHAR, recipientaccountid VARCHAR,
  serviceeventdetails VARCHAR USING COMPRESSION zstd, sharedeventid VARCHAR USING COMPRESSION zstd,
  vpcendpointid VARCHAR,
  vpcendpointaccountid VARCHAR, eventcategory VARCHAR,
  addendum STRUCT(reason VARCHAR, updatedfields VARCHAR, originalrequestid VARCHAR, originaleventid VARCHAR),
  sessioncredentialfromconsole VARCHAR, edgedevicedetails VARCHAR,
  tlsdetails STRUCT(tlsversion VARCHAR, ciphersuite VARCHAR, clientprovidedhostheader VARCHAR),
  managementevent VARCHAR,           -- not in Athena's table, in CloudTrail Lake's
  insightdetails VARCHAR,            -- of Insights events, JSON
  sourceidentity VARCHAR, ec2issuedinvpc VARCHAR,     -- Lake's, of useridentity.sessioncontext
  identityprovider VARCHAR, inscopeof VARCHAR,        -- Lake's, of useridentity; the latter JSON
  uid UUID,                          -- of (eventID, recipientAccountId); see docs/formats/store.md
  _time TIMESTAMP,                   -- eventtime as UTC; NULL when it cannot be read
  _evidence INTEGER,                 -- evidence.id
  _record INTEGER,                   -- number of the record in the item, from 0
  _content BIGINT                    -- keyed hash of the content: tells copies from conflicting copies
);

-- further copies of stored events
CREATE TABLE duplicates (uid UUID, _evidence INTEGER, _record INTEGER);

-- copies of one key (eventID, recipientAccountId) that differ in content; all are stored
CREATE TABLE conflicts (key UUID, uid UUID, event_id VARCHAR, account VARCHAR);

-- one row per rule and event that matched
CREATE TABLE hits (
  rule_id VARCHAR, uid UUID, event_id VARCHAR, "time" TIMESTAMP, source VARCHAR, action VARCHAR,
  account VARCHAR, region VARCHAR, principal VARCHAR, session VARCHAR, access_key VARCHAR,
  source_ip VARCHAR, user_agent VARCHAR, error VARCHAR,
  captured VARCHAR                   -- JSON array: values that correlations need, else NULL
);
-- correlation results: rule, number of the group, the events in it
CREATE TABLE correlation_hits (rule_id VARCHAR, "group" VARCHAR, first TIMESTAMP, last TIMESTAMP, uid UUID);
-- rules that ran, for findings and reports
CREATE TABLE rules (
  id VARCHAR, name VARCHAR, title VARCHAR, level VARCHAR, kind VARCHAR, reports BOOLEAN,
  techniques VARCHAR[], tactics VARCHAR[], investigation VARCHAR[], falsepositives VARCHAR[],
  author VARCHAR, license VARCHAR, reference VARCHAR[], source VARCHAR   -- builtin, or the file's path
);
CREATE TABLE findings (
  id VARCHAR PRIMARY KEY, title VARCHAR, severity VARCHAR, techniques VARCHAR[], tactics VARCHAR[],
  count BIGINT, first TIMESTAMP, last TIMESTAMP, principals VARCHAR[], source_ips VARCHAR[],
  event_ids VARCHAR[], rule_ids VARCHAR[], actions VARCHAR[], accounts VARCHAR[], regions VARCHAR[],
  investigation VARCHAR[], denied BIGINT, source VARCHAR, resources VARCHAR[]
);
-- analyst's decisions on findings; replayed from the ledger
CREATE TABLE decisions (finding_id VARCHAR, state VARCHAR, note VARCHAR, "time" TIMESTAMP, actor VARCHAR);
-- who and what occurs: principals, access keys, addresses, user agents
CREATE TABLE entities (
  kind VARCHAR, id VARCHAR, account VARCHAR, first TIMESTAMP, last TIMESTAMP, events BIGINT, errors BIGINT
);
CREATE TABLE coverage (
  source VARCHAR, account VARCHAR, region VARCHAR, day DATE, records BIGINT, first TIMESTAMP, last TIMESTAMP
);
