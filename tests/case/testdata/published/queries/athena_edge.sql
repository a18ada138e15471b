-- Amazon Athena User Guide: CloudFront, Global Accelerator; AWS incident response playbooks

SELECT SUM(bytes) AS total_bytes
FROM cloudfront_logs
WHERE "date" BETWEEN DATE '2018-06-09' AND DATE '2018-06-11'
LIMIT 100;
--> [4196]

SELECT DISTINCT date, request_ip, uri, status, time_taken FROM default.cloudfront_logs ORDER BY date LIMIT 10;
--> ["2018-06-09","198.51.100.7","/a",200,0.125]
--> ["2018-06-10","198.51.100.7","/b",502,0.125]
--> ["2018-06-20","198.51.100.8","/a",200,0.125]

SELECT request_ip AS source_ip, COUNT(*) AS total_requests, COUNT(DISTINCT uri) AS unique_uris, SUM(CASE WHEN status >= 500 THEN 1 ELSE 0 END) AS requests_causing_5xx, APPROX_PERCENTILE(time_taken, 0.95) AS p95
FROM cloudfront_logs
WHERE date = DATE '2018-06-10' AND time BETWEEN '09:00:00' AND '16:00:00'
GROUP BY request_ip
HAVING COUNT(*) > 0
ORDER BY total_requests DESC;
--> ["198.51.100.7",1,1,1,0.125]

-- as published with the log's names of fields, which no published table has
SELECT "c-ip" AS source_ip, COUNT(*) AS request_count FROM cloudfront_logs WHERE date BETWEEN DATE '2018-06-09' AND DATE '2018-06-11' GROUP BY "c-ip";
--> error sql.unknown_column: line 1, column 8: there is no column 'c-ip'; table cloudfront_real_time_logs has a column 'c_ip'

SELECT * FROM aga_flow_logs WHERE direction = 'INGRESS' LIMIT 100;
--> ["2.0","111122223333","0a1b2c3d-0000-4000-8000-000000000001","198.51.100.7",37760,"192.0.2.1",80,"10.0.1.2",443,"TCP","IPV4",3,180,1625911201,1625911211,"ACCEPT","OK",null,0,"eu-west-1","DUB56-1","INGRESS","vpc-01",null,"eu-west-1","111122223333","2021","07","10","10","2021-07-10","2021/07/10","47c6af06-4f69-b48f-b1a3-a4637b0f77b4","2021-07-10T10:00:01Z",10,0]

SELECT acceleratorid, clientip, sum(numbytes) AS bytes, max(from_unixtime(endtime)) AS last FROM aga_flow_logs WHERE dt BETWEEN '2021/07/01' AND '2021/07/31' GROUP BY acceleratorid, clientip ORDER BY bytes DESC;
--> ["0a1b2c3d-0000-4000-8000-000000000001","203.0.113.9",9000,"2021-07-10T10:00:11Z"]
--> ["0a1b2c3d-0000-4000-8000-000000000001","198.51.100.7",180,"2021-07-10T10:00:11Z"]
