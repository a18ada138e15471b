-- AWS Security Analytics Bootstrap, elb
CREATE VIEW "default".elb AS
SELECT
  *, strftime(_time, '%Y/%m/%d') AS date_partition, accid AS account_partition, region AS region_partition
FROM "default".nlb_tls_logs;
