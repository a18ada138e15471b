-- Resolver query logs are rows of r53_rlogs when they did not come in OCSF; Security Lake's queries find them here
-- beside those that did.
CREATE OR REPLACE VIEW "default".amazon_security_lake_table_route53 AS
SELECT
  * EXCLUDE (_account, _region, time_dt, uid, _time, _evidence, _record),
  coalesce(try_cast(time_dt AS TIMESTAMP), _time) AS time_dt,
  _region AS region, _account AS accid, _account AS accountid, strftime(_time, '%Y%m%d') AS eventday,
  strftime(_time, '%Y') AS "year", strftime(_time, '%m') AS "month", strftime(_time, '%d') AS "day",
  strftime(_time, '%H') AS "hour", CAST(_time AS DATE) AS "date",
  uid, _time, _evidence, _record
FROM (
  SELECT * FROM main.amazon_security_lake_table_route53
  UNION ALL BY NAME
  SELECT
    struct_pack(product := struct_pack(version := version, name := 'Route 53', vendor_name := 'AWS',
                                       feature := struct_pack(name := 'Resolver Query Logs'))) AS metadata,
    epoch_ms(_time) AS "time", CAST(_time AS VARCHAR) AS time_dt,
    struct_pack(region := coalesce(region, _region), provider := 'AWS', account_uid := account_id,
                account := struct_pack(uid := account_id)) AS cloud,
    'DNS Activity' AS class_name, 4003 AS class_uid, 4 AS category_uid, 'Network Activity' AS category_name,
    'Traffic' AS activity_name, 6 AS activity_id, 'Informational' AS severity, 1 AS severity_id,
    CASE firewall_rule_action WHEN 'BLOCK' THEN 'Denied' WHEN 'ALLOW' THEN 'Allowed' END AS "action",
    CASE firewall_rule_action WHEN 'BLOCK' THEN 'Blocked' WHEN 'ALERT' THEN 'Alert' WHEN 'ALLOW' THEN 'Allowed'
      ELSE 'No Action' END AS disposition,
    struct_pack(ip := srcaddr, port := srcport, vpc_uid := vpc_id, instance_uid := srcids.instance,
                interface_uid := srcids.resolver_network_interface, uid := srcids.resolver_endpoint) AS src_endpoint,
    struct_pack(protocol_name := transport) AS connection_info,
    struct_pack(hostname := query_name, "type" := query_type, "class" := query_class) AS query,
    list_transform(answers, lambda a: struct_pack(rdata := a.rdata, "type" := a."type", "class" := a."class")) AS answers,
    CASE rcode WHEN 'NOERROR' THEN 'NoError' WHEN 'NXDOMAIN' THEN 'NXDomain' WHEN 'SERVFAIL' THEN 'ServError'
      WHEN 'REFUSED' THEN 'Refused' WHEN 'FORMERR' THEN 'FormError' WHEN 'NOTIMP' THEN 'NotImp' ELSE rcode END AS rcode,
    CASE WHEN firewall_rule_group_id IS NOT NULL
      THEN CAST(to_json(struct_pack(uid := firewall_rule_group_id)) AS VARCHAR) END AS firewall_rule,
    _account, _region, uid, _time, _evidence, _record
  FROM main.r53_rlogs
);
