#include "sample/world.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/result.h"

namespace backtrail::sample {
namespace {

constexpr const char* kSafari =
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.2 Safari/605.1.15";
constexpr const char* kFirefox =
    "Mozilla/5.0 (X11; Linux x86_64; rv:134.0) Gecko/20100101 Firefox/134.0";
constexpr const char* kChrome =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/132.0.0.0 Safari/537.36";

std::string cli(std::string_view version, std::string_view os) {
  return fmt::format(
      "aws-cli/{} md/awscrt#0.23.4 ua/2.0 os/{} md/arch#x86_64 lang/python#3.12.6 "
      "md/pyimpl#CPython "
      "cfg/retry-mode#standard md/installer#exe md/prompt#off md/command#",
      version, os);
}

class Builder {
 public:
  Builder(World& world, std::uint64_t seed) : w_(world), random_(seed, "world") {}

  void build() {
    w_.org_id = "o-" + random_.text(10, "abcdefghijklmnopqrstuvwxyz0123456789");
    w_.management = {
        .id = "111122223333", .name = "management", .regions = {"eu-west-1", "us-east-1"}};
    w_.log_archive = {.id = "222233334444", .name = "log-archive", .regions = {"eu-west-1"}};
    w_.production = {.id = "444455556666",
                     .name = "production",
                     .regions = {"eu-west-1", "us-east-1", "eu-central-1"}};
    w_.development = {
        .id = "555566667777", .name = "development", .regions = {"eu-west-1", "us-east-1"}};
    roles();
    users();
    people();
    things();
    workloads();
  }

 private:
  Role role(const Account& a, std::string name, std::string path = "/") {
    return {.account = a.id,
            .name = std::move(name),
            .path = std::move(path),
            .id = account_bound_id("AROA", a.id, 21, random_)};
  }
  Role permission_set(const Account& a, std::string_view set) {
    return role(a, fmt::format("AWSReservedSSO_{}_{}", set, random_.hex(16)),
                "/aws-reserved/sso.amazonaws.com/eu-west-1/");
  }
  Role linked(const Account& a, std::string_view service, std::string name) {
    return role(a, std::move(name), fmt::format("/aws-service-role/{}.amazonaws.com/", service));
  }

  void roles() {
    w_.admin_management = permission_set(w_.management, "AdministratorAccess");
    w_.admin_production = permission_set(w_.production, "AdministratorAccess");
    w_.admin_development = permission_set(w_.development, "AdministratorAccess");
    w_.admin_log_archive = permission_set(w_.log_archive, "AdministratorAccess");
    w_.read_production = permission_set(w_.production, "ReadOnlyAccess");
    w_.power_development = permission_set(w_.development, "PowerUserAccess");
    w_.audit_production = permission_set(w_.production, "SecurityAudit");
    w_.audit_development = permission_set(w_.development, "SecurityAudit");
    w_.ci_production = role(w_.production, "github-deploy");
    w_.ci_development = role(w_.development, "github-deploy");
    w_.deploy_production = role(w_.production, "cross-account-deploy");
    w_.ops_automation = role(w_.development, "ops-automation");
    for (const Account* a : w_.accounts()) {
      w_.scanner.push_back(role(*a, "PostureVendorReadOnly"));
      w_.config_recorder.push_back(linked(*a, "config", "AWSServiceRoleForConfig"));
      w_.trusted_advisor.push_back(linked(*a, "trustedadvisor", "AWSServiceRoleForTrustedAdvisor"));
    }
    w_.trail_delivery = role(w_.management, "CloudTrailToLogs", "/service-role/");
    w_.build_host_role = role(w_.development, "build-host");
    w_.scheduler_role = role(w_.development, "office-hours-scheduler");
  }

  User user(const Account& a, std::string name) {
    return {.account = a.id,
            .name = std::move(name),
            .id = account_bound_id("AIDA", a.id, 21, random_),
            .key = account_bound_id("AKIA", a.id, 20, random_)};
  }
  void users() {
    w_.web_assets = user(w_.development, "ci-web-assets");
    w_.backup_exporter = user(w_.production, "backup-exporter");
    w_.backup_exporter_next_key = account_bound_id("AKIA", w_.production.id, 20, random_);
    w_.reporting = user(w_.production, "reporting-export");
  }

  void people() {
    const std::string linux_cli = cli("2.22.35", "linux#6.8.0-52-generic");
    const std::string mac_cli = cli("2.23.6", "macos#24.2.0");
    const std::string windows_cli = cli("2.22.35", "windows#11");
    const auto add = [&](std::string_view name, std::string address, const char* browser,
                         std::string command_line, std::vector<const Role*> roles, int calls) {
      w_.people.push_back({.user = fmt::format("{}@example.com", name),
                           .directory_id = random_.uuid(),
                           .home_address = std::move(address),
                           .browser = browser,
                           .cli = std::move(command_line),
                           .roles = std::move(roles),
                           .calls_a_day = calls});
    };
    add("maria.novak", "198.51.100.61", kSafari, mac_cli,
        {&w_.admin_production, &w_.admin_development, &w_.admin_management}, 40);
    add("jonas.weber", "198.51.100.74", kFirefox, linux_cli,
        {&w_.admin_development, &w_.admin_production}, 36);
    add("aisha.khan", "198.51.100.82", kSafari, mac_cli,
        {&w_.power_development, &w_.read_production}, 30);
    add("tom.becker", "198.51.100.95", kChrome, windows_cli, {&w_.power_development}, 26);
    add("elena.rossi", "198.51.100.103", kChrome, windows_cli, {&w_.read_production}, 18);
    add("sam.oduya", "198.51.100.118", kFirefox, linux_cli,
        {&w_.audit_production, &w_.audit_development, &w_.admin_log_archive}, 22);
    add("li.chen", "198.51.100.127", kChrome, windows_cli, {&w_.admin_management}, 12);
  }

  std::string secret(const Account& a, std::string_view name) {
    return fmt::format("arn:aws:secretsmanager:eu-west-1:{}:secret:{}-{}", a.id, name,
                       random_.alphanumeric(6));
  }
  std::string key(const Account& a) {
    return fmt::format("arn:aws:kms:eu-west-1:{}:key/{}", a.id, random_.uuid());
  }
  void things() {
    w_.trail_key = key(w_.log_archive);
    w_.org_trail = fmt::format("arn:aws:cloudtrail:eu-west-1:{}:trail/org-trail", w_.management.id);
    w_.legacy_trail =
        fmt::format("arn:aws:cloudtrail:eu-west-1:{}:trail/legacy-audit", w_.production.id);
    w_.production_buckets = {w_.export_bucket,         "example-prod-media",
                             "example-prod-alb-logs",  "example-prod-billing",
                             "example-prod-artifacts", "example-prod-backups"};
    w_.development_buckets = {w_.assets_bucket, w_.state_bucket, "example-dev-artifacts",
                              "example-dev-scratch", "example-dev-test-data"};
    for (const char* name :
         {"dev/orders/db", "dev/billing/db", "dev/mail/smtp", "dev/payments/sandbox",
          "dev/search/api-key", "dev/web/session-key", "shared/production-deploy", "dev/reports/db",
          "dev/feature-flags/token"})
      w_.development_secrets.push_back(secret(w_.development, name));
    w_.customer_volume = "vol-0" + random_.hex(16);
    w_.customer_snapshot = "snap-0" + random_.hex(16);
    w_.flow_log = "fl-0" + random_.hex(16);
    w_.production_vpc = "vpc-0" + random_.hex(16);
    w_.guarded_group = "sg-0" + random_.hex(16);
    w_.detector = random_.hex(32);
    w_.build_host = {.id = "i-0" + random_.hex(16),
                     .region = "eu-west-1",
                     .address = kDevelopmentEgress,
                     .role = &w_.build_host_role};
  }

  void workloads() {
    struct Plan {
      Workload::Kind kind;
      const char* name;
      const Account* account;
      const char* region;
      const char* agent;
    };
    const char* const lambda_agent =
        "Boto3/1.35.90 md/Botocore#1.35.90 ua/2.0 os/linux#5.10.230-240.895.amzn2.x86_64 "
        "md/arch#x86_64 lang/python#3.12.8 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 "
        "cfg/retry-mode#legacy Botocore/1.35.90";
    const char* const java_agent =
        "aws-sdk-java/2.29.50 md/io#sync md/http#Apache ua/2.1 os/Linux#5.10.230 lang/java#21.0.5 "
        "md/OpenJDK_64-Bit_Server_VM#21.0.5+11-LTS exec-env/AWS_ECS_FARGATE";
    const char* const go_agent =
        "aws-sdk-go-v2/1.32.8 ua/2.1 os/linux lang/go#1.23.4 md/GOOS#linux md/GOARCH#amd64 "
        "api/sts#1.33.3";
    using enum Workload::Kind;
    const std::vector<Plan> plans{
        {ecs_task, "orders-api", &w_.production, "eu-west-1", java_agent},
        {ecs_task, "billing-worker", &w_.production, "eu-west-1", java_agent},
        {lambda, "invoice-render", &w_.production, "eu-west-1", lambda_agent},
        {lambda, "edge-auth", &w_.production, "us-east-1", lambda_agent},
        {pod, "search-indexer", &w_.production, "eu-west-1", go_agent},
        {lambda, "standby-sync", &w_.production, "eu-central-1", lambda_agent},
        {ecs_task, "orders-api", &w_.development, "eu-west-1", java_agent},
        {lambda, "nightly-fixtures", &w_.development, "eu-west-1", lambda_agent}};
    w_.workload_roles.reserve(plans.size());  // workloads point into it
    for (const Plan& plan : plans) {
      const bool production = plan.account == &w_.production;
      w_.workload_roles.push_back(role(*plan.account, fmt::format("{}-role", plan.name)));
      w_.workloads.push_back(
          {.kind = plan.kind,
           .name = plan.name,
           .role = &w_.workload_roles.back(),
           .region = plan.region,
           .agent = plan.agent,
           .secrets = production
                          ? std::vector{secret(w_.production, fmt::format("prod/{}/db", plan.name))}
                          : std::vector{w_.development_secrets.front()},
           .kms_key = key(*plan.account),
           .bucket = production ? "example-prod-media" : "example-dev-artifacts"});
    }
  }

  World& w_;
  Random random_;
};

}  // namespace

World::World(std::uint64_t seed) { Builder(*this, seed).build(); }

const Person& World::person(std::string_view user) const {
  const auto at = std::ranges::find_if(people, [&](const Person& p) {
    return p.user.starts_with(user) && p.user[user.size()] == '@';
  });
  BACKTRAIL_CHECK(at != people.end(), "unknown person");
  return *at;
}

const Account& World::account(std::string_view id) const {
  const auto all = accounts();
  const auto at = std::ranges::find_if(all, [&](const Account* a) { return a->id == id; });
  BACKTRAIL_CHECK(at != all.end(), "unknown account");
  return **at;
}

}  // namespace backtrail::sample
