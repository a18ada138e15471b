#include "sample/calls.h"

namespace backtrail::sample {
namespace {

constexpr std::string_view kBucket = R"({"bucketName":"$bucket","Host":"$host"})";
constexpr std::string_view kNoPolicy = "The bucket policy does not exist";

}  // namespace

const std::vector<std::vector<Template>>& console_pages() {
  static const std::vector<std::vector<Template>> pages{
      {{"ec2", "DescribeInstances", R"({"maxResults":1000,"instancesSet":{},"filterSet":{}})"},
       {"ec2", "DescribeInstanceStatus",
        R"({"instancesSet":{},"filterSet":{},"includeAllInstances":true})"},
       {"ec2", "DescribeTags",
        R"({"maxResults":1000,"filterSet":{"items":[{"name":"resource-type","valueSet":{"items":[{"value":"instance"}]}}]}})"},
       {"ec2", "DescribeVolumes", R"({"volumeSet":{},"filterSet":{}})"},
       {"ec2", "DescribeAddresses", R"({"publicIpsSet":{},"filterSet":{},"allocationIdsSet":{}})"},
       {"ec2", "DescribeSecurityGroups",
        R"({"securityGroupSet":{},"securityGroupIdSet":{},"filterSet":{}})"},
       {"ec2", "DescribeAccountAttributes",
        R"({"accountAttributeNameSet":{"items":[{"attributeName":"default-vpc"}]},"filterSet":{}})"},
       {"autoscaling", "DescribeAutoScalingGroups", R"({"maxRecords":100})"},
       {"elasticloadbalancing", "DescribeLoadBalancers", R"({"pageSize":200})"}},
      {{"s3", "ListBuckets", R"({"Host":"s3.eu-west-1.amazonaws.com"})"},
       {"s3", "GetBucketLocation", kBucket},
       {"s3", "GetBucketAcl", kBucket},
       {"s3", "GetBucketPolicyStatus", kBucket, "NoSuchBucketPolicy", kNoPolicy},
       {"s3", "GetBucketPublicAccessBlock", kBucket},
       {"s3", "GetBucketVersioning", kBucket},
       {"s3", "GetBucketTagging", kBucket},
       {"s3", "GetBucketEncryption", kBucket},
       {"s3", "ListAccessPoints",
        R"({"bucket":"$bucket","maxResults":"1000","Host":"$account.s3-control.eu-west-1.amazonaws.com"})"},
       {"s3", "GetAccountPublicAccessBlock",
        R"({"publicAccessBlock":"","Host":"$account.s3-control.eu-west-1.amazonaws.com"})"}},
      {{"lambda", "ListFunctions20150331", R"({"maxItems":50})"},
       {"lambda", "GetAccountSettings20160819"},
       {"lambda", "ListEventSourceMappings20150331", R"({"maxItems":100})"},
       {"lambda", "ListLayers20181031", R"({"maxItems":50})"},
       {"tagging", "GetResources",
        R"({"resourceTypeFilters":["lambda:function"],"resourcesPerPage":100})"}},
      {{"ecs", "ListClusters", R"({"maxResults":100})"},
       {"ecs", "DescribeClusters", R"({"clusters":["main"],"include":["STATISTICS","TAGS"]})"},
       {"ecs", "ListServices", R"({"cluster":"main","maxResults":100})"},
       {"ecs", "DescribeServices",
        R"({"cluster":"main","services":["orders-api","billing-worker"]})"},
       {"ecs", "ListTasks", R"({"cluster":"main","desiredStatus":"RUNNING"})"},
       {"ecs", "DescribeTaskDefinition", R"({"taskDefinition":"orders-api:118"})"}},
      {{"logs", "DescribeLogGroups", R"({"limit":50})"},
       {"logs", "DescribeLogStreams",
        R"({"logGroupName":"/ecs/orders-api","orderBy":"LastEventTime","descending":true,"limit":50})"},
       {"monitoring", "DescribeAlarms", R"({"maxRecords":100})"},
       {"monitoring", "ListDashboards"},
       {"monitoring", "GetMetricData", R"({"maxDatapoints":5000})"}},
      {{"iam", "ListUsers", R"({"maxItems":100})"},
       {"iam", "ListRoles", R"({"maxItems":1000})"},
       {"iam", "ListPolicies", R"({"scope":"Local","maxItems":1000,"onlyAttached":false})"},
       {"iam", "GetAccountSummary"},
       {"iam", "ListAccountAliases"},
       {"access-analyzer", "ListAnalyzers", R"({"type":"ACCOUNT"})"}},
      {{"rds", "DescribeDBInstances", R"({"maxRecords":100})"},
       {"rds", "DescribeDBClusters", R"({"maxRecords":100})"},
       {"rds", "DescribeDBSnapshots", R"({"maxRecords":100})"},
       {"rds", "DescribeEvents", R"({"duration":10080})"},
       {"pi", "ListAvailableResourceMetrics", "", "NotAuthorizedException",
        "Performance Insights is not enabled"}}};
  return pages;
}

const std::vector<Template>& command_line_reads() {
  static const std::vector<Template> reads{
      {"sts", "GetCallerIdentity"},
      {"s3", "ListBuckets", R"({"Host":"s3.eu-west-1.amazonaws.com"})"},
      {"ecs", "DescribeServices", R"({"cluster":"main","services":["orders-api"]})"},
      {"ecs", "ListTasks", R"({"cluster":"main"})"},
      {"logs", "FilterLogEvents",
       R"({"logGroupName":"/ecs/orders-api","filterPattern":"ERROR","startTime":1770000000000})"},
      {"logs", "StartQuery",
       R"({"logGroupName":"/ecs/orders-api","queryString":"fields @timestamp, @message | limit 20"})"},
      {"cloudformation", "DescribeStacks", R"({"stackName":"network"})"},
      {"lambda", "GetFunction20150331v2", R"({"functionName":"invoice-render"})"},
      {"ssm", "GetParameter", R"({"name":"/orders/api/endpoint","withDecryption":false})"},
      {"ec2", "DescribeInstances",
       R"({"instancesSet":{},"filterSet":{"items":[{"name":"instance-state-name","valueSet":{"items":[{"value":"running"}]}}]}})"},
      {"ec2", "DescribeSubnets", R"({"subnetSet":{},"filterSet":{}})"},
      {"rds", "DescribeDBInstances", R"({"dBInstanceIdentifier":"orders"})"},
      {"ecr", "DescribeImages", R"({"repositoryName":"orders-api","maxResults":50})"}};
  return reads;
}

const std::vector<Template>& daily_changes() {
  static const std::vector<Template> changes{
      {"ssm", "PutParameter",
       R"({"name":"/orders/api/flags","type":"String","value":"HIDDEN_DUE_TO_SECURITY_REASONS","overwrite":true})"},
      {"ec2", "CreateTags",
       R"({"resourcesSet":{"items":[{"resourceId":"$instance"}]},"tagSet":{"items":[{"key":"owner","value":"platform"}]}})"},
      {"logs", "PutRetentionPolicy", R"({"logGroupName":"/ecs/orders-api","retentionInDays":90})"},
      {"ecs", "UpdateService", R"({"cluster":"main","service":"orders-api","desiredCount":4})"},
      {"monitoring", "PutMetricAlarm",
       R"({"alarmName":"orders-5xx","metricName":"HTTPCode_Target_5XX_Count","threshold":25.0,"period":300})"},
      {"lambda", "UpdateFunctionConfiguration20150331v2",
       R"({"functionName":"nightly-fixtures","timeout":120,"memorySize":512})"},
      {"s3", "PutBucketTagging",
       R"({"bucketName":"$bucket","tagging":"","Host":"$host","Tagging":{"TagSet":{"Tag":{"Key":"cost-center","Value":"4711"}}}})"},
      {"rds", "CreateDBSnapshot",
       R"({"dBInstanceIdentifier":"orders-test","dBSnapshotIdentifier":"orders-test-before-migration"})"}};
  return changes;
}

const std::vector<Template>& posture_reads() {
  static const std::vector<Template> reads{
      {"iam", "GetAccountPasswordPolicy"},
      {"iam", "GenerateCredentialReport"},
      {"iam", "GetAccountAuthorizationDetails", R"({"maxItems":1000})"},
      {"iam", "ListUsers", R"({"maxItems":1000})"},
      {"s3", "ListBuckets", R"({"Host":"s3.eu-west-1.amazonaws.com"})"},
      {"s3", "GetBucketPolicy", kBucket, "NoSuchBucketPolicy", kNoPolicy},
      {"s3", "GetBucketEncryption", kBucket},
      {"s3", "GetBucketPublicAccessBlock", kBucket},
      {"ec2", "DescribeSecurityGroups",
       R"({"securityGroupSet":{},"securityGroupIdSet":{},"filterSet":{}})"},
      {"ec2", "DescribeSnapshots",
       R"({"ownersSet":{"items":[{"owner":"self"}]},"snapshotSet":{},"filterSet":{},"sharedUsersSet":{}})"},
      {"ec2", "DescribeInstances", R"({"instancesSet":{},"filterSet":{}})"},
      {"ec2", "DescribeFlowLogs", R"({"DescribeFlowLogsRequest":{"MaxResults":1000}})"},
      {"ec2", "GetEbsEncryptionByDefault", R"({"GetEbsEncryptionByDefaultRequest":""})"},
      {"cloudtrail", "DescribeTrails", R"({"includeShadowTrails":true,"trailNameList":[]})"},
      {"guardduty", "ListDetectors", R"({"maxResults":"50"})"},
      {"config", "DescribeConfigurationRecorders"},
      {"rds", "DescribeDBInstances", R"({"maxRecords":100})"},
      {"kms", "ListKeys", R"({"limit":1000})"},
      {"lambda", "ListFunctions20150331", R"({"maxItems":50})"},
      {"securityhub", "DescribeHub", "", "InvalidAccessException",
       "Account is not subscribed to AWS Security Hub"}};
  return reads;
}

}  // namespace backtrail::sample
