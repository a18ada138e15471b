#include <fmt/format.h>

#include "sample/calls.h"
#include "sample/lineage.h"

namespace backtrail::sample {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string pod_subject(const Workload& workload) {
  return fmt::format("system:serviceaccount:apps:{}", workload.name);
}

/// A fresh session of the workload, as its platform makes one.
Actor start_session(Scene& scene, Random& random, const Workload& workload, Seconds t) {
  const Role& role = *workload.role;
  switch (workload.kind) {
    case Workload::Kind::lambda: {
      Actor actor = assume_by_service(scene, random, "lambda.amazonaws.com", role, workload.name,
                                      workload.region, t, workload.agent, kEgress);
      const std::string arn = fmt::format("arn:aws:lambda:{}:{}:function:{}", workload.region,
                                          role.account, workload.name);
      actor.identity.in_scope_of =
          object({{"issuerType", "AWS::Lambda::Function"}, {"credentialsIssuedTo", arn}});
      return actor;
    }
    case Workload::Kind::ecs_task:
      return assume_by_service(scene, random, "ecs-tasks.amazonaws.com", role, random.hex(32),
                               workload.region, t, workload.agent, kEgress);
    case Workload::Kind::pod:
      break;
  }
  const std::string issuer =
      fmt::format("oidc.eks.{}.amazonaws.com/id/8A1B2C3D4E5F60718293A4B5C6D7E8F9", workload.region);
  return federate(
      scene, random, role, t, workload.region,
      {.provider = fmt::format("arn:aws:iam::{}:oidc-provider/{}", role.account, issuer),
       .subject = pod_subject(workload),
       .session_name = fmt::format("aws-go-sdk-{}", t.time_since_epoch().count() * 1'000'000'000),
       .address = kEgress,
       .agent = workload.agent});
}

/// A secret read; Secrets Manager then decrypts in the reader's name.
void read_secret(Scene& scene, Random& random, const Actor& actor, const Workload& workload,
                 Seconds t) {
  const std::string& secret = workload.secrets.front();
  scene.journal.call(actor, t, workload.region,
                     {.service = "secretsmanager",
                      .name = "GetSecretValue",
                      .request_json = object({{"secretId", secret}})});
  const Json context = Json::Object{{"SecretARN", secret}, {"SecretVersionId", random.uuid()}};
  scene.journal.call(
      forwarded(actor, "secretsmanager.amazonaws.com", t, random), t, workload.region,
      {.service = "kms",
       .name = "Decrypt",
       .request_json =
           object({{"encryptionAlgorithm", "SYMMETRIC_DEFAULT"}, {"encryptionContext", context}}),
       .resources_json = Json(Json::Array{Json::Object{{"accountId", actor.account},
                                                       {"type", "AWS::KMS::Key"},
                                                       {"ARN", workload.kms_key}}})
                             .dump()});
}

/// S3 opens or seals an object for the workload: KMS sees the object's ARN.
void use_key(Scene& scene, Random& random, const Actor& actor, const Workload& workload, Seconds t,
             bool write) {
  const std::string key = random.hex(34);
  const std::string object_arn =
      fmt::format("arn:aws:s3:::{}/{}/{}", workload.bucket, key.substr(0, 2), key.substr(2));
  scene.journal.call(
      actor, t, workload.region,
      {.service = "kms",
       .name = write ? "GenerateDataKey" : "Decrypt",
       .request_json =
           write ? object({{"keyId", workload.kms_key},
                           {"keySpec", "AES_256"},
                           {"encryptionContext", Json::Object{{"aws:s3:arn", object_arn}}}})
                 : object({{"encryptionAlgorithm", "SYMMETRIC_DEFAULT"},
                           {"encryptionContext", Json::Object{{"aws:s3:arn", object_arn}}}}),
       .resources_json = Json(Json::Array{Json::Object{{"accountId", actor.account},
                                                       {"type", "AWS::KMS::Key"},
                                                       {"ARN", workload.kms_key}}})
                             .dump()});
}

void run_workload(Scene& scene, const Workload& workload) {
  Random random = scene.random("workload " + workload.role->arn());
  const bool production = workload.role->account == scene.world.production.id;
  const int every = workload.kind == Workload::Kind::pod ? 4 : production ? 6 : 12;  // hours
  const seconds phase = Scene::beat(random);
  for (Seconds t = scene.start + phase; t < scene.end() - hours(1); t += hours(every)) {
    for (unsigned copy = 0; copy < scene.scale; ++copy) {
      const Actor actor = start_session(scene, random, workload, t);
      read_secret(scene, random, actor, workload, t + seconds(2));
      // Work comes in bursts: one at the start, perhaps one later in the session.
      for (int burst = random.between(0, 1); burst >= 0; --burst) {
        const Seconds when = t + hours(burst * random.between(1, every - 1));
        for (int n = random.between(3, 11); n > 0; --n) {
          const bool write = random.chance(45);
          use_key(scene, random, actor, workload, when + seconds(random.between(4, 60)), write);
        }
      }
    }
  }
}

/// The orders API serves customers' exports: the only bucket with data events on.
void serve_exports(Scene& scene) {
  const World& w = scene.world;
  Random random = scene.random("exports");
  const Workload& api = w.workloads.front();
  for (unsigned day = 0; day < scene.days; ++day) {
    for (unsigned copy = 0; copy < scene.scale; ++copy) {
      const Seconds start = scene.at(day, 7, random.between(0, 59));
      const Actor actor = start_session(scene, random, api, start);
      for (int n = Scene::weekend(day) ? 12 : 40; n > 0; --n) {
        const std::string key = fmt::format("exports/2026/{:06}.csv.gz", random.between(1, 40000));
        Seconds when = start + minutes(90 * random.between(0, 6));
        when += seconds(random.between(0, 100));
        scene.journal.call(actor, when, "eu-west-1",
                           object_read(w.export_bucket, key, "eu-west-1", w.production.id));
      }
    }
  }
}

void agent_calls(Scene& scene, const Actor& agent, const Instance& host, Seconds from, Seconds to) {
  const std::string id = object({{"instanceId", host.id}});
  scene.journal.call(
      agent, from, host.region,
      {.service = "ssm", .name = "PutInventory", .read_only = false, .request_json = id});
  int beat = 0;
  for (Seconds t = from + seconds(4); t < to; t += seconds(285 + 15 * (beat % 2)), ++beat) {
    scene.journal.call(agent, t, host.region,
                       {.service = "ssm",
                        .name = "UpdateInstanceInformation",
                        .read_only = false,
                        .request_json = object({{"instanceId", host.id},
                                                {"agentVersion", "3.3.1345.0"},
                                                {"agentStatus", "Active"},
                                                {"platformType", "Linux"},
                                                {"agentName", "amazon-ssm-agent"}})});
    if (beat % 6 == 0)
      scene.journal.call(agent, t + seconds(1), host.region,
                         {.service = "ssm",
                          .name = "ListInstanceAssociations",
                          .request_json = object({{"instanceId", host.id}, {"maxResults", 20}})});
  }
}

/// The build host runs from morning to early afternoon: a scheduler starts and stops it.
void run_build_host(Scene& scene) {
  const World& w = scene.world;
  const Instance& host = w.build_host;
  Random random = scene.random("build host");
  const Json set = Json::Object{{"items", Json::Array{Json::Object{{"instanceId", host.id}}}}};
  for (unsigned day = 0; day < scene.days; ++day) {
    if (Scene::weekend(day)) continue;
    const Seconds start = scene.at(day, 8, 0, random.between(1, 9));
    const Seconds stop = scene.at(day, 13, 30, random.between(1, 9));
    for (const bool starting : {true, false}) {
      const Seconds t = starting ? start : stop;
      const Actor scheduler = assume_by_service(
          scene, random, "scheduler.amazonaws.com", w.scheduler_role, random.hex(32), host.region,
          t, "scheduler.amazonaws.com", "scheduler.amazonaws.com");
      const std::string request_id = random.uuid();
      scene.journal.call(forwarded(scheduler, "scheduler.amazonaws.com", t, random), t + seconds(1),
                         host.region,
                         {.service = "ec2",
                          .name = starting ? "StartInstances" : "StopInstances",
                          .read_only = false,
                          .request_json = object({{"instancesSet", set}}),
                          .request_id = request_id});
      if (!starting) continue;
      const Seconds noon = scene.at(day, 12, 48, random.between(0, 59));
      agent_calls(scene,
                  start_instance_session(scene, random, host, start + seconds(6), request_id), host,
                  start + seconds(70), noon);
      agent_calls(scene, start_instance_session(scene, random, host, noon, random.uuid()), host,
                  noon + seconds(9), stop);
    }
  }
}

}  // namespace

void play_workloads(Scene& scene) {
  for (const Workload& workload : scene.world.workloads) run_workload(scene, workload);
  serve_exports(scene);
  run_build_host(scene);
}

}  // namespace backtrail::sample
