-- AWS Security Analytics Bootstrap: cloudtrail, vpcflow, r53dns, alb_logs, elb

SELECT eventname, eventtime FROM cloudtrail WHERE account_partition = '111122223333' ORDER BY eventtime LIMIT 2;
--> ["ConsoleLogin","2021-07-10T10:00:00Z"]
--> ["AssumeRole","2021-07-10T10:01:00Z"]

SELECT count(*) FROM cloudtrail WHERE account_partition IN ('111122223333','444455556666','123456789012');
--> [25]

SELECT count(*) FROM cloudtrail WHERE region_partition = 'us-east-1';
--> [25]

SELECT count(*) FROM cloudtrail WHERE region_partition in ('us-east-1','us-east-2','us-west-2', 'us-west-2') AND date_partition >= '2021/07/01' AND date_partition <= '2021/07/31' LIMIT 10;
--> [8]

SELECT * FROM cloudtrail WHERE date_partition >= date_format(date_add('day',-30,current_timestamp), '%Y/%m/%d') LIMIT 10;
--> no rows

SELECT region_partition, count(*) as eventcount FROM cloudtrail
WHERE date_partition >= '2021/07/01' AND date_partition <= '2021/07/31' AND account_partition = '111122223333'
GROUP BY region_partition
ORDER BY eventcount DESC;
--> ["us-east-1",8]

SELECT region_partition, eventname, count(*) as eventcount FROM cloudtrail
WHERE date_partition >= '2021/07/01' AND date_partition <= '2021/07/31'
GROUP BY region_partition, eventname
ORDER BY region_partition, eventcount DESC, eventname LIMIT 2;
--> ["us-east-1","GetObject",2]
--> ["us-east-1","AssumeRole",1]

SELECT  useridentity.arn, eventname, array_agg(DISTINCT(sourceipaddress) ORDER BY sourceipaddress) AS sourceips FROM cloudtrail
WHERE useridentity.arn IS NOT NULL
AND (eventname = 'AssumeRole' OR eventname = 'ConsoleLogin')
AND date_partition >= '2021/07/01' AND date_partition <= '2021/07/31'
GROUP BY useridentity.arn, eventname
ORDER BY eventname;
--> ["arn:aws:iam::111122223333:user/alice","AssumeRole",["198.51.100.7"]]
--> ["arn:aws:iam::111122223333:user/alice","ConsoleLogin",["198.51.100.7"]]

SELECT useridentity.arn, useridentity.username,
  array_agg(DISTINCT(eventname) ORDER BY eventname) AS eventnames,
  array_agg(DISTINCT(sourceipaddress) ORDER BY sourceipaddress) AS sourceips,
  array_agg(DISTINCT(useragent) ORDER BY useragent) AS useragents FROM cloudtrail
WHERE eventname <> 'AssumeRole' AND eventname NOT LIKE 'Get%' AND eventname NOT LIKE 'List%' AND eventname NOT LIKE 'Describe%'
AND date_partition >= '2021/07/01' AND date_partition <= '2021/07/31'
GROUP BY useridentity.arn, useridentity.principalid, useridentity.username
ORDER BY 1;
--> ["arn:aws:iam::111122223333:user/alice","alice",["ConsoleLogin","CreateAccessKey","CreateUser","UpdateLoginProfile"],["10.1.2.3","198.51.100.7"],["aws-cli/2.2.0"]]
--> [null,null,["Decrypt"],["AWS Internal"],["aws-cli/2.2.0"]]

SELECT eventtime, useridentity.arn, useridentity.username, eventname, requestparameters
FROM cloudtrail
WHERE eventsource = 'iam.amazonaws.com' AND eventname NOT LIKE 'Get%' AND errorcode IS NULL AND date_partition <= '2021/07/31'
ORDER BY account_partition, eventtime;
--> ["2021-07-10T10:02:00Z","arn:aws:iam::111122223333:user/alice","alice","CreateAccessKey","{\"userName\":\"bob\"}"]
--> ["2021-07-10T10:03:00Z","arn:aws:iam::111122223333:user/alice","alice","UpdateLoginProfile","{\"userName\":\"bob\"}"]

SELECT eventtime, useridentity.username, eventname,
  JSON_EXTRACT_SCALAR(JSON_EXTRACT(responseelements, '$.accessKey'), '$.userName') AS userName,
  JSON_EXTRACT_SCALAR(JSON_EXTRACT(responseelements, '$.accessKey'), '$.accessKeyId') AS accessKey
FROM cloudtrail
WHERE eventname = 'CreateAccessKey' AND errorcode IS NULL
ORDER BY account_partition, eventtime;
--> ["2021-07-10T10:02:00Z","alice","CreateAccessKey","bob","AKIAI44QH8DHBEXAMPLE"]

SELECT eventtime, eventname, JSON_EXTRACT_SCALAR(requestparameters, '$.userName') AS "username with password modified"
FROM cloudtrail
WHERE eventname IN ('UpdateLoginProfile', 'CreateLoginProfile') AND errorcode IS NULL
ORDER BY account_partition, eventtime;
--> ["2021-07-10T10:03:00Z","UpdateLoginProfile","bob"]

-- Addresses that are no private ones, by order of addresses
SELECT DISTINCT sourceipaddress
FROM cloudtrail
WHERE   regexp_like(sourceipaddress, '^\d')
AND NOT ( (CAST(sourceipaddress AS IPADDRESS) > IPADDRESS '10.0.0.0'
AND CAST(sourceipaddress AS IPADDRESS) < IPADDRESS '10.255.255.255')
OR (CAST(sourceipaddress AS IPADDRESS) > IPADDRESS '172.16.0.0'
AND CAST(sourceipaddress AS IPADDRESS) < IPADDRESS '172.31.255.255'))
AND date_partition >= '2021/07/01' AND date_partition <= '2021/07/31'
ORDER BY 1;
--> ["198.51.100.7"]
--> ["203.0.113.9"]

SELECT eventversion, useridentity, eventtime, eventsource, eventname, awsregion, sourceipaddress, useragent, errorcode, errormessage, requestparameters, responseelements, additionaleventdata, requestid, eventid, resources, eventtype, apiversion, readonly, recipientaccountid, serviceeventdetails, sharedeventid, vpcendpointid, account_partition, region_partition, date_partition
FROM cloudtrail
WHERE account_partition = '111122223333' AND region_partition = 'us-east-1' AND date_partition >= date_format(date_add('day',-90,current_timestamp), '%Y/%m/%d');
--> no rows

-- Creating tables is refused: the rows can be written with --output
CREATE TABLE cloudtrail_orc
WITH (format = 'ORC', orc_compression = 'SNAPPY', partitioned_by = ARRAY['account_partition','region_partition','date_partition'] ) AS
SELECT eventversion, account_partition, region_partition, date_partition FROM cloudtrail;
--> error sql.forbidden: line 1, column 1: 'CREATE': only reading is possible (SELECT, WITH, VALUES, SHOW, DESCRIBE, EXPLAIN of these); to keep a result use --output

INSERT INTO cloudtrail_orc SELECT eventversion, account_partition FROM cloudtrail;
--> error sql.forbidden: line 1, column 1: 'INSERT': only reading is possible (SELECT, WITH, VALUES, SHOW, DESCRIBE, EXPLAIN of these); to keep a result use --output

SELECT version, account, interfaceid, sourceaddress, destinationaddress, action FROM vpcflow WHERE account_partition = '111122223333' ORDER BY starttime, sourceaddress LIMIT 2;
--> [5,"111122223333","eni-1","172.16.0.5","192.0.2.254","ACCEPT"]
--> [5,"111122223333","eni-1","192.0.2.1","172.16.0.5","ACCEPT"]

SELECT * FROM vpcflow WHERE region_partition in ('us-east-2','us-west-2') LIMIT 10;
--> no rows

SELECT region, instanceid, sourceaddress, destinationaddress, count(*) as record_count FROM vpcflow
WHERE date_partition >= '2020/07/01' AND date_partition <= '2020/07/31' AND account_partition = '111122223333' AND region_partition in ('us-east-1','us-east-2','us-west-2', 'us-west-2')
GROUP BY region, instanceid, sourceaddress, destinationaddress
ORDER BY record_count DESC, sourceaddress, destinationaddress;
--> ["us-east-1","i-000000000000000","172.16.0.5","172.16.0.9",1]
--> ["us-east-1","i-000000000000000","172.16.0.5","192.0.2.254",1]
--> ["us-east-1","i-000000000000000","192.0.2.1","172.16.0.5",1]
--> ["us-east-1","i-000000000000000","203.0.113.2","172.16.0.5",1]
--> ["us-east-1",null,null,null,1]

SELECT region, instanceid, sourceaddress, destinationaddress, sum(numbytes) as byte_count FROM vpcflow
WHERE (sourceaddress = '203.0.113.2' OR destinationaddress = '203.0.113.2') AND date_partition >= '2020/07/01'
GROUP BY region, instanceid, sourceaddress, destinationaddress
ORDER BY byte_count DESC;
--> ["us-east-1","i-000000000000000","203.0.113.2","172.16.0.5",60]

SELECT region, instanceid, sourceaddress, sourceport, destinationaddress, sum(numbytes) as byte_count FROM vpcflow
WHERE instanceid = 'i-000000000000000' AND sourceport = 443
GROUP BY region, instanceid, sourceaddress, sourceport, destinationaddress
ORDER BY byte_count DESC;
--> ["us-east-1","i-000000000000000","172.16.0.5",443,"192.0.2.254",90000]
--> ["us-east-1","i-000000000000000","192.0.2.1",443,"172.16.0.5",5000]

SELECT from_unixtime(starttime) AS start_time, from_unixtime(endtime) AS end_time, interfaceid, sourceaddress, destinationaddress, sourceport, destinationport, numpackets, numbytes, flowdirection, action
FROM vpcflow
WHERE (sourceaddress = '192.0.2.1' AND destinationaddress = '172.16.0.5') OR (sourceaddress = '172.16.0.5' AND destinationaddress = '192.0.2.1')
ORDER BY starttime ASC;
--> ["2020-07-10T12:00:00Z","2020-07-10T12:01:00Z","eni-1","192.0.2.1","172.16.0.5",40000,443,10,5000,"ingress","ACCEPT"]
--> ["2023-06-10T10:00:00Z","2023-06-10T10:01:00Z","eni-1","192.0.2.1","172.16.0.5",443,50000,10,5000,"ingress","ACCEPT"]

-- as published the column is flow_direction, which the published table spells flowdirection
SELECT from_unixtime(starttime) AS start_time, flow_direction, action FROM vpcflow ORDER BY starttime ASC;
--> error sql.unknown_column: line 1, column 48: there is no column 'flow_direction'; did you mean 'flowdirection'?

SELECT sourceaddress, min(starttime) AS first_seen, max(endtime) AS last_seen,
  array_agg(DISTINCT(destinationaddress)), array_agg(DISTINCT(instanceid)), array_agg(DISTINCT(destinationport))
FROM vpcflow
WHERE destinationport < 32768 -- skip ephemeral ports
AND date_partition >= '2020/07/01' AND sourceaddress = '203.0.113.2'
GROUP BY sourceaddress
ORDER by first_seen ASC;
--> ["203.0.113.2",1594382500,1594382560,["172.16.0.5"],["i-000000000000000"],[22]]

SELECT vpcflow.date_partition, vpcflow.sourceaddress, vpcflow.destinationaddress, sum(vpcflow.numbytes) as byte_count
FROM vpcflow
INNER JOIN (SELECT sourceaddress, sum(numbytes) as byte_count FROM vpcflow
WHERE sourceaddress like '192.0.2.%' AND date_partition >= '2020/07/01'
GROUP BY region, instanceid, sourceaddress, destinationaddress, destinationport
ORDER BY byte_count DESC
LIMIT 10) as top_n
ON top_n.sourceaddress = vpcflow.sourceaddress
WHERE date_partition >= '2020/07/01' AND date_partition <= '2020/07/31'
GROUP BY vpcflow.date_partition, vpcflow.sourceaddress, vpcflow.destinationaddress
ORDER BY vpcflow.date_partition ASC, vpcflow.sourceaddress ASC, vpcflow.destinationaddress ASC, byte_count DESC;
--> ["2020/07/10","192.0.2.1","172.16.0.5",10000]

-- as published with event_date, which the published table does not have
SELECT vpcflow.event_date, sum(vpcflow.numbytes) as byte_count FROM vpcflow GROUP BY vpcflow.event_date;
--> error sql.unknown_column: line 1, column 16: there is no column 'event_date'; days are in columns called date, day, date_partition or eventday: DESCRIBE shows which

SELECT sourceaddress, destinationaddress
FROM vpcflow
WHERE logstatus = 'OK' -- the others hold no addresses
AND ( ( NOT ( (CAST(sourceaddress AS IPADDRESS) > IPADDRESS '10.0.0.0' AND CAST(sourceaddress AS IPADDRESS) < IPADDRESS '10.255.255.255')
     OR (CAST(sourceaddress AS IPADDRESS) > IPADDRESS '172.16.0.0' AND CAST(sourceaddress AS IPADDRESS) < IPADDRESS '172.31.255.255'))
     AND ( (CAST(destinationaddress AS IPADDRESS) > IPADDRESS '172.16.0.0' AND CAST(destinationaddress AS IPADDRESS) < IPADDRESS '172.31.255.255')) ) )
AND date_partition >= '2020/07/01'
ORDER BY 1;
--> ["192.0.2.1","172.16.0.5"]
--> ["192.0.2.1","172.16.0.5"]
--> ["203.0.113.2","172.16.0.5"]

SELECT sourceaddress, destinationaddress FROM vpcflow
WHERE logstatus = 'OK'
AND contains('172.16.0.0/12', cast(sourceaddress as IPADDRESS))
AND contains('172.16.0.0/12', cast(destinationaddress as IPADDRESS));
--> ["172.16.0.5","172.16.0.9"]
--> ["172.16.0.5","172.16.0.9"]

SELECT count(*) FROM vpcflow
WHERE logstatus = 'OK'
AND NOT (contains('172.16.0.0/12', cast(sourceaddress as IPADDRESS)) AND contains('172.16.0.0/12', cast(destinationaddress as IPADDRESS)));
--> [4]

SELECT query_name, answers, srcids, version FROM r53dns WHERE vpc_partition = 'vpc-00000001' ORDER BY query_timestamp LIMIT 1;
--> ["www.example.com.",["{\"rdata\":\"203.0.113.2\",\"type\":\"A\",\"class\":\"IN\"}"],"{\"instance\":\"i-0d15cd0d3example\",\"resolver_endpoint\":null,\"resolver_network_interface\":null}",1.100000023841858]

SELECT count(*) FROM r53dns WHERE date_partition >= '2020/07/01' AND date_partition <= '2020/07/31' AND account_partition = '111122223333' AND vpc_partition in ('vpc-00000001','vpc-00000002');
--> [2]

SELECT  query_name, query_type, count(*) as query_count FROM r53dns
WHERE query_type <> 'AAAA' AND date_partition >= '2020/07/01'
GROUP BY query_name, query_type
ORDER BY query_count DESC, query_name;
--> ["www.example.com.","A",1]
--> ["x1.evil.example.","TXT",1]

SELECT element_at(split(query_name,'.'),-2) AS tld, element_at(split(query_name,'.'),-3) AS sld, query_name, query_type, count(*) AS query_count
FROM r53dns
WHERE query_type <> 'AAAA'
GROUP BY  query_name, query_type
ORDER BY  query_count DESC, query_name;
--> ["com","example","www.example.com.","A",1]
--> ["example","evil","x1.evil.example.","TXT",1]

-- as published: the table's srcids is text and its answers are texts, so that x.rdata and q.instance do not exist
SELECT * FROM r53dns WHERE contains(transform(answers, x-> x.rdata), '203.0.113.2') AND date_partition >= '2020/07/01';
--> error sql.type: line 1, column 62: 'x' has no members, since it is text; of JSON text write json_extract_scalar(x, '$.rdata'); answers and srcids of r53dns are texts, as AWS declares them: r53_rlogs has them with members

SELECT  query_name, query_type, array_distinct(filter(array_agg(srcids), q -> q.instance IS NOT NULL)) as instances,
  cardinality(array_distinct(filter(array_agg(srcids), q -> q.instance IS NOT NULL))) as query_count
FROM r53dns
GROUP BY query_name, query_type
ORDER by query_count DESC;
--> error sql.type: line 1, column 81: 'q' has no members, since it is text; of JSON text write json_extract_scalar(q, '$.instance'); answers and srcids of r53dns are texts, as AWS declares them: r53_rlogs has them with members

SELECT account_partition, elb FROM alb_logs GROUP BY account_partition, elb ORDER BY account_partition ASC;
--> ["111122223333","app/testalb/0123456789abcdef"]

SELECT elb, account_partition, count(*) as record_count FROM alb_logs
WHERE date_partition >= '2021/07/01' AND date_partition <= '2021/07/31' AND client_ip LIKE '69.110.128.117%'
GROUP BY elb, account_partition
ORDER BY record_count DESC;
--> ["app/testalb/0123456789abcdef","111122223333",1]

SELECT elb, account_partition, count(*) as record_count FROM alb_logs
WHERE date_partition >= '2021/07/01' AND elb_status_code = '502' AND type NOT LIKE 'https'
GROUP BY elb, account_partition
ORDER BY record_count DESC;
--> ["app/testalb/0123456789abcdef","111122223333",1]

SELECT user_agent, count(*) as record_count FROM alb_logs WHERE elb LIKE '%testalb%' GROUP BY user_agent ORDER BY record_count ASC, user_agent;
--> ["Mozilla/5.0 Safari/605",1]
--> ["python-requests/2",1]

SELECT type, time, elb_status_code, target_status_code, received_bytes, sent_bytes, request_verb, request_url, request_proto, user_agent, ssl_cipher, ssl_protocol, trace_id, domain_name, chosen_cert_arn, matched_rule_priority, request_creation_time, redirect_url, actions_executed
FROM alb_logs WHERE client_ip LIKE '69.110.128.117%' AND elb LIKE '%testalb%';
--> ["https","2021-07-10T10:00:01.123456Z","200","200",120,4096,"GET","https://shop.example.com:443/a","HTTP/2.0","Mozilla/5.0 Safari/605","TLS_AES_128_GCM_SHA256","TLSv1.3","Root=1-65e6f0d1-000000000000000000000001","shop.example.com","arn:aws:acm:us-east-1:111122223333:certificate/c1","1","2021-07-10T10:00:01.100000Z",null,"waf,forward"]

SELECT account_partition, elb FROM elb GROUP BY account_partition, elb ORDER BY account_partition ASC;
--> ["111122223333","net/test-elb/c6e77e28c25b2234"]

SELECT tls_protocol_version, elb, account_partition FROM elb
WHERE date_partition >= '2021/12/01' AND date_partition <= '2021/12/31'
GROUP BY tls_protocol_version, elb, account_partition
ORDER BY tls_protocol_version ASC;
--> ["tlsv1","net/test-elb/c6e77e28c25b2234","111122223333"]
--> ["tlsv12","net/test-elb/c6e77e28c25b2234","111122223333"]

SELECT domain_name, elb, account_partition, count(*) as record_count FROM elb GROUP BY domain_name, elb, account_partition ORDER BY record_count DESC;
--> ["my.example.com","net/test-elb/c6e77e28c25b2234","111122223333",2]

SELECT type, version, time, elb, listener_id, client_ip, client_port, target_ip, target_port, tcp_connection_time_ms, tls_handshake_time_ms, received_bytes, sent_bytes, incoming_tls_alert, cert_arn string, certificate_serial, tls_cipher_suite, tls_protocol_version, tls_named_group, domain_name, alpn_fe_protocol, alpn_be_protocol, alpn_client_preference_list
FROM elb
WHERE date_partition >= '2021/12/01' AND client_ip LIKE '69.110.128.117%' AND elb LIKE '%test-elb%';
--> ["tls","2.0","2021-12-10T10:00:00","net/test-elb/c6e77e28c25b2234","g3d4b5e8bb8464cd","69.110.128.117",51341,"172.100.100.185",443,5.0,2.0,98,246,null,"arn:aws:acm:us-east-1:111122223333:certificate/2a",null,"ECDHE-RSA-AES128-SHA","tlsv12",null,"my.example.com","h2","h2","h2"]
