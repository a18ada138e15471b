-- Flow logs are rows of vpc_flow_logs whichever way they came; Security Lake's queries find them here beside
-- the network activity of other products.
CREATE OR REPLACE VIEW "default".amazon_security_lake_table_vpc_flow AS
SELECT
  * EXCLUDE (_account, _region, uid, _time, _evidence, _record),
  _region AS region, _account AS accid, _account AS accountid, strftime(_time, '%Y%m%d') AS eventday,
  strftime(_time, '%Y') AS "year", strftime(_time, '%m') AS "month", strftime(_time, '%d') AS "day",
  strftime(_time, '%H') AS "hour", CAST(_time AS DATE) AS "date",
  uid, _time, _evidence, _record
FROM (
  SELECT * FROM main.amazon_security_lake_table_vpc_flow
  UNION ALL BY NAME
  SELECT
    struct_pack(product := struct_pack(version := CAST(version AS VARCHAR), name := 'Amazon VPC', vendor_name := 'AWS',
                                       feature := struct_pack(name := 'Flowlogs'))) AS metadata,
    "start" * 1000 AS "time", "start" * 1000 AS start_time, "end" * 1000 AS end_time,
    struct_pack(region := coalesce(region, _region), provider := 'AWS', "zone" := az_id,
                account_uid := coalesce(account_id, _account),
                account := struct_pack(uid := coalesce(account_id, _account))) AS cloud,
    'Network Activity' AS class_name, 'Network Activity' AS category_name,
    CASE "action" WHEN 'ACCEPT' THEN 'Established' WHEN 'REJECT' THEN 'Refused' END AS activity_name,
    'Network Activity: ' || CASE "action" WHEN 'ACCEPT' THEN 'Established' WHEN 'REJECT' THEN 'Refused' ELSE 'Unknown' END
      AS type_name,
    CASE "action" WHEN 'ACCEPT' THEN 'Allowed' WHEN 'REJECT' THEN 'Denied' END AS "action",
    CASE "action" WHEN 'ACCEPT' THEN 'Allowed' WHEN 'REJECT' THEN 'Blocked' END AS disposition,
    log_status AS status_code, 4001 AS class_uid, 4 AS category_uid,
    CASE "action" WHEN 'ACCEPT' THEN 1 WHEN 'REJECT' THEN 5 ELSE 0 END AS activity_id,
    CAST(json_object('log_status', log_status, 'sublocation_id', sublocation_id, 'sublocation_type', sublocation_type)
         AS VARCHAR) AS unmapped,
    struct_pack(ip := srcaddr, port := srcport, svc_name := pkt_src_aws_service,
                interface_uid := CASE WHEN NOT inbound THEN interface_id END,
                vpc_uid := CASE WHEN NOT inbound THEN vpc_id END,
                subnet_uid := CASE WHEN NOT inbound THEN subnet_id END,
                instance_uid := CASE WHEN NOT inbound THEN instance_id END) AS src_endpoint,
    struct_pack(ip := dstaddr, port := dstport, svc_name := pkt_dst_aws_service,
                interface_uid := CASE WHEN inbound THEN interface_id END,
                vpc_uid := CASE WHEN inbound THEN vpc_id END,
                subnet_uid := CASE WHEN inbound THEN subnet_id END,
                instance_uid := CASE WHEN inbound THEN instance_id END) AS dst_endpoint,
    struct_pack(protocol_num := CAST(protocol AS INTEGER), tcp_flags := tcp_flags, protocol_ver := "type",
                direction := flow_direction) AS connection_info,
    struct_pack(bytes := bytes, packets := packets) AS traffic,
    _account, _region, uid, _time, _evidence, _record
  FROM (SELECT *, coalesce(flow_direction = 'ingress', false) AS inbound FROM main.vpc_flow_logs)
);
