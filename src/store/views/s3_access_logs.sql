-- Amazon S3 User Guide, "Using Amazon S3 server access logs to identify requests": s3_access_logs_db.mybucket_logs
CREATE VIEW "default".mybucket_logs AS SELECT * FROM "default".s3_access_logs;
