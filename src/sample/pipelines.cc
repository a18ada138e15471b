#include <fmt/format.h>

#include "sample/calls.h"
#include "sample/lineage.h"

namespace backtrail::sample {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kTerraform =
    "APN/1.0 HashiCorp/1.0 Terraform/1.10.5 (+https://www.terraform.io) "
    "terraform-provider-aws/5.84.0 "
    "(+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.33.0 ua/2.1 os/linux "
    "lang/go#1.23.3 md/GOOS#linux md/GOARCH#amd64";

/// What Terraform reads back for every resource in its state.
const std::vector<Template>& state_reads() {
  static const std::vector<Template> reads{
      {"ec2", "DescribeVpcs", R"({"vpcSet":{},"filterSet":{}})"},
      {"ec2", "DescribeVpcAttribute", R"({"vpcId":"$instance","attribute":"enableDnsSupport"})"},
      {"ec2", "DescribeSubnets", R"({"subnetSet":{},"filterSet":{}})"},
      {"ec2", "DescribeRouteTables", R"({"routeTableIdSet":{},"filterSet":{}})"},
      {"ec2", "DescribeSecurityGroups",
       R"({"securityGroupSet":{},"securityGroupIdSet":{},"filterSet":{}})"},
      {"ec2", "DescribeSecurityGroupRules",
       R"({"DescribeSecurityGroupRulesRequest":{"MaxResults":1000}})"},
      {"iam", "GetRole", R"({"roleName":"orders-api-role"})"},
      {"iam", "ListRolePolicies", R"({"roleName":"orders-api-role"})"},
      {"iam", "ListAttachedRolePolicies", R"({"roleName":"orders-api-role"})"},
      {"iam", "GetPolicy", R"({"policyArn":"arn:aws:iam::$account:policy/orders-api"})"},
      {"iam", "GetPolicyVersion",
       R"({"policyArn":"arn:aws:iam::$account:policy/orders-api","versionId":"v3"})"},
      {"s3", "GetBucketPolicy", R"({"bucketName":"$bucket","Host":"$host","policy":""})",
       "NoSuchBucketPolicy", "The bucket policy does not exist"},
      {"s3", "GetBucketVersioning", R"({"bucketName":"$bucket","Host":"$host","versioning":""})"},
      {"s3", "GetBucketLifecycle", R"({"bucketName":"$bucket","Host":"$host","lifecycle":""})",
       "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"},
      {"s3", "GetBucketCors", R"({"bucketName":"$bucket","Host":"$host","cors":""})",
       "NoSuchCORSConfiguration", "The CORS configuration does not exist"},
      {"ssm", "GetParameter", R"({"name":"/orders/api/endpoint","withDecryption":true})"},
      {"ssm", "ListTagsForResource",
       R"({"resourceType":"Parameter","resourceId":"/orders/api/endpoint"})"},
      {"secretsmanager", "DescribeSecret", R"({"secretId":"orders/db"})"},
      {"secretsmanager", "GetResourcePolicy", R"({"secretId":"orders/db"})"},
      {"lambda", "GetFunction20150331v2", R"({"functionName":"invoice-render"})"},
      {"lambda", "ListVersionsByFunction20150331", R"({"functionName":"invoice-render"})"},
      {"logs", "DescribeLogGroups", R"({"logGroupNamePrefix":"/ecs/orders-api"})"},
      {"logs", "ListTagsForResource",
       R"({"resourceArn":"arn:aws:logs:eu-west-1:$account:log-group:/ecs/orders-api"})"},
      {"kms", "DescribeKey", R"({"keyId":"alias/orders"})"},
      {"kms", "GetKeyRotationStatus", R"({"keyId":"alias/orders"})"},
      {"ecs", "DescribeClusters", R"({"clusters":["main"]})"},
      {"ecs", "DescribeTaskDefinition", R"({"taskDefinition":"orders-api"})"},
      {"rds", "DescribeDBInstances", R"({"dBInstanceIdentifier":"orders"})"}};
  return reads;
}

const std::vector<Template>& release_changes() {
  static const std::vector<Template> changes{
      {"ecs", "RegisterTaskDefinition",
       R"({"family":"orders-api","networkMode":"awsvpc","cpu":"512","memory":"1024","taskRoleArn":"arn:aws:iam::$account:role/orders-api-role","executionRoleArn":"arn:aws:iam::$account:role/ecs-execution"})"},
      {"ecs", "UpdateService",
       R"({"cluster":"main","service":"orders-api","taskDefinition":"orders-api"})"},
      {"lambda", "UpdateFunctionCode20150331v2",
       R"({"functionName":"invoice-render","s3Bucket":"example-artifacts","publish":true,"dryRun":false})"},
      {"ssm", "PutParameter",
       R"({"name":"/orders/api/release","type":"String","value":"HIDDEN_DUE_TO_SECURITY_REASONS","overwrite":true})"},
      {"ec2", "CreateTags",
       R"({"resourcesSet":{"items":[{"resourceId":"$instance"}]},"tagSet":{"items":[{"key":"release","value":"weekly"}]}})"},
      {"monitoring", "PutMetricAlarm",
       R"({"alarmName":"orders-latency","metricName":"TargetResponseTime","threshold":1.5,"period":60})"}};
  return changes;
}

/// A release between the hours `from` and `to`.
void deploy(Scene& scene, Random& random, const Role& role, unsigned day, int from, int to) {
  const World& w = scene.world;
  const int hour = random.between(from, to);
  Seconds t = scene.at(day, hour, random.between(0, 59));
  const bool throttled = random.chance(25);
  const bool production = role.account == w.production.id;
  Actor ci = federate(
      scene, random, role, t, "eu-west-1",
      {.provider = fmt::format("arn:aws:iam::{}:oidc-provider/token.actions.githubusercontent.com",
                               role.account),
       .subject = fmt::format("repo:example-org/platform:ref:refs/heads/{}",
                              production ? "main" : "develop"),
       .session_name = "GitHubActions",
       .address = fmt::format("198.51.100.{}", random.between(150, 179)),
       .agent = "aws-sdk-nodejs/2.1692.0 linux/v20.18.1 "
                "configure-aws-credentials-for-github-actions promise"});
  ci.agent = kTerraform;
  const Places places{
      .bucket = random.pick(production ? w.production_buckets : w.development_buckets),
      .instance = w.production_vpc};
  t += seconds(random.between(20, 40));
  scene.journal.call(ci, t, "eu-west-1", {.service = "sts", .name = "GetCallerIdentity"});
  for (const Template& read : state_reads()) {
    if (random.chance(5)) t += seconds(1);  // many calls fall into one second
    Call call = make_call(read, places, ci, "eu-west-1");
    if (throttled && random.chance(12)) {
      call.error_code =
          call.service == "ec2" ? "Client.RequestLimitExceeded" : "ThrottlingException";
      call.error_message = "Rate exceeded";
      scene.journal.call(ci, t, "eu-west-1", call);
      t += seconds(1);
      call = make_call(read, places, ci, "eu-west-1");
    }
    scene.journal.call(ci, t, "eu-west-1", call);
  }
  t += seconds(random.between(15, 90));
  for (const Template& change : release_changes()) {
    if (random.chance(40)) continue;
    scene.journal.call(ci, t, "eu-west-1", make_call(change, places, ci, "eu-west-1", false));
    t += seconds(random.between(1, 8));
    scene.journal.call(ci, t, "eu-west-1",
                       make_call(random.pick(state_reads()), places, ci, "eu-west-1"));
  }
  for (int poll = random.between(2, 6); poll > 0; --poll) {
    t += seconds(15);
    scene.journal.call(ci, t, "eu-west-1",
                       {.service = "ecs",
                        .name = "DescribeServices",
                        .request_json = R"({"cluster":"main","services":["orders-api"]})"});
  }
}

/// The old pipeline of the marketing site, with a long-lived key.
void publish_web_assets(Scene& scene, Random& random, Seconds t) {
  Actor ci =
      user_actor(scene.world.web_assets, fmt::format("198.51.100.{}", random.between(150, 179)),
                 "aws-cli/1.36.40 md/Botocore#1.35.99 ua/2.0 os/linux#6.8.0-1017-azure "
                 "md/arch#x86_64 lang/python#3.12.3 md/pyimpl#CPython cfg/retry-mode#legacy "
                 "botocore/1.35.99");
  scene.journal.call(ci, t, "us-east-1", {.service = "sts", .name = "GetCallerIdentity"});
  scene.journal.call(ci, t + seconds(2), "eu-west-1",
                     bucket_call("GetBucketLocation", scene.world.assets_bucket, "eu-west-1"));
  scene.journal.call(
      ci, t + seconds(19), "us-east-1",
      {.service = "cloudfront",
       .name = "CreateInvalidation2020_05_31",
       .read_only = false,
       .request_json =
           R"({"distributionId":"E1EXAMPLEWWW42","invalidationBatch":{"paths":{"quantity":1,"items":["/*"]}}})"});
}

/// Backups of the customer database's volume, every night, by a user with a long-lived key.
void nightly_backup(Scene& scene, Random& random, Seconds t) {
  const World& w = scene.world;
  User user = w.backup_exporter;
  if (t > key_rotation(scene)) user.key = w.backup_exporter_next_key;
  const Actor exporter =
      user_actor(user, kEgress,
                 "Boto3/1.35.70 md/Botocore#1.35.70 ua/2.0 "
                 "os/linux#6.1.119-129.201.amzn2023.x86_64 md/arch#x86_64 lang/python#3.11.11 "
                 "md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.35.70");
  scene.journal.call(exporter, t, "eu-west-1", {.service = "sts", .name = "GetCallerIdentity"});
  scene.journal.call(
      exporter, t + seconds(1), "eu-west-1",
      {.service = "ec2",
       .name = "DescribeVolumes",
       .request_json = object(
           {{"volumeSet",
             Json::Object{{"items", Json::Array{Json::Object{{"volumeId", w.customer_volume}}}}}},
            {"filterSet", Json::object()}})});
  scene.journal.call(
      exporter, t + seconds(3), "eu-west-1",
      {.service = "ec2",
       .name = "CreateSnapshot",
       .read_only = false,
       .request_json = object({{"volumeId", w.customer_volume}, {"description", "nightly"}}),
       .response_json = object({{"requestId", random.uuid()},
                                {"snapshotId", "snap-0" + random.hex(16)},
                                {"volumeId", w.customer_volume},
                                {"status", "pending"},
                                {"encrypted", true}})});
}

}  // namespace

void play_pipelines(Scene& scene) {
  Random random = scene.random("pipelines");
  for (unsigned day = 0; day < scene.days; ++day) {
    nightly_backup(scene, random, scene.at(day, 1, 30, random.between(2, 9)));
    if (Scene::weekend(day)) continue;
    for (unsigned copy = 0; copy < scene.scale; ++copy) {
      for (int n = random.between(1, 3); n > 0; --n)
        deploy(scene, random, scene.world.ci_development, day, 7, 16);
      for (int n = random.between(0, 2); n > 0; --n)
        deploy(scene, random, scene.world.ci_production, day, 8, 14);
    }
    if (day % 3 == 0) publish_web_assets(scene, random, scene.at(day, 10, random.between(0, 59)));
  }
}

}  // namespace backtrail::sample
