#include <fmt/format.h>

#include "sample/calls.h"
#include "sample/lineage.h"

namespace backtrail::sample {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
constexpr const char* kHome = "eu-west-1";

void new_laptop(Scene& scene) {
  Random random = scene.random("new laptop");
  Person jonas = scene.world.person("jonas.weber");
  const std::string browser =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 "
      "Safari/537.36";
  std::vector<std::string> events;
  for (unsigned evening = 0; evening < 3; ++evening) {
    const Seconds t = scene.at(scene.story_day(9) + evening, 19, random.between(5, 50));
    const Actor actor = open_portal(
        scene, random, jonas, scene.world.admin_development, t,
        {.address = "198.51.100.211", .failed_checks = evening == 0 ? 2 : 0, .browser = browser});
    for (const Template& call : console_pages()[evening])
      events.push_back(
          scene.journal.call(actor, t + minutes(2), kHome,
                             make_call(call, {.bucket = "example-dev-scratch"}, actor, kHome)));
  }
  scene.truth.look_alike("new laptop",
                         "jonas.weber works from a new machine and address; two wrong codes first",
                         std::move(events));
}

void key_rotation_by_owner(Scene& scene) {
  const World& w = scene.world;
  const char* const agent =
      "Boto3/1.35.70 md/Botocore#1.35.70 ua/2.0 os/linux#6.1.119-129.201.amzn2023.x86_64 "
      "md/arch#x86_64 "
      "lang/python#3.11.11 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.35.70";
  const Actor old_key = user_actor(w.backup_exporter, kEgress, agent);
  User renewed = w.backup_exporter;
  renewed.key = w.backup_exporter_next_key;
  const Actor new_key = user_actor(renewed, kEgress, agent);
  const Seconds t = key_rotation(scene);
  std::vector<std::string> events;
  const Json created = Json::Object{{"accessKeyId", renewed.key},
                                    {"status", "Active"},
                                    {"userName", renewed.name},
                                    {"createDate", us_time(t)}};
  events.push_back(scene.journal.call(old_key, t, kHome,
                                      {.service = "iam",
                                       .name = "CreateAccessKey",
                                       .read_only = false,
                                       .response_json = object({{"accessKey", created}})}));
  events.push_back(scene.journal.call(new_key, t + seconds(14), kHome,
                                      {.service = "sts", .name = "GetCallerIdentity"}));
  events.push_back(
      scene.journal.call(new_key, t + seconds(21), kHome,
                         {.service = "iam",
                          .name = "UpdateAccessKey",
                          .read_only = false,
                          .request_json = object({{"userName", renewed.name},
                                                  {"accessKeyId", w.backup_exporter.key},
                                                  {"status", "Inactive"}})}));
  events.push_back(scene.journal.call(
      new_key, t + std::chrono::hours(46), kHome,
      {.service = "iam",
       .name = "DeleteAccessKey",
       .read_only = false,
       .request_json =
           object({{"userName", renewed.name}, {"accessKeyId", w.backup_exporter.key}})}));
  scene.truth.look_alike("key rotation",
                         "backup-exporter's job replaces its own key and removes the old one",
                         std::move(events));
}

void hotfix_at_night(Scene& scene) {
  const World& w = scene.world;
  Random random = scene.random("hotfix");
  const Person& maria = w.person("maria.novak");
  Seconds t = scene.at(scene.story_day(13), 22, 41, 5);
  const Actor actor = open_portal(scene, random, maria, w.admin_production, t,
                                  {.address = maria.home_address, .console = true});
  t += minutes(3);
  const std::string instance = "i-0" + random.hex(16);
  const Json set = Json::Object{{"items", Json::Array{Json::Object{{"instanceId", instance}}}}};
  const Json range =
      Json::Object{{"items", Json::Array{Json::Object{{"cidrIp", "198.51.100.61/32"}}}}};
  const Json rule =
      Json::Object{{"ipProtocol", "tcp"}, {"fromPort", 22}, {"toPort", 22}, {"ipRanges", range}};
  const std::string ingress =
      object({{"groupId", w.guarded_group},
              {"ipPermissions", Json::Object{{"items", Json::Array{rule}}}}});
  struct Step {
    const char* name;
    std::string request;
    int after;
  };
  std::vector<std::string> events;
  for (const Step& step :
       {Step{"AuthorizeSecurityGroupIngress", ingress, 30},
        Step{"StopInstances", object({{"instancesSet", set}, {"force", false}}), 240},
        Step{"ModifyInstanceAttribute",
             object({{"instanceId", instance},
                     {"instanceType", Json::Object{{"value", "m6i.xlarge"}}}}),
             95},
        Step{"StartInstances", object({{"instancesSet", set}}), 20},
        Step{"RevokeSecurityGroupIngress", ingress, 1500}}) {
    t += seconds(step.after);
    events.push_back(scene.journal.call(
        actor, t, kHome,
        {.service = "ec2", .name = step.name, .read_only = false, .request_json = step.request}));
  }
  scene.truth.look_alike(
      "hotfix at night",
      "maria.novak, on call, opens SSH for her own address, resizes a host and closes it again",
      std::move(events));
}

void curious_developer(Scene& scene) {
  const World& w = scene.world;
  Random random = scene.random("curious");
  const Person& aisha = w.person("aisha.khan");
  Seconds t = scene.at(scene.story_day(7), 14, 20, 3);
  const Actor actor = open_portal(scene, random, aisha, w.read_production, t,
                                  {.address = kOffice, .console = false});
  t += seconds(50);
  std::vector<std::string> events;
  for (const Template& read :
       {Template{"secretsmanager", "ListSecrets"}, Template{"secretsmanager", "GetSecretValue"},
        Template{"ssm", "GetParametersByPath"}, Template{"iam", "ListUsers"},
        Template{"kms", "ListGrants"}, Template{"secretsmanager", "GetSecretValue"}}) {
    t += seconds(random.between(9, 60));
    events.push_back(
        scene.journal.call(actor, t, kHome, denied(make_call(read, {}, actor, kHome), actor)));
  }
  scene.truth.look_alike("denied reads",
                         "aisha.khan debugs in production with a role that may not read secrets",
                         std::move(events));
}

void announced_audit(Scene& scene) {
  const World& w = scene.world;
  Random random = scene.random("audit");
  const Person& sam = w.person("sam.oduya");
  Seconds t = scene.at(scene.story_day(14), 13, 2, 30);
  std::vector<std::string> events;
  for (const Role* role : {&w.audit_production, &w.audit_development}) {
    Actor actor = open_portal(scene, random, sam, *role, t, {.address = kVpn, .console = false});
    actor.agent =
        "Boto3/1.35.90 md/Botocore#1.35.90 ua/2.0 os/linux#6.8.0-52-generic md/arch#x86_64 "
        "lang/python#3.12.6 md/pyimpl#CPython cfg/retry-mode#standard Botocore/1.35.90 APN_1826889";
    t += minutes(1);
    for (const char* region :
         {"eu-west-1", "us-east-1", "eu-central-1", "ap-southeast-2", "us-west-2"}) {
      for (const Template& read : posture_reads()) {
        Call call = make_call(read, {.bucket = "example-artifacts"}, actor, region);
        const bool barred = read.service == "kms" || read.name == "GenerateCredentialReport";
        events.push_back(scene.journal.call(actor, t, region, barred ? denied(call, actor) : call));
        t += seconds(random.below(2));
      }
    }
  }
  scene.truth.look_alike("announced audit",
                         "sam.oduya runs a posture scan over five regions from the VPN",
                         std::move(events));
}

void new_vendor_role(Scene& scene) {
  const World& w = scene.world;
  Random random = scene.random("vendor");
  const Person& maria = w.person("maria.novak");
  Seconds t = scene.at(scene.story_day(4), 10, 15, 44);
  const Actor actor =
      open_portal(scene, random, maria, w.admin_production, t, {.address = kOffice});
  const std::string trust =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::777788889999:root"},)"
      R"("Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"c41d-example"}}}]})";
  std::vector<std::string> events;
  events.push_back(scene.journal.call(
      actor, t + minutes(4), kHome,
      {.service = "iam",
       .name = "CreateRole",
       .read_only = false,
       .request_json =
           object({{"roleName", "CostVendorReadOnly"}, {"assumeRolePolicyDocument", trust}})}));
  events.push_back(scene.journal.call(
      actor, t + minutes(5), kHome,
      {.service = "iam",
       .name = "AttachRolePolicy",
       .read_only = false,
       .request_json =
           object({{"roleName", "CostVendorReadOnly"},
                   {"policyArn", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"}})}));
  scene.truth.look_alike("vendor role", "maria.novak lets a cost vendor read, with an external id",
                         std::move(events));
}

void root_test(Scene& scene) {
  const World& w = scene.world;
  const Person& li = w.person("li.chen");
  const Seconds t = scene.at(scene.story_day(2), 9, 30, 12);
  Actor root = root_actor(w.management.id, kOffice, li.browser);
  root.identity.empty_key = true;
  const std::string mfa = fmt::format("arn:aws:iam::{}:mfa/root-safe", w.management.id);
  const std::string event = scene.journal.call(
      root, t, "us-east-1",
      {.service = "signin",
       .name = "ConsoleLogin",
       .read_only = false,
       .response_json = object({{"ConsoleLogin", "Success"}}),
       .additional_json = object({{"LoginTo", "https://console.aws.amazon.com/console/home"},
                                  {"MobileVersion", "No"},
                                  {"MFAIdentifier", mfa},
                                  {"MFAUsed", "Yes"}}),
       .event_type = "AwsConsoleSignIn"});
  scene.truth.look_alike("break-glass test",
                         "the yearly test of the root sign-in, with MFA, from the office", {event});
}

void copy_for_testers(Scene& scene) {
  const World& w = scene.world;
  Random random = scene.random("test data");
  const Person& maria = w.person("maria.novak");
  Seconds t = scene.at(scene.story_day(6), 8, 50, 31);
  const Actor actor = open_portal(scene, random, maria, w.admin_production, t,
                                  {.address = kOffice, .console = false});
  const Json account =
      Json::Object{{"items", Json::Array{Json::Object{{"userId", w.development.id}}}}};
  const std::string event = scene.journal.call(
      actor, t + minutes(6), kHome,
      {.service = "ec2",
       .name = "ModifySnapshotAttribute",
       .read_only = false,
       .request_json = object({{"snapshotId", "snap-0" + random.hex(16)},
                               {"createVolumePermission", Json::Object{{"add", account}}},
                               {"attributeType", "CREATE_VOLUME_PERMISSION"}}),
       .response_json = object({{"requestId", random.uuid()}, {"_return", true}})});
  scene.truth.look_alike("snapshot for the testers",
                         "maria.novak shares a masked snapshot with development", {event});
}

void new_contractor(Scene& scene) {
  const World& w = scene.world;
  Random random = scene.random("contractor");
  const Person& jonas = w.person("jonas.weber");
  Seconds t = scene.at(scene.story_day(8), 9, 5, 10);
  const Actor actor =
      open_portal(scene, random, jonas, w.admin_development, t, {.address = kOffice});
  const std::string name = "contractor-ngs";
  std::vector<std::string> events;
  for (const auto& [call, request] :
       {std::pair{"CreateUser", object({{"userName", name}})},
        std::pair{"AddUserToGroup", object({{"groupName", "contractors"}, {"userName", name}})},
        std::pair{"CreateLoginProfile",
                  object({{"userName", name}, {"passwordResetRequired", true}})}}) {
    t += seconds(70);
    events.push_back(scene.journal.call(
        actor, t, kHome,
        {.service = "iam", .name = call, .read_only = false, .request_json = request}));
  }
  scene.truth.look_alike(
      "contractor", "jonas.weber creates a user for a contractor, who must change the password",
      std::move(events));
}

void expired_session(Scene& scene) {
  const World& w = scene.world;
  Random random = scene.random("expired");
  const Person& tom = w.person("tom.becker");
  const Seconds t = scene.at(scene.story_day(3), 15, 40, 2);
  const Actor actor =
      open_portal(scene, random, tom, w.power_development, t - std::chrono::hours(8),
                  {.address = kOffice, .console = false});
  std::vector<std::string> events;
  for (int i = 0; i < 4; ++i)
    events.push_back(scene.journal.call(actor, t + seconds(20 * i), kHome,
                                        {.service = "ec2",
                                         .name = "DescribeInstances",
                                         .request_json = R"({"instancesSet":{},"filterSet":{}})",
                                         .error_code = "Client.RequestExpired",
                                         .error_message = "Request has expired."}));
  scene.truth.look_alike("expired session", "tom.becker's terminal goes on after his session ended",
                         std::move(events));
}

}  // namespace

void play_look_alikes(Scene& scene) {
  root_test(scene);
  expired_session(scene);
  new_vendor_role(scene);
  copy_for_testers(scene);
  curious_developer(scene);
  new_contractor(scene);
  new_laptop(scene);
  key_rotation_by_owner(scene);
  hotfix_at_night(scene);
  announced_audit(scene);
}

}  // namespace backtrail::sample
