-- Amazon Athena User Guide: load balancers; Amazon S3 User Guide: server access logs

SELECT COUNT(request_verb) AS count, request_verb, client_ip FROM alb_access_logs GROUP BY request_verb, client_ip ORDER BY client_ip LIMIT 100;
--> [1,"POST","198.51.100.7"]
--> [1,"GET","69.110.128.117"]

SELECT request_url FROM alb_access_logs WHERE user_agent LIKE '%Safari%' LIMIT 10;
--> ["https://shop.example.com:443/a"]

SELECT * FROM alb_access_logs WHERE elb_status_code >= 500;
--> ["http","2021-07-10T11:00:01.123456Z","app/testalb/0123456789abcdef","198.51.100.7",40001,"10.0.1.5",80,0.001,0.02,0.0,502,null,300,600,"POST","http://shop.example.com:80/login","HTTP/1.1","python-requests/2",null,null,"arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0011223344556677","Root=1-65e6f0d1-000000000000000000000002",null,null,"1","2021-07-10T11:00:01.100000Z","forward",null,null,"10.0.1.5:80",null,"Ambiguous","UndefinedContentLengthSemantics","TID_0012","us-east-1","111122223333","2021","07","11","2021-07-10","2021/07/10","3045fe1d-9855-9c4b-086e-94db5951dda5","2021-07-10T11:00:01.123456Z",7,1]

SELECT client_ip, sum(received_bytes) FROM alb_access_logs
WHERE parse_datetime(time,'yyyy-MM-dd''T''HH:mm:ss.SSSSSS''Z')
  BETWEEN parse_datetime('2021-07-10-10:30:00','yyyy-MM-dd-HH:mm:ss') AND parse_datetime('2021-07-11-00:00:00','yyyy-MM-dd-HH:mm:ss')
GROUP BY client_ip;
--> ["198.51.100.7",300]

-- the older table and pattern
SELECT client_ip, sum(received_bytes) FROM alb_logs
WHERE parse_datetime(time,'yyyy-MM-dd''T''HH:mm:ss.SSSSSS''Z') > parse_datetime('2021-07-10-10:30:00','yyyy-MM-dd-HH:mm:ss')
GROUP BY client_ip;
--> ["198.51.100.7",300]

SELECT elb, classification, classification_reason, conn_trace_id FROM alb_access_logs WHERE day = '2021/07/10' AND classification IS NOT NULL;
--> ["app/testalb/0123456789abcdef","Ambiguous","UndefinedContentLengthSemantics","TID_0012"]

SELECT typeof(elb_status_code), typeof(target_status_code) FROM alb_access_logs LIMIT 1;
--> ["integer","varchar"]

SELECT DISTINCT client_ip, count() AS count FROM alb_connection_logs WHERE tls_verify_status != 'Success' GROUP BY client_ip ORDER BY count() DESC;
--> ["198.51.100.7",1]

SELECT time, client_ip, tls_handshake_latency, leaf_client_cert_subject, conn_trace_id FROM alb_connection_logs
WHERE ( parse_datetime(time, 'yyyy-MM-dd''T''HH:mm:ss.SSSSSS''Z') BETWEEN parse_datetime('2024-01-01-00:00:00', 'yyyy-MM-dd-HH:mm:ss') AND parse_datetime('2024-03-20-00:00:00', 'yyyy-MM-dd-HH:mm:ss') )
  AND (tls_handshake_latency >= 2.0);
--> ["2024-02-10T10:00:00.123456Z","198.51.100.7",2.5,"CN=client","TID_1"]

SELECT client_ip, listener_port, tls_protocol, tls_cipher FROM alb_connection_logs WHERE day = '2024/02/10' ORDER BY 1;
--> ["198.51.100.7",443,"TLSv1.2","ECDHE-RSA-AES128-GCM-SHA256"]
--> ["198.51.100.8",443,"TLSv1.3","TLS_AES_128_GCM_SHA256"]

SELECT timestamp, elb_name, backend_ip, backend_response_code FROM elb_logs
WHERE backend_response_code LIKE '4%' OR backend_response_code LIKE '5%'
LIMIT 100;
--> ["2020-07-10T10:00:00.000000Z","classic","10.0.0.1","404"]

SELECT sum(backend_processing_time) AS total_ms, elb_name FROM elb_logs GROUP BY elb_name LIMIT 100;
--> [0.4,"classic"]

SELECT count(*) AS ct, cert_arn FROM nlb_tls_logs GROUP BY cert_arn;
--> [2,"arn:aws:acm:us-east-1:111122223333:certificate/2a"]

SELECT tls_protocol_version, COUNT(tls_protocol_version) AS num_connections, client_ip FROM nlb_tls_logs
WHERE tls_protocol_version < 'tlsv12'
GROUP BY tls_protocol_version, client_ip;
--> ["tlsv1",1,"198.51.100.9"]

SELECT domain_name, count(*) AS n, min(tls_handshake_time_ms) AS fastest, max(tls_connection_creation_time) AS last FROM nlb_tls_logs GROUP BY domain_name ORDER BY n DESC;
--> ["my.example.com",2,2.0,"2021-12-10T10:59:59"]

SELECT requestdatetime, remoteip, requester, key
FROM s3_access_logs_db.mybucket_logs
WHERE key = 'images/picture.jpg' AND operation like '%DELETE%';
--> ["18/Feb/2019:07:30:00 +0000","192.0.2.3","arn:aws:iam::111122223333:user/ann","images/picture.jpg"]

SELECT count(*) FROM "s3_access_logs_db"."mybucket_logs" WHERE requester='arn:aws:iam::111122223333:user/ann';
--> [2]

SELECT bucketowner, bucket_name, requestdatetime, remoteip, requester, requestid, operation, key, request_uri, httpstatus, errorcode, bytessent, objectsize, totaltime, turnaroundtime, referrer, useragent, versionid, hostid, sigv, ciphersuite, authtype, endpoint, tlsversion, accesspointarn, aclrequired
FROM s3_access_logs_db.mybucket_logs
WHERE Key='images/picture.jpg' AND Operation LIKE 'REST.PUT.OBJECT'
  AND parse_datetime(RequestDateTime,'dd/MMM/yyyy:HH:mm:ss Z') BETWEEN parse_datetime('2019-02-18:07:00:00','yyyy-MM-dd:HH:mm:ss') AND parse_datetime('2019-02-18:08:00:00','yyyy-MM-dd:HH:mm:ss');
--> ["79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be","mybucket","18/Feb/2019:07:45:00 +0000","192.0.2.3","arn:aws:iam::111122223333:user/ann","3E57427F3EXAMPL2","REST.PUT.OBJECT","images/picture.jpg","PUT /mybucket/images/picture.jpg HTTP/1.1","200",null,10,4096,"7","3",null,"aws-cli/2","v1","h2=","SigV2","ECDHE-RSA-AES128-GCM-SHA256","AuthHeader","mybucket.s3.us-east-1.amazonaws.com","TLSV1.1","arn:aws:s3:us-east-1:111122223333:accesspoint/ap","Yes"]

SELECT SUM(bytessent) AS uploadTotal, SUM(objectsize) AS objectTotal, SUM(bytessent + objectsize) AS Total
FROM s3_access_logs_db.mybucket_logs
WHERE RemoteIP='192.0.2.3' AND parse_datetime(RequestDateTime,'dd/MMM/yyyy:HH:mm:ss Z') BETWEEN parse_datetime('2019-02-18','yyyy-MM-dd') AND parse_datetime('2019-02-19','yyyy-MM-dd');
--> [10,8192,4106]

SELECT requester, sigv, ciphersuite, tlsversion, count(sigv) AS sigcount FROM s3_access_logs_db.mybucket_logs WHERE sigv = 'SigV2' GROUP BY requester, sigv, ciphersuite, tlsversion;
--> ["arn:aws:iam::111122223333:user/ann","SigV2","ECDHE-RSA-AES128-GCM-SHA256","TLSV1.1",1]

SELECT bucket_name, requester, key, operation, aclrequired, requestdatetime
FROM s3_access_logs_db.mybucket_logs
WHERE aclrequired = 'Yes' AND parse_datetime(requestdatetime, 'dd/MMM/yyyy:HH:mm:ss Z') BETWEEN parse_datetime('2019-02-10', 'yyyy-MM-dd') AND parse_datetime('2019-02-20', 'yyyy-MM-dd');
--> ["mybucket","arn:aws:iam::111122223333:user/ann","images/picture.jpg","REST.PUT.OBJECT","Yes","18/Feb/2019:07:45:00 +0000"]

SELECT remoteip, httpstatus, errorcode FROM s3_access_logs WHERE httpstatus = '403' AND "timestamp" = '2019/02/19';
--> ["198.51.100.9","403","AccessDenied"]

SELECT endpoint, count(requester) AS n FROM s3_access_logs_db.mybucket_logs WHERE timestamp BETWEEN '2019/02/18' AND '2019/02/19' AND accesspointarn IS NOT NULL GROUP BY endpoint;
--> ["mybucket.s3.us-east-1.amazonaws.com",1]
