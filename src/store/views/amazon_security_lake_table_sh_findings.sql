-- AWS Security Analytics Bootstrap: the view that maps OCSF to names of the Security Hub finding format
CREATE VIEW "default".sh_findings_view AS
SELECT
  metadata.product.version AS "SchemaVersion", metadata.product.feature.uid AS "GeneratorId",
  metadata.product.feature.name AS "ProductName", metadata.product.uid AS "ProductArn",
  metadata.product.vendor_name AS "CompanyName", metadata.product.name AS "Security Hub",
  metadata.version AS "Version", to_timestamp("time" / 1000.0) AS "Time", confidence AS "Confidence",
  severity AS "Severity", state AS "WorkflowStatus",
  coalesce(cloud.account_uid, cloud.account.uid) AS "AWSAccountId", resources[1]."type" AS "ResourceType",
  resources[1].uid AS "ResourceId", resources[1].cloud_partition AS "ResourcePartition",
  resources[1].region AS "ResourceRegion", resources[1].details AS "resources.details",
  to_timestamp(finding.created_time / 1000.0) AS "CreatedAt", finding.uid AS "Id", finding."desc" AS "Description",
  finding.title AS "Title", split_part(finding.title, ' ', 1) AS "ProductFields.ControlId",
  to_timestamp(finding.modified_time / 1000.0) AS "UpdatedAt",
  to_timestamp(finding.first_seen_time / 1000.0) AS "FirstObservedAt",
  to_timestamp(finding.last_seen_time / 1000.0) AS "LastObservedAt", finding.types[1] AS "Types",
  finding.remediation."desc" AS "RecomendationText", finding.src_url AS "RecommendationUrl",
  compliance.status AS "ComplianceStatus", compliance.status_detail AS "Compliance.StatusReasons.Description",
  class_name AS "SecurityFinding",
  json_extract_string(try_cast(unmapped AS JSON), '$."Severity_Normalized"') AS "SeverityNormalized",
  json_extract_string(try_cast(unmapped AS JSON), '$."Severity_Original"') AS "SeverityOriginal",
  json_extract_string(try_cast(unmapped AS JSON), '$."FindingProviderFields"') AS "FindingProviderFields",
  region AS "Region", accountid AS "AccountId", eventday AS "EventDay"
FROM "default".amazon_security_lake_table_sh_findings;
