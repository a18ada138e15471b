#include "sample/intrusion.h"

#include <fmt/format.h>

namespace backtrail::sample {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kHome = "eu-west-1";
constexpr const char* kFinder = "192.0.2.190";  // a scanner that looks for leaked keys
constexpr const char* kHideout = "192.0.2.61";  // a rented host
constexpr const char* kCli =
    "aws-cli/2.22.35 md/awscrt#0.23.4 ua/2.0 os/linux#6.8.0-52-generic md/arch#x86_64 "
    "lang/python#3.12.6 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off "
    "md/command#";
constexpr const char* kPython =
    "Boto3/1.35.92 md/Botocore#1.35.92 ua/2.0 os/linux#6.8.11-amd64 md/arch#x86_64 "
    "lang/python#3.12.7 "
    "md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.35.92";
constexpr const char* kPolicyOfEverything =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";
constexpr const char* kAdministrator = "arn:aws:iam::aws:policy/AdministratorAccess";

}  // namespace

Intruder::Intruder(Scene& scene)
    : scene_(scene), w_(scene.world), random_(scene.random("intrusion")) {}

void Intruder::run() {
  try_leaked_key();
  look_around();
  raise_rights();
  settle();
  collect_secrets();
  sign_in();
  cross_over();
  blind();
  take_data();
  open_back_door();
  come_back();
  mine();
}

std::string Intruder::act(const Actor& actor, std::string_view technique, std::string_view region,
                          Call call) {
  const std::string id = scene_.journal.call(actor, now_, region, std::move(call));
  scene_.truth.act(stage_, technique, id, now_);
  scene_.truth.principal(actor.identity.arn);
  if (!actor.identity.key.empty()) scene_.truth.key(actor.identity.key);
  scene_.truth.address(actor.address);
  now_ += seconds(random_.between(1, 9));
  return id;
}

std::string Intruder::change(const Actor& actor, std::string_view technique,
                             std::string_view service, std::string_view name, Json::Object request,
                             std::string response) {
  now_ += seconds(random_.between(15, 70));  // read, think, type
  return act(actor, technique, kHome,
             {.service = service,
              .name = name,
              .read_only = false,
              .request_json = object(std::move(request)),
              .response_json = std::move(response)});
}

std::string Intruder::refused(const Actor& actor, std::string_view technique,
                              std::string_view region, std::string_view service,
                              std::string_view name, Json::Object request,
                              std::string_view reason) {
  Call call{.service = service,
            .name = name,
            .read_only = false,
            .request_json = object(std::move(request))};
  return act(actor, technique, region, denied(std::move(call), actor, "*", reason));
}

/// A key of the marketing site's old pipeline lies in a public repository. A scanner finds it, and
/// nine hours later somebody uses it.
void Intruder::try_leaked_key() {
  stage("initial access", scene_.at(intrusion_day(scene_), 16, 52, 9));
  act(user_actor(w_.web_assets, kFinder, "TruffleHog"), "T1078.004", "us-east-1",
      {.service = "sts", .name = "GetCallerIdentity"});
  now_ = scene_.at(intrusion_day(scene_) + 1, 1, 47, 31);
  leaked_ = user_actor(w_.web_assets, kHideout, kCli);
  act(leaked_, "T1078.004", "us-east-1", {.service = "sts", .name = "GetCallerIdentity"});
}

void Intruder::look_around() {
  stage("discovery", now_ + minutes(1));
  Actor script = leaked_;
  script.agent = kPython;
  const std::string self = object({{"userName", w_.web_assets.name}});
  act(leaked_, "T1087.004", kHome, {.service = "iam", .name = "GetUser"});
  act(leaked_, "T1069.003", kHome,
      {.service = "iam", .name = "ListAttachedUserPolicies", .request_json = self});
  const std::string policy =
      fmt::format("arn:aws:iam::{}:policy/web-assets-deploy", w_.development.id);
  act(leaked_, "T1069.003", kHome,
      {.service = "iam", .name = "GetPolicy", .request_json = object({{"policyArn", policy}})});
  act(leaked_, "T1069.003", kHome,
      {.service = "iam",
       .name = "GetPolicyVersion",
       .request_json = object({{"policyArn", policy}, {"versionId", "v4"}})});
  for (const Template& call :
       {Template{"iam", "ListUsers"}, Template{"iam", "ListRoles"},
        Template{"iam", "GetAccountAuthorizationDetails"},
        Template{"secretsmanager", "ListSecrets"}, Template{"ssm", "DescribeParameters"},
        Template{"lambda", "ListFunctions20150331"}, Template{"rds", "DescribeDBInstances"},
        Template{"guardduty", "ListDetectors", R"({"maxResults":"50"})"},
        Template{"cloudtrail", "DescribeTrails"},
        Template{"organizations", "DescribeOrganization"}})
    act(script, "T1526", kHome, denied(make_call(call, {}, script, kHome), script));
  act(script, "T1619", kHome,
      make_call({"s3", "ListBuckets", R"({"Host":"s3.eu-west-1.amazonaws.com"})"}, {}, script,
                kHome));
  for (const std::string& bucket : w_.development_buckets) {
    act(script, "T1619", kHome, bucket_call("GetBucketAcl", bucket, kHome, true, {{"acl", ""}}));
    act(script, "T1619", kHome, denied(bucket_call("GetBucketPolicy", bucket, kHome), script));
  }
  for (const char* region :
       {"us-east-1", "eu-west-1", "eu-central-1", "us-west-2", "ap-southeast-2"})
    act(script, "T1580", region,
        denied({.service = "ec2",
                .name = "DescribeInstances",
                .request_json = R"({"instancesSet":{},"filterSet":{}})"},
               script));
}

/// The policy lets its user write new versions of itself.
void Intruder::raise_rights() {
  stage("privilege escalation", now_ + minutes(6));
  refused(leaked_, "T1098.003", kHome, "iam", "AttachUserPolicy",
          {{"userName", w_.web_assets.name}, {"policyArn", kAdministrator}});
  const std::string policy =
      fmt::format("arn:aws:iam::{}:policy/web-assets-deploy", w_.development.id);
  const Json version =
      Json::Object{{"versionId", "v5"}, {"isDefaultVersion", true}, {"createDate", us_time(now_)}};
  const std::string event = change(
      leaked_, "T1098.003", "iam", "CreatePolicyVersion",
      {{"policyArn", policy}, {"policyDocument", kPolicyOfEverything}, {"setAsDefault", true}},
      object({{"policyVersion", version}}));
  scene_.truth.left("policy version", w_.development.id, policy + " v5", event);
}

void Intruder::settle() {
  stage("persistence", now_ + minutes(2));
  planted_user_ = {.account = w_.development.id,
                   .name = "svc-backup-sync",
                   .id = account_bound_id("AIDA", w_.development.id, 21, random_),
                   .key = account_bound_id("AKIA", w_.development.id, 20, random_)};
  const std::string& name = planted_user_.name;
  const Json user = Json::Object{{"path", "/"},
                                 {"userName", name},
                                 {"userId", planted_user_.id},
                                 {"arn", planted_user_.arn()},
                                 {"createDate", us_time(now_)}};
  scene_.truth.left("user", w_.development.id, name,
                    change(leaked_, "T1136.003", "iam", "CreateUser", {{"userName", name}},
                           object({{"user", user}})));
  change(leaked_, "T1098.003", "iam", "AttachUserPolicy",
         {{"userName", name}, {"policyArn", kAdministrator}});
  const Json key = Json::Object{{"accessKeyId", planted_user_.key},
                                {"status", "Active"},
                                {"userName", name},
                                {"createDate", us_time(now_)}};
  scene_.truth.left("access key", w_.development.id, planted_user_.key,
                    change(leaked_, "T1098.001", "iam", "CreateAccessKey", {{"userName", name}},
                           object({{"accessKey", key}})));
  const Json profile = Json::Object{
      {"userName", name}, {"createDate", us_time(now_)}, {"passwordResetRequired", false}};
  scene_.truth.left("login profile", w_.development.id, name,
                    change(leaked_, "T1098.001", "iam", "CreateLoginProfile",
                           {{"userName", name}, {"passwordResetRequired", false}},
                           object({{"loginProfile", profile}})));
  planted_ = user_actor(planted_user_, kHideout, kCli);
  now_ += minutes(3);
  act(planted_, "T1078.004", "us-east-1", {.service = "sts", .name = "GetCallerIdentity"});
  const std::string trust =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::555566667777:root",)"
      R"("arn:aws:iam::999900001111:root"]},"Action":"sts:AssumeRole"}]})";
  scene_.truth.left("role trust", w_.development.id, w_.ops_automation.arn(),
                    change(planted_, "T1098.003", "iam", "UpdateAssumeRolePolicy",
                           {{"roleName", w_.ops_automation.name}, {"policyDocument", trust}}));
}

void Intruder::collect_secrets() {
  stage("credential access", now_ + minutes(4));
  act(planted_, "T1555.006", kHome,
      {.service = "secretsmanager",
       .name = "ListSecrets",
       .request_json = R"({"maxResults":100})"});
  Actor script = planted_;
  script.agent = kPython;
  for (const std::string& secret : w_.development_secrets) {
    const Seconds when = now_;
    act(script, "T1555.006", kHome,
        {.service = "secretsmanager",
         .name = "GetSecretValue",
         .request_json = object({{"secretId", secret}})});
    const Json context = Json::Object{{"SecretARN", secret}, {"SecretVersionId", random_.uuid()}};
    scene_.journal.call(forwarded(script, "secretsmanager.amazonaws.com", when, random_), when,
                        kHome,
                        {.service = "kms",
                         .name = "Decrypt",
                         .request_json = object({{"encryptionAlgorithm", "SYMMETRIC_DEFAULT"},
                                                 {"encryptionContext", context}})});
  }
}

/// The browser, for comfort: password only.
void Intruder::sign_in() {
  stage("persistence", now_ + minutes(5));
  Actor browser = planted_;
  browser.identity.key.clear();
  browser.agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
  act(browser, "T1078.004", "us-east-1",
      {.service = "signin",
       .name = "ConsoleLogin",
       .read_only = false,
       .response_json = object({{"ConsoleLogin", "Success"}}),
       .additional_json = object({{"LoginTo", "https://console.aws.amazon.com/console/home"},
                                  {"MobileVersion", "No"},
                                  {"MFAUsed", "No"}}),
       .event_type = "AwsConsoleSignIn"});
  Actor session = browser;
  session.console = true;
  session.identity.session = Session{.created = now_};
  stage("discovery", now_ + seconds(4));
  for (const std::size_t page : {5U, 0U}) {
    session.identity.key = account_bound_id("ASIA", w_.development.id, 20, random_);
    for (const Template& call : console_pages()[page])
      act(session, call.service == "iam" ? "T1087.004" : "T1580", kHome,
          make_call(call, {}, session, kHome));
  }
}

}  // namespace backtrail::sample
