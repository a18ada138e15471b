#include <fmt/format.h>

#include "sample/intrusion.h"

namespace backtrail::sample {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kHome = "eu-west-1";
constexpr const char* kSecondHost = "192.0.2.140";
constexpr const char* kOwnAccount = "999900001111";  // the intruder's
constexpr const char* kBackDoor = "OrganizationSupportAccess";

Json one_item(std::string_view name, const std::string& value) {
  return Json::Object{{"items", Json::Array{Json::Object{{std::string(name), value}}}}};
}

}  // namespace

/// A secret names the role that deploys to production, and development may assume it.
void Intruder::cross_over() {
  stage("lateral movement", scene_.at(intrusion_day(scene_) + 1, 2, 51, 7));
  const Assumed assumed = assume_role(scene_, random_, planted_, w_.deploy_production, now_,
                                      {.session_name = "deploy-7731"});
  for (const std::string& id : {assumed.caller_event, assumed.target_event})
    scene_.truth.act(stage_, "T1550.001", id, now_);
  deployer_ = assumed.actor;
  now_ += seconds(11);
  act(deployer_, "T1033", "us-east-1", {.service = "sts", .name = "GetCallerIdentity"});
  stage("discovery", now_ + seconds(30));
  const auto page = console_pages()[0];
  for (const Template& call : page)
    if (call.service == "ec2")
      act(deployer_, "T1580", kHome, make_call(call, {}, deployer_, kHome));
  act(deployer_, "T1619", kHome,
      make_call({"s3", "ListBuckets", R"({"Host":"s3.eu-west-1.amazonaws.com"})"}, {}, deployer_,
                kHome));
  act(deployer_, "T1654", kHome,
      {.service = "cloudtrail",
       .name = "DescribeTrails",
       .request_json = R"({"includeShadowTrails":true,"trailNameList":[]})"});
  act(deployer_, "T1518.001", kHome,
      {.service = "guardduty", .name = "ListDetectors", .request_json = R"({"maxResults":"50"})"});
  act(deployer_, "T1580", kHome,
      {.service = "ec2",
       .name = "DescribeSnapshots",
       .request_json =
           R"({"ownersSet":{"items":[{"owner":"self"}]},"snapshotSet":{},"filterSet":{},"sharedUsersSet":{}})"});
}

/// The organisation's trail and detector are guarded by a policy of the organisation; the old trail
/// and the flow logs are not.
void Intruder::blind() {
  stage("defense evasion", legacy_trail_stop(scene_) - seconds(79));
  refused(deployer_, "T1562.008", kHome, "cloudtrail", "StopLogging", {{"name", w_.org_trail}},
          kServiceControlPolicy);
  now_ += seconds(22);
  refused(deployer_, "T1562.001", kHome, "guardduty", "UpdateDetector",
          {{"detectorId", w_.detector}, {"enable", false}}, kServiceControlPolicy);
  now_ = legacy_trail_stop(scene_);
  scene_.truth.left("stopped trail", w_.production.id, w_.legacy_trail,
                    act(deployer_, "T1562.008", kHome,
                        {.service = "cloudtrail",
                         .name = "StopLogging",
                         .read_only = false,
                         .request_json = object({{"name", w_.legacy_trail}})}));
  const Json flow_log = Json::Object{{"tag", 1}, {"content", w_.flow_log}};
  scene_.truth.left("deleted flow log", w_.production.id, w_.flow_log,
                    change(deployer_, "T1562.008", "ec2", "DeleteFlowLogs",
                           {{"DeleteFlowLogsRequest", Json::Object{{"FlowLogId", flow_log}}}}));
}

void Intruder::take_data() {
  stage("exfiltration", now_ + minutes(5));
  change(deployer_, "T1578.001", "ec2", "CreateSnapshot",
         {{"volumeId", w_.customer_volume}, {"description", "nightly"}},
         object({{"requestId", random_.uuid()},
                 {"snapshotId", w_.customer_snapshot},
                 {"volumeId", w_.customer_volume},
                 {"status", "pending"},
                 {"encrypted", false}}));
  now_ += minutes(7);
  const Json add = Json::Object{{"add", one_item("userId", kOwnAccount)}};
  scene_.truth.left("shared snapshot", w_.production.id, w_.customer_snapshot,
                    change(deployer_, "T1537", "ec2", "ModifySnapshotAttribute",
                           {{"snapshotId", w_.customer_snapshot},
                            {"createVolumePermission", add},
                            {"attributeType", "CREATE_VOLUME_PERMISSION"}},
                           object({{"requestId", random_.uuid()}, {"_return", true}})));
  Actor bulk = deployer_;
  bulk.agent = "aws-sdk-go/1.55.5 (go1.23.4; linux; amd64) S3Manager";
  for (int i = 0; i < 140; ++i) {
    const std::string key = fmt::format("exports/2026/{:06}.csv.gz", 31800 + i);
    act(bulk, "T1530", kHome, object_read(w_.export_bucket, key, kHome, w_.production.id));
    now_ -= seconds(random_.between(0, 1));
  }
  // AWS tells the owner when another account makes a volume of the snapshot.
  now_ += minutes(19);
  Actor elsewhere{.identity = {.account = w_.production.id, .invoked_by = "ec2.amazonaws.com"},
                  .account = w_.production.id,
                  .address = "ec2.amazonaws.com",
                  .agent = "ec2.amazonaws.com"};
  const std::string id = scene_.journal.call(
      elsewhere, now_, kHome,
      {.service = "ec2",
       .name = "SharedSnapshotVolumeCreated",
       .read_only = false,
       .details_json = object({{"snapshotId", w_.customer_snapshot}, {"userId", kOwnAccount}}),
       .event_type = "AwsServiceEvent"});
  scene_.truth.act(stage_, "T1537", id, now_);
}

/// A role whose name sounds official, for an account outside.
void Intruder::open_back_door() {
  stage("persistence", now_ + minutes(3));
  const std::string trust =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999900001111:root"},)"
      R"("Action":"sts:AssumeRole"}]})";
  back_door_ = {.account = w_.production.id,
                .name = kBackDoor,
                .id = account_bound_id("AROA", w_.production.id, 21, random_)};
  const Json role = Json::Object{{"path", "/"},
                                 {"roleName", kBackDoor},
                                 {"roleId", back_door_.id},
                                 {"arn", back_door_.arn()},
                                 {"createDate", us_time(now_)}};
  scene_.truth.left("role", w_.production.id, kBackDoor,
                    change(deployer_, "T1098.003", "iam", "CreateRole",
                           {{"roleName", kBackDoor},
                            {"description", "Used by AWS Support"},
                            {"assumeRolePolicyDocument", trust},
                            {"maxSessionDuration", 43200}},
                           object({{"role", role}})));
  change(deployer_, "T1098.003", "iam", "AttachRolePolicy",
         {{"roleName", kBackDoor}, {"policyArn", "arn:aws:iam::aws:policy/AdministratorAccess"}});
  const std::string key = account_bound_id("AKIA", w_.production.id, 20, random_);
  const Json made = Json::Object{{"accessKeyId", key},
                                 {"status", "Active"},
                                 {"userName", w_.reporting.name},
                                 {"createDate", us_time(now_)}};
  scene_.truth.left("access key", w_.production.id, key,
                    change(deployer_, "T1098.001", "iam", "CreateAccessKey",
                           {{"userName", w_.reporting.name}}, object({{"accessKey", made}})));
  scene_.truth.key(key);
}

/// From outside the organisation, through the role left open.
void Intruder::pass_back_door() {
  const Role home{.account = kOwnAccount,
                  .name = "ops",
                  .id = account_bound_id("AROA", kOwnAccount, 21, random_)};
  Actor outside = role_actor(
      home, "support", now_, "", kSecondHost,
      "aws-cli/2.22.35 md/awscrt#0.23.4 ua/2.0 os/macos#24.2.0 md/arch#arm64 lang/python#3.12.6 "
      "md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#");
  outside.account.clear();
  const Assumed assumed =
      assume_role(scene_, random_, outside, back_door_, now_, {.session_name = "support"});
  scene_.truth.act(stage_, "T1550.001", assumed.target_event, now_);
  visitor_ = assumed.actor;
  now_ += seconds(8);
}

/// The next day, in office hours.
void Intruder::come_back() {
  stage("persistence", scene_.at(intrusion_day(scene_) + 2, 14, 6, 50));
  pass_back_door();
  act(visitor_, "T1033", "us-east-1", {.service = "sts", .name = "GetCallerIdentity"});
  act(visitor_, "T1580", kHome,
      {.service = "rds", .name = "DescribeDBInstances", .request_json = R"({"maxRecords":100})"});
  act(visitor_, "T1580", kHome,
      {.service = "servicequotas",
       .name = "GetServiceQuota",
       .request_json = R"({"serviceCode":"ec2","quotaCode":"L-1216C47A"})"});
}

/// Graphics hosts in regions nobody uses, and the backups.
void Intruder::mine() {
  stage("impact", scene_.at(intrusion_day(scene_) + 2, 23, 18, 2));
  pass_back_door();
  const auto launch = [](const char* type, int count) {
    return Json::Object{
        {"instancesSet",
         Json::Object{{"items", Json::Array{Json::Object{{"imageId", "ami-0a1b2c3d4e5f60718"},
                                                         {"minCount", count},
                                                         {"maxCount", count}}}}}},
        {"instanceType", type},
        {"disableApiTermination", true}};
  };
  const auto failed = [&](const char* region, const char* type, std::string code,
                          std::string message) {
    now_ += seconds(random_.between(5, 40));
    act(visitor_, "T1496.001", region,
        {.service = "ec2",
         .name = "RunInstances",
         .read_only = false,
         .request_json = object(launch(type, 4)),
         .error_code = std::move(code),
         .error_message = std::move(message)});
  };
  failed(kHome, "g5.12xlarge", "Client.DryRunOperation",
         "Request would have succeeded, but DryRun flag is set.");
  failed(kHome, "g5.12xlarge", "Client.VcpuLimitExceeded",
         "You have requested more vCPU capacity than your current vCPU limit of 0 allows for the "
         "instance bucket "
         "that the specified instance type belongs to.");
  for (const char* region : {"ap-southeast-2", "us-west-2", "us-east-2"})
    refused(visitor_, "T1496.001", region, "ec2", "RunInstances", launch("g5.12xlarge", 4),
            kServiceControlPolicy);
  now_ += minutes(4);
  for (int i = 0; i < 3; ++i) {
    const std::string snapshot = "snap-0" + random_.hex(16);
    change(visitor_, "T1490", "ec2", "DeleteSnapshot", {{"snapshotId", snapshot}},
           object({{"requestId", random_.uuid()}, {"_return", true}}));
  }
  refused(visitor_, "T1485", kHome, "kms", "ScheduleKeyDeletion",
          {{"keyId", "alias/orders"}, {"pendingWindowInDays", 7}}, kServiceControlPolicy);
  now_ += seconds(31);
  act(visitor_, "T1485", kHome, [&] {
    Call call = bucket_call("DeleteBucket", "example-prod-backups", kHome, false);
    call.error_code = "BucketNotEmpty";
    call.error_message = "The bucket you tried to delete is not empty";
    return call;
  }());
}

void play_intrusion(Scene& scene) { Intruder(scene).run(); }

}  // namespace backtrail::sample
