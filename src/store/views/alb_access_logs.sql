-- The name of the table in older editions of the Athena guide and in AWS Security Analytics Bootstrap, where the
-- status is text.
CREATE VIEW "default".alb_logs AS
SELECT
  * REPLACE (CAST(elb_status_code AS VARCHAR) AS elb_status_code),
  strftime(_time, '%Y/%m/%d') AS date_partition, accid AS account_partition, region AS region_partition
FROM "default".alb_access_logs;
