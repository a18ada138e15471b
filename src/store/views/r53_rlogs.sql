-- AWS Security Analytics Bootstrap, r53dns
CREATE VIEW "default".r53dns AS
SELECT
  try_cast(version AS FLOAT) AS version, account_id, region, vpc_id, query_timestamp, query_name, query_type,
  query_class, rcode, list_transform(answers, lambda a: CAST(to_json(a) AS VARCHAR)) AS answers, srcaddr, srcport,
  transport, CAST(to_json(srcids) AS VARCHAR) AS srcids,
  accid AS account_partition, vpc_id AS vpc_partition, strftime(_time, '%Y/%m/%d') AS date_partition,
  uid, _time, _evidence, _record
FROM "default".r53_rlogs;
