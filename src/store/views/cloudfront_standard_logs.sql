-- The name and columns of the table in older editions of the Athena guide.
CREATE VIEW "default".cloudfront_logs AS
SELECT
  "date", "time", x_edge_location AS location, sc_bytes AS bytes, c_ip AS request_ip, cs_method AS "method",
  cs_host AS host, cs_uri_stem AS uri, sc_status AS "status", cs_referrer AS referrer, cs_user_agent AS user_agent,
  cs_uri_query AS query_string, cs_cookie AS cookie, x_edge_result_type AS result_type,
  x_edge_request_id AS request_id, x_host_header AS host_header, cs_protocol AS request_protocol,
  cs_bytes AS request_bytes, time_taken, x_forwarded_for AS xforwarded_for, ssl_protocol, ssl_cipher,
  x_edge_response_result_type AS response_result_type, cs_protocol_version AS http_version, fle_status,
  fle_encrypted_fields, c_port, time_to_first_byte, x_edge_detailed_result_type, sc_content_type, sc_content_len,
  sc_range_start, sc_range_end, uid, _time, _evidence, _record
FROM "default".cloudfront_standard_logs;
