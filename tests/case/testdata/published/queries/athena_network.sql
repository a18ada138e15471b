-- Amazon Athena User Guide: VPC flow logs, Network Firewall, Route 53 Resolver

SELECT * FROM vpc_flow_logs WHERE date = DATE('2020-07-10') ORDER BY start, srcaddr LIMIT 1;
--> [5,"111122223333","eni-1","172.16.0.5","192.0.2.254",443,50000,6,20,90000,1594382400,1594382460,"ACCEPT","OK","vpc-00000001","subnet-1","i-000000000000000",18,"IPv4","172.16.0.5","192.0.2.254","us-east-1","use1-az1",null,null,null,null,"egress",8,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,"111122223333","2020","07","10","12","2020-07-10","b9468766-f9c8-ae8a-c207-090fda346041","2020-07-10T12:00:00Z",13,1]

SELECT day_of_week(date) AS day, date, interface_id, srcaddr, action, protocol
FROM vpc_flow_logs
WHERE action = 'REJECT' AND protocol = 6 AND date < DATE '2021-01-01'
LIMIT 100;
--> [5,"2020-07-10","eni-1","203.0.113.2","REJECT",6]

SELECT SUM(packets) AS packetcount, dstaddr
FROM vpc_flow_logs
WHERE dstport = 443 AND date > current_date - interval '7' day
GROUP BY dstaddr
ORDER BY packetcount DESC
LIMIT 10;
--> no rows

SELECT SUM(packets) AS packetcount, dstaddr FROM vpc_flow_logs WHERE dstport = 443 AND date < current_date - interval '7' day GROUP BY dstaddr ORDER BY packetcount DESC LIMIT 10;
--> [10,"172.16.0.5"]

SELECT interface_id, srcaddr, action, protocol FROM test_table_vpclogs
WHERE action = 'REJECT' AND accid = '111122223333' AND region = 'us-east-1' AND day >= '2020/07/01' AND day < '2020/08/01';
--> ["eni-1","203.0.113.2","REJECT",6]

SELECT day, sum(bytes) AS total FROM test_table_vpclogs GROUP BY day ORDER BY day;
--> ["2020/07/10",95360]
--> ["2023/06/10",5300]

SELECT day_of_week(from_iso8601_date(replace(day, '/', '-'))) AS weekday, count(*) AS n FROM test_table_vpclogs WHERE day = '2020/07/10' GROUP BY 1;
--> [5,5]

SELECT srcaddr, dstaddr, "aws-region", "aws-account-id", "aws-service" FROM vpc_flow_logs_parquet
WHERE "aws-account-id" = '111122223333' AND year = '2020' AND month = '07' AND day = '10' AND hour = '12' AND "aws-region" = 'us-east-1' AND flow_direction = 'egress'
ORDER BY bytes DESC;
--> ["172.16.0.5","192.0.2.254","us-east-1","111122223333","vpcflowlogs"]
--> ["172.16.0.5","172.16.0.9","us-east-1","111122223333","vpcflowlogs"]

SELECT from_unixtime(start) AS start_time, from_unixtime("end") AS end_time, tcp_flags, pkt_srcaddr, az_id, traffic_path, log_status
FROM vpc_flow_logs WHERE traffic_path IS NOT NULL ORDER BY start, traffic_path;
--> ["2020-07-10T12:00:00Z","2020-07-10T12:01:00Z",18,"172.16.0.5","use1-az1",8,"OK"]
--> ["2020-07-10T12:01:40Z","2020-07-10T12:02:40Z",2,"172.16.0.5","use1-az1",1,"OK"]

-- Predefined queries of the template that the VPC console makes
SELECT srcaddr, dstaddr, count(*) AS count, sum(bytes) AS bytes FROM vpc_flow_logs WHERE year = '2020' AND month = '07' AND day = '10' GROUP BY srcaddr, dstaddr ORDER BY bytes DESC, srcaddr LIMIT 3;
--> ["172.16.0.5","192.0.2.254",1,90000]
--> ["192.0.2.1","172.16.0.5",1,5000]
--> ["172.16.0.5","172.16.0.9",1,300]

SELECT ANY_VALUE(dstport) AS dstport, ANY_VALUE(protocol) AS protocol FROM vpc_flow_logs WHERE action = 'REJECT';
--> [22,6]

SELECT event.src_ip AS event_src_ip, event.dest_ip AS event_dest_ip, event.proto AS event_proto, event.app_proto AS event_app_proto, event.tls_inspected AS event_tls_inspected,
  event.netflow.pkts AS event_netflow_pkts, event.netflow.bytes AS event_netflow_bytes, event.netflow.tcp_flags.syn AS event_netflow_tcp_flags_syn
FROM network_firewall_netflow_logs
WHERE event.tls_inspected = true;
--> ["10.0.0.1","198.51.100.1","TCP","tls",true,12,4800,true]

SELECT firewall_name, event.timestamp, event.src_ip AS event_src_ip, event.alert.action AS event_alert_action, event.alert.severity AS event_alert_severity
FROM network_firewall_alert_logs
WHERE event.alert.severity = 1 AND event.tls_inspected = true;
--> ["fw","2021-11-08T14:22:12.637611+0000","198.51.100.1","blocked",1]

SELECT firewall_name, availability_zone, event_timestamp, event.timestamp, event.flow_id, event.event_type, event.netflow.start, event.netflow.age, event.netflow.min_ttl
FROM anf_logs ORDER BY event_timestamp;
--> ["fw","us-east-1a",1636381332,"2021-11-08T14:22:12.637611+0000",1,"alert",null,null,null]
--> ["fw","us-east-1a",1636381340,"2021-11-08T14:22:20.000000+0000",2,"netflow","2021-11-08T14:20:00.0+0000",120,63]

SELECT from_unixtime(event_timestamp) AS t, event.src_ip, event.dest_port FROM anf_logs WHERE event.event_type = 'netflow';
--> ["2021-11-08T14:22:20Z","10.0.0.1",443]

SELECT query_timestamp, srcids.instance, srcaddr, srcport, query_name, rcode
FROM r53_rlogs
WHERE rcode = 'NXDOMAIN'
ORDER BY query_timestamp;
--> ["2020-07-10T17:01:00Z","i-0d15cd0d3example","172.16.0.5",56067,"x1.evil.example.","NXDOMAIN"]

SELECT query_timestamp, srcids.instance, srcaddr, srcport, query_name, rcode FROM r53_rlogs
WHERE (parse_datetime(query_timestamp,'yyyy-MM-dd''T''HH:mm:ss''Z') BETWEEN parse_datetime('2020-09-04-17:00:00Z','yyyy-MM-dd-HH:mm:ss''Z') AND parse_datetime('2020-09-04-18:00:00Z','yyyy-MM-dd-HH:mm:ss''Z'))
ORDER BY query_timestamp DESC;
--> ["2020-09-04T17:30:00Z",null,"172.16.0.5",56067,"bad.example.","NOERROR"]

SELECT query_timestamp, srcids.resolver_endpoint, query_name, answer.rdata
FROM r53_rlogs CROSS JOIN UNNEST(r53_rlogs.answers) as st(answer)
WHERE answer.rdata = '203.0.113.2' OR answer.type = 'AAAA'
ORDER BY query_timestamp;
--> ["2020-07-10T17:00:00Z",null,"www.example.com.","203.0.113.2"]
--> ["2020-09-04T17:30:00Z","rslvr-in-1","bad.example.","2001:db8::1"]

SELECT query_timestamp, query_name, cardinality(r53_rlogs.answers) AS n FROM r53_rlogs WHERE cardinality(r53_rlogs.answers) = 0;
--> ["2020-07-10T17:01:00Z","x1.evil.example.",0]

SELECT query_timestamp, srcids.instance, query_name, rcode FROM r53_rlogs WHERE srcids.instance = 'i-0d15cd0d3example' AND query_name LIKE '%evil.example.%';
--> ["2020-07-10T17:01:00Z","i-0d15cd0d3example","x1.evil.example.","NXDOMAIN"]

SELECT count(*) AS n, firewall_rule_action, firewall_rule_group_id, firewall_domain_list_id FROM r53_rlogs WHERE firewall_rule_action = 'BLOCK' GROUP BY 2, 3, 4;
--> [1,"BLOCK","rslvr-frg-1","rslvr-fdl-1"]

-- the table with partition projection
SELECT query_name, version FROM r53_rlogs WHERE "date" = '2020/07/10' AND vpc_id = 'vpc-00000001' ORDER BY query_name;
--> ["www.example.com.","1.100000"]
--> ["x1.evil.example.","1.100000"]

SELECT query_name FROM r53_rlogs WHERE date BETWEEN '2020/09/01' AND '2020/09/30';
--> ["bad.example."]
