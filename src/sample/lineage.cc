#include "sample/lineage.h"

#include <fmt/format.h>

namespace backtrail::sample {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

std::string new_key(const Role& role, Random& random) {
  return account_bound_id("ASIA", role.account, 20, random);
}

Json credentials(const std::string& key, Seconds expiry, Random& random) {
  return Json::Object{{"accessKeyId", key},
                      {"sessionToken", "IQoJb3JpZ2luX2VjE" + random.alphanumeric(183)},
                      {"expiration", us_time(expiry)}};
}

std::string issued(const Role& role, std::string_view session_name, const std::string& key,
                   Seconds expiry, Random& random) {
  return object({{"credentials", credentials(key, expiry, random)},
                 {"assumedRoleUser",
                  Json::Object{{"assumedRoleId", fmt::format("{}:{}", role.id, session_name)},
                               {"arn", fmt::format("arn:aws:sts::{}:assumed-role/{}/{}",
                                                   role.account, role.name, session_name)}}}});
}

std::string role_resource(const Role& role) {
  return Json(Json::Array{Json::Object{
                  {"accountId", role.account}, {"type", "AWS::IAM::Role"}, {"ARN", role.arn()}}})
      .dump();
}

/// The portal's record of one step, in the management account.
void portal_event(Scene& scene, const Person& person, const PortalVisit& visit, Seconds time,
                  std::string_view service, std::string_view name, const std::string& workflow,
                  Json::Object details) {
  const std::string store = fmt::format("arn:aws:identitystore::{}:identitystore/d-9067a1b2c3",
                                        scene.world.management.id);
  Actor actor{.identity = {.type = "IdentityCenterUser",
                           .account = scene.world.management.id,
                           .on_behalf_of = object(
                               {{"userId", person.directory_id}, {"identityStoreArn", store}}),
                           .credential_id = workflow},
              .account = scene.world.management.id,
              .address = visit.address,
              .agent = visit.browser.empty() ? person.browser : visit.browser};
  Call call{.service = service,
            .name = name,
            .read_only = false,
            .details_json = object(std::move(details)),
            .event_type = "AwsServiceEvent"};
  if (service == "signin")
    call.additional_json = object({{"AuthWorkflowID", workflow},
                                   {"CredentialType", "PASSWORD,TOTP"},
                                   {"UserName", person.user},
                                   {"LoginTo", "https://example.awsapps.com/start/"}});
  scene.journal.call(actor, time, "eu-west-1", std::move(call));
}

void sign_in_to_console(Scene& scene, const Actor& actor, const Role& role, Seconds time) {
  Actor browser = actor;
  browser.console = false;
  Actor portal = browser;
  portal.agent = "Jersey/${project.version} (HttpUrlConnection 17.0.12)";
  const Json handed_in = Json::Object{{"accessKeyId", actor.identity.key}};
  scene.journal.call(
      portal, time, "eu-west-1",
      {.service = "signin",
       .name = "GetSigninToken",
       .read_only = false,
       .response_json = object({{"credentials", handed_in}, {"GetSigninToken", "Success"}}),
       .additional_json = object({{"MobileVersion", "No"}, {"MFAUsed", "No"}}),
       .event_type = "AwsConsoleSignIn"});
  browser.identity.key.clear();
  scene.journal.call(browser, time, "eu-west-1",
                     {.service = "signin",
                      .name = "ConsoleLogin",
                      .read_only = false,
                      .response_json = object({{"ConsoleLogin", "Success"}}),
                      .additional_json = object(
                          {{"LoginTo", "https://eu-west-1.console.aws.amazon.com/console/home"},
                           {"MobileVersion", "No"},
                           {"MFAUsed", "No"},
                           {"SamlProviderArn", fmt::format("arn:aws:iam::{}:saml-provider/"
                                                           "AWSSSO_5d1f0a7c9b3e2468_DO_NOT_DELETE",
                                                           role.account)}}),
                      .event_type = "AwsConsoleSignIn"});
}

}  // namespace

Actor open_portal(Scene& scene, Random& random, const Person& person, const Role& role,
                  Seconds time, const PortalVisit& visit) {
  const std::string workflow = random.uuid();
  portal_event(scene, person, visit, time, "signin", "CredentialChallenge", workflow,
               {{"CredentialChallenge", "Success"}});
  for (int i = 0; i < visit.failed_checks; ++i) {
    time += seconds(random.between(12, 40));
    portal_event(scene, person, visit, time, "signin", "CredentialVerification", workflow,
                 {{"CredentialVerification", "Failure"}});
  }
  time += seconds(random.between(6, 25));
  portal_event(scene, person, visit, time, "signin", "CredentialVerification", workflow,
               {{"CredentialVerification", "Success"}});
  portal_event(scene, person, visit, time, "signin", "UserAuthentication", workflow,
               {{"UserAuthentication", "Success"}});
  time += seconds(random.between(4, 30));
  portal_event(scene, person, visit, time, "sso", visit.console ? "Federate" : "GetRoleCredentials",
               random.uuid(),
               {{"role_name", role.name.substr(15, role.name.rfind('_') - 15)},
                {"account_id", role.account}});

  const std::string provider = fmt::format(
      "arn:aws:iam::{}:saml-provider/AWSSSO_5d1f0a7c9b3e2468_DO_NOT_DELETE", role.account);
  Actor portal{
      .identity = {.type = "SAMLUser",
                   .principal_id =
                       fmt::format("{}=:{}", "xQ7vT2m9Lk4cR8wZ1nB6pD3sF0g", person.user),
                   .user_name = person.user,
                   .identity_provider = "xQ7vT2m9Lk4cR8wZ1nB6pD3sF0g="},
      .account = role.account,
      .address = "192.0.2.8",  // the portal's own host
      .agent = "aws-sdk-java/2.29.50 md/io#async md/http#NettyNio ua/2.1 lang/java#21.0.5"};
  scene.journal.call(
      portal, time, "eu-west-1",
      {.service = "sts",
       .name = "AssumeRoleWithSAML",
       .request_json = object({{"sAMLAssertionID", "_" + random.uuid()},
                               {"roleSessionName", person.user},
                               {"roleArn", role.arn()},
                               {"principalArn", provider},
                               {"durationSeconds", 28800}}),
       .response_json = issued(role, person.user, new_key(role, random), time + hours(8), random),
       .resources_json = role_resource(role)});
  Actor actor = role_actor(
      role, person.user, time, new_key(role, random), visit.address,
      visit.console ? (visit.browser.empty() ? person.browser : visit.browser) : person.cli);
  actor.console = visit.console;
  if (visit.console) sign_in_to_console(scene, actor, role, time);
  return actor;
}

Assumed assume_role(Scene& scene, Random& random, const Actor& caller, const Role& role,
                    Seconds time, const Assumption& how) {
  const std::string key = new_key(role, random);
  Json::Object request{{"roleArn", role.arn()}, {"roleSessionName", how.session_name}};
  if (!how.external_id.empty()) request.emplace_back("externalId", how.external_id);
  Call call{.service = "sts",
            .name = "AssumeRole",
            .request_json = object(std::move(request)),
            .response_json = issued(role, how.session_name, key, time + hours(1), random),
            .resources_json = role_resource(role)};
  Assumed out{.actor = role_actor(role, how.session_name, time, key, caller.address, caller.agent)};
  if (caller.identity.session && caller.identity.session->mfa)
    out.actor.identity.session->mfa = true;
  if (caller.identity.account == role.account) {
    out.caller_event = out.target_event =
        scene.journal.call(caller, time, how.region, std::move(call));
    return out;
  }
  call.shared_event_id = random.uuid();
  call.request_id = random.uuid();
  // The role's owner sees no more of a foreign caller than account and id.
  Actor stranger = caller;
  stranger.identity = {.type = "AWSAccount",
                       .principal_id = caller.identity.principal_id,
                       .account = caller.identity.account};
  stranger.account = role.account;
  stranger.console = false;
  if (!caller.account.empty())
    out.caller_event = scene.journal.call(caller, time, how.region, call);
  out.target_event = scene.journal.call(stranger, time, how.region, std::move(call));
  return out;
}

Actor assume_by_service(Scene& scene, Random& random, std::string_view service, const Role& role,
                        std::string_view session_name, std::string_view region, Seconds time,
                        std::string_view agent, std::string_view address) {
  const std::string key = new_key(role, random);
  scene.journal.call(
      service_actor(service, role.account), time, region,
      {.service = "sts",
       .name = "AssumeRole",
       .request_json = object({{"roleArn", role.arn()}, {"roleSessionName", session_name}}),
       .response_json = issued(role, session_name, key, time + hours(12), random),
       .resources_json = role_resource(role)});
  return role_actor(role, session_name, time, key, std::string(address), std::string(agent));
}

Actor start_instance_session(Scene& scene, Random& random, const Instance& instance, Seconds time,
                             const std::string& request_id) {
  std::string last;
  for (int i = 0; i < 2; ++i) {
    last = new_key(*instance.role, random);
    // EC2's answer has no assumedRoleUser.
    scene.journal.call(
        service_actor("ec2.amazonaws.com", instance.role->account), time, instance.region,
        {.service = "sts",
         .name = "AssumeRole",
         .request_json =
             object({{"roleArn", instance.role->arn()}, {"roleSessionName", instance.id}}),
         .response_json =
             object({{"credentials", credentials(last, time + seconds(23700), random)}}),
         .resources_json = role_resource(*instance.role),
         .request_id = request_id});
  }
  Actor actor = role_actor(*instance.role, instance.id, time, last, instance.address,
                           "aws-sdk-go/1.55.5 (go1.22.7; linux; amd64) amazon-ssm-agent/");
  actor.identity.session->ec2_delivery = "2.0";
  return actor;
}

Actor federate(Scene& scene, Random& random, const Role& role, Seconds time,
               std::string_view region, const Federation& how) {
  const std::string key = new_key(role, random);
  Actor caller{
      .identity = {.type = "WebIdentityUser",
                   .principal_id = fmt::format("{}:{}:{}", how.provider, how.audience, how.subject),
                   .user_name = how.subject,
                   .identity_provider = how.provider},
      .account = role.account,
      .address = how.address,
      .agent = how.agent};
  Json answer = Json::parse(issued(role, how.session_name, key, time + hours(1), random)).value();
  answer.set("subjectFromWebIdentityToken", how.subject);
  answer.set("provider", how.provider);
  answer.set("audience", how.audience);
  scene.journal.call(caller, time, region,
                     {.service = "sts",
                      .name = "AssumeRoleWithWebIdentity",
                      .request_json = object({{"roleArn", role.arn()},
                                              {"roleSessionName", how.session_name},
                                              {"durationSeconds", 3600}}),
                      .response_json = answer.dump(),
                      .resources_json = role_resource(role)});
  Actor actor = role_actor(role, how.session_name, time, key, how.address, how.agent);
  actor.identity.session->federated_provider = how.provider;
  return actor;
}

}  // namespace backtrail::sample
