#include <fmt/format.h>

#include "sample/calls.h"
#include "sample/lineage.h"

namespace backtrail::sample {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

/// CloudTrail tends its bucket: it looks at the ACL, and asks for a data key for each delivery.
void tend_bucket(Scene& scene, Random& random, const Account& account, const std::string& region,
                 Seconds t) {
  const World& w = scene.world;
  const Actor trail = service_actor("cloudtrail.amazonaws.com", w.log_archive.id);
  Call acl = bucket_call("GetBucketAcl", w.trail_bucket, region, true, {{"acl", ""}});
  acl.resources_json = Json(Json::Array{Json::Object{{"accountId", w.log_archive.id},
                                                     {"type", "AWS::S3::Bucket"},
                                                     {"ARN", "arn:aws:s3:::" + w.trail_bucket}}})
                           .dump();
  scene.journal.call(trail, t, region, std::move(acl));
  const std::string day = log_time(t).substr(0, 10);
  const std::string object_arn = fmt::format(
      "arn:aws:s3:::{}/AWSLogs/{}/{}/CloudTrail/{}/{}/{}/{}/{}_CloudTrail_{}_{}.json.gz",
      w.trail_bucket, w.org_id, account.id, region, day.substr(0, 4), day.substr(5, 2),
      day.substr(8, 2), account.id, region, random.alphanumeric(16));
  scene.journal.call(
      trail, t + seconds(random.between(1, 90)), region,
      {.service = "kms",
       .name = "GenerateDataKey",
       .request_json =
           object({{"keySpec", "AES_256"},
                   {"encryptionContext",
                    Json::Object{{"aws:cloudtrail:arn", w.org_trail}, {"aws:s3:arn", object_arn}}},
                   {"keyId", w.trail_key}}),
       .resources_json = Json(Json::Array{Json::Object{{"accountId", w.log_archive.id},
                                                       {"type", "AWS::KMS::Key"},
                                                       {"ARN", w.trail_key}}})
                             .dump()});
}

/// A service-linked role looks around.
void linked_role_reads(Scene& scene, const Role& role, std::string_view service,
                       std::string_view session, const std::string& region, Seconds t,
                       std::initializer_list<Template> reads) {
  Actor actor = role_actor(role, session, t, "", std::string(service), std::string(service));
  actor.identity.invoked_by = std::string(service);
  const Places places{.bucket = "example-artifacts"};
  for (const Template& read : reads)
    scene.journal.call(actor, t, region, make_call(read, places, actor, region));
}

void record_configuration(Scene& scene, const Role& role, const std::string& region, Seconds t) {
  linked_role_reads(
      scene, role, "config.amazonaws.com", "AWSConfig-Describe", region, t,
      {{"ec2", "DescribeInstances", R"({"instancesSet":{},"filterSet":{}})"},
       {"ec2", "DescribeSecurityGroups",
        R"({"securityGroupSet":{},"securityGroupIdSet":{},"filterSet":{}})"},
       {"ec2", "DescribeVpcs", R"({"vpcSet":{},"filterSet":{}})"},
       {"rds", "DescribeDBInstances", R"({"maxRecords":100})"},
       {"s3", "GetBucketAcl", R"({"bucketName":"$bucket","Host":"$host","acl":""})"},
       {"s3", "GetBucketPolicy", R"({"bucketName":"$bucket","Host":"$host","policy":""})",
        "NoSuchBucketPolicy", "The bucket policy does not exist"}});
}

void advise(Scene& scene, const Role& role, const std::string& region, Seconds t) {
  linked_role_reads(
      scene, role, "trustedadvisor.amazonaws.com", "TrustedAdvisor", region, t,
      {{"ec2", "DescribeAddresses", R"({"publicIpsSet":{},"filterSet":{},"allocationIdsSet":{}})"},
       {"ec2", "DescribeVolumes", R"({"volumeSet":{},"filterSet":{}})"},
       {"rds", "DescribeDBSnapshots", R"({"maxRecords":100})"},
       {"support", "DescribeTrustedAdvisorChecks", R"({"language":"en"})"},
       {"autoscaling", "DescribeAccountLimits"}});
}

void tend(Scene& scene, const Account& account, std::size_t number) {
  const World& w = scene.world;
  Random random = scene.random("services " + account.id);
  for (const std::string& region : account.regions) {
    const bool home = region == account.home_region;
    const bool busy = account.id == w.production.id || account.id == w.development.id;
    const hours every(home ? (busy ? 2 : 4) : 8);
    const seconds phase = Scene::beat(random);
    int beat = 0;
    for (Seconds t = scene.start + phase; t < scene.end() - hours(1); t += every, ++beat) {
      tend_bucket(scene, random, account, region, t + seconds(random.between(0, 20)));
      if (beat % (home && busy ? 3 : 2) == 0)
        record_configuration(scene, w.config_recorder[number], region, t + seconds(7));
      if (home && beat % (busy ? 12 : 6) == 3)
        advise(scene, w.trusted_advisor[number], region, t + seconds(12));
    }
  }
}

void deliver_to_logs(Scene& scene) {
  Random random = scene.random("trail delivery");
  for (Seconds t = scene.start + Scene::beat(random); t < scene.end() - hours(1); t += hours(2))
    (void)assume_by_service(scene, random, "cloudtrail.amazonaws.com", scene.world.trail_delivery,
                            "CLOUDWATCH_LOGS_DELIVERY_SESSION", "eu-west-1", t, "", "");
}

}  // namespace

void play_services(Scene& scene) {
  const auto accounts = scene.world.accounts();
  for (std::size_t i = 0; i < accounts.size(); ++i) tend(scene, *accounts[i], i);
  deliver_to_logs(scene);
}

/// The vendor's scanner reads everything, everywhere, once a day.
void play_scanner(Scene& scene) {
  const World& w = scene.world;
  Random random = scene.random("scanner");
  const Role vendor{.account = kVendorAccount,
                    .name = "collector",
                    .id = account_bound_id("AROA", kVendorAccount, 21, random)};
  for (unsigned day = 0; day < scene.days; ++day) {
    Seconds t = scene.at(day, 4, random.between(10, 25));
    Actor collector =
        role_actor(vendor, "posture", t, "", kVendorAddress,
                   "Boto3/1.35.90 md/Botocore#1.35.90 ua/2.0 os/linux#6.1.119 md/arch#x86_64 "
                   "lang/python#3.12.8 md/pyimpl#CPython cfg/retry-mode#adaptive Botocore/1.35.90");
    collector.account.clear();  // the vendor's trail is not ours
    for (const Role& role : w.scanner) {
      const Actor actor =
          assume_role(scene, random, collector, role, t,
                      {.session_name = "posture", .external_id = "b7c2e1d0-example"})
              .actor;
      for (const std::string& region : w.account(role.account).regions) {
        for (const Template& read : posture_reads()) {
          const bool global = read.service == "iam" || read.name == "ListBuckets";
          if (global && region != w.account(role.account).regions.front()) continue;
          Call call = make_call(read, {.bucket = "example-artifacts"}, actor, region);
          if (call.name == "ListKeys") call = denied(call, actor);
          scene.journal.call(actor, t, region, std::move(call));
          t += seconds(random.below(3));
        }
      }
      t += seconds(20);
    }
  }
}

}  // namespace backtrail::sample
