-- The data events and the EKS audit logs that Security Lake keeps in tables of their own are API activity too.
CREATE VIEW "default".amazon_security_lake_table_lambda_execution AS
SELECT * FROM "default".amazon_security_lake_table_cloud_trail_mgmt
WHERE api.service.name = 'lambda.amazonaws.com' AND api.operation LIKE 'Invoke%';

CREATE VIEW "default".amazon_security_lake_table_s3_data AS
SELECT * FROM "default".amazon_security_lake_table_cloud_trail_mgmt
WHERE api.service.name = 's3.amazonaws.com'
  AND (api.operation LIKE '%Object%' OR api.operation LIKE '%Part' OR api.operation LIKE '%MultipartUpload')
  AND api.operation NOT LIKE '%ObjectLockConfiguration';

CREATE VIEW "default".amazon_security_lake_table_eks_audit AS
SELECT * FROM "default".amazon_security_lake_table_cloud_trail_mgmt
WHERE metadata.product.name = 'Amazon EKS' OR metadata.log_name LIKE '%audit%';
