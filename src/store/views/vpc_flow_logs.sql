-- Amazon Athena User Guide, "Create a table for VPC flow logs": the table with partition projection, whose day is
-- 'yyyy/MM/dd', and that over Parquet with Hive's partitions
CREATE VIEW "default".test_table_vpclogs AS
SELECT * REPLACE (strftime(_time, '%Y/%m/%d') AS "day") FROM "default".vpc_flow_logs;

CREATE VIEW "default".vpc_flow_logs_parquet AS
SELECT
  * EXCLUDE (region, _more, _account, _region, uid, _time, _evidence, _record),
  coalesce(region, _region) AS region,
  _account AS "aws-account-id", 'vpcflowlogs' AS "aws-service", _region AS "aws-region",
  strftime(_time, '%Y') AS "year", strftime(_time, '%m') AS "month", strftime(_time, '%d') AS "day",
  strftime(_time, '%H') AS "hour",
  uid, _time, _evidence, _record
FROM main.vpc_flow_logs;

-- AWS Analytics Bootstrap, vpcflow
CREATE VIEW "default".vpcflow AS
SELECT
  version, account_id AS account, interface_id AS interfaceid, srcaddr AS sourceaddress,
  dstaddr AS destinationaddress, srcport AS sourceport, dstport AS destinationport,
  try_cast(protocol AS INTEGER) AS protocol, try_cast(packets AS INTEGER) AS numpackets, bytes AS numbytes,
  try_cast("start" AS INTEGER) AS starttime, try_cast("end" AS INTEGER) AS endtime, "action",
  log_status AS logstatus, vpc_id AS vpcid, subnet_id AS subnetid, instance_id AS instanceid,
  try_cast(tcp_flags AS SMALLINT) AS tcpflags, "type", pkt_srcaddr AS pktsrcaddr, pkt_dstaddr AS pktdstaddr,
  coalesce(region, _region) AS region, az_id AS azid, sublocation_type AS sublocationtype,
  sublocation_id AS sublocationid, pkt_src_aws_service AS pktsrcawsservice,
  pkt_dst_aws_service AS pktdstawsservice, flow_direction AS flowdirection,
  CAST(traffic_path AS VARCHAR) AS trafficpath,
  strftime(_time, '%Y/%m/%d') AS date_partition, _region AS region_partition, _account AS account_partition,
  strftime(_time, '%Y') AS "year", strftime(_time, '%m') AS "month", strftime(_time, '%d') AS "day",
  uid, _time, _evidence, _record
FROM main.vpc_flow_logs;
