#pragma once

#include <string>
#include <string_view>

#include "sample/scene.h"

namespace backtrail::sample {

/// How sessions are born: each function writes the records that issue one and returns its holder,
/// so that issued keys, creation dates and shared event ids fit together.

/// A person signs in to the access portal and opens a role: Identity Center's sign-in steps and
/// portal call in the management account, AssumeRoleWithSAML (and for the console GetSigninToken
/// and ConsoleLogin) in the role's account. `failed_checks` wrong second factors come first.
struct PortalVisit {
  std::string address{};
  bool console = true;
  int failed_checks = 0;
  std::string browser{};  // empty: the person's own
};
[[nodiscard]] Actor open_portal(Scene& scene, Random& random, const Person& person,
                                const Role& role, Seconds time, const PortalVisit& visit);

/// `caller` assumes `role`; between accounts both get their copy, tied by sharedEventID.
struct Assumption {
  std::string session_name{};
  std::string external_id{};
  std::string region = "eu-west-1";
};
struct Assumed {
  Actor actor{};
  std::string caller_event{};  // eventID in the caller's account, empty when that is not ours
  std::string target_event{};  // eventID in the role's account
};
[[nodiscard]] Assumed assume_role(Scene& scene, Random& random, const Actor& caller,
                                  const Role& role, Seconds time, const Assumption& how);

/// A service assumes `role` for a workload.
[[nodiscard]] Actor assume_by_service(Scene& scene, Random& random, std::string_view service,
                                      const Role& role, std::string_view session_name,
                                      std::string_view region, Seconds time, std::string_view agent,
                                      std::string_view address);

/// EC2 fetches both keys of an instance in one second, under the request id of the launch if there
/// is one; the agent on the host uses the one for IMDSv2.
[[nodiscard]] Actor start_instance_session(Scene& scene, Random& random, const Instance& instance,
                                           Seconds time, const std::string& request_id);

/// A pipeline or pod exchanges its identity provider's token.
struct Federation {
  std::string provider{};  // ARN or host name
  std::string provider_host{};
  std::string audience = "sts.amazonaws.com";
  std::string subject{};
  std::string session_name{};
  std::string address{};
  std::string agent{};
};
[[nodiscard]] Actor federate(Scene& scene, Random& random, const Role& role, Seconds time,
                             std::string_view region, const Federation& how);

}  // namespace backtrail::sample
