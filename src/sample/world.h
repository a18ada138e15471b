#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sample/identity.h"

namespace backtrail::sample {

/// A member account of the organisation.
struct Account {
  std::string id{};
  std::string name{};
  std::string home_region = "eu-west-1";
  std::vector<std::string> regions{};  // where something happens on an ordinary day
};

/// Somebody who signs in through Identity Center.
struct Person {
  std::string user{};  // session name: an e-mail address
  std::string directory_id{};
  std::string home_address{};
  std::string browser{};
  std::string cli{};
  std::vector<const Role*> roles{};  // the first is for the daily work
  int calls_a_day = 20;
};

/// An application that runs on AWS under a role of its own.
struct Workload {
  enum class Kind : std::uint8_t { ecs_task, lambda, pod };
  Kind kind = Kind::lambda;
  std::string name{};
  const Role* role = nullptr;
  std::string region{};
  std::string agent{};
  std::vector<std::string> secrets{};  // ARNs read at start
  std::string kms_key{};               // ARN
  std::string bucket{};
};

struct Instance {
  std::string id{};
  std::string region{};
  std::string address{};
  const Role* role = nullptr;
};

/// The organisation as it stands before the first event. Addresses of its parts stay the same.
struct World {
  explicit World(std::uint64_t seed);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  std::string org_id{};
  Account management{}, log_archive{}, production{}, development{};
  [[nodiscard]] std::vector<const Account*> accounts() const {
    return {&management, &log_archive, &production, &development};
  }

  // roles of people
  Role admin_management{}, admin_production{}, admin_development{}, admin_log_archive{};
  Role read_production{}, power_development{}, audit_production{}, audit_development{};
  // roles of machines
  Role ci_production{}, ci_development{}, deploy_production{}, ops_automation{};
  std::vector<Role> scanner{}, config_recorder{}, trusted_advisor{};  // one an account
  Role trail_delivery{}, build_host_role{}, scheduler_role{};
  std::vector<Role> workload_roles{};

  User web_assets{};       // development; its key leaks
  User backup_exporter{};  // production; its key is rotated half-way
  std::string backup_exporter_next_key{};
  User reporting{};  // production; dormant

  std::vector<Person> people{};
  std::vector<Workload> workloads{};
  Instance build_host{};

  std::string trail_bucket = "example-org-cloudtrail";
  std::string trail_key{};     // ARN, in the log archive
  std::string org_trail{};     // ARN
  std::string legacy_trail{};  // ARN, of production alone
  std::string export_bucket = "example-prod-customer-exports";
  std::string assets_bucket = "example-www-assets";
  std::string state_bucket = "example-dev-terraform-state";
  std::vector<std::string> production_buckets{}, development_buckets{};
  std::vector<std::string> development_secrets{};  // ARNs
  std::string customer_volume{}, customer_snapshot{}, flow_log{}, production_vpc{}, detector{};
  std::string guarded_group{};  // the security group of the production bastion

  [[nodiscard]] const Person& person(std::string_view user) const;
  [[nodiscard]] const Account& account(std::string_view id) const;
};

// Places. All addresses are reserved for documentation (RFC 5737).
inline constexpr const char* kOffice = "203.0.113.10";
inline constexpr const char* kVpn = "203.0.113.40";
inline constexpr const char* kEgress = "203.0.113.129";  // NAT gateway of production
inline constexpr const char* kDevelopmentEgress = "203.0.113.161";
inline constexpr const char* kVendorAccount = "777788889999";
inline constexpr const char* kVendorAddress = "198.51.100.20";

}  // namespace backtrail::sample
