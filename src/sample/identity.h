#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "sample/random.h"

namespace backtrail::sample {

/// CloudTrail's clock: whole seconds, UTC.
using Seconds = std::chrono::sys_seconds;

/// `2026-02-18T02:10:07Z`
[[nodiscard]] std::string log_time(Seconds t);
/// STS's spelling of an expiration: `Feb 18, 2026, 3:10:07 AM`
[[nodiscard]] std::string us_time(Seconds t);
/// JSON text of an object.
[[nodiscard]] std::string object(Json::Object members);

/// An id or access key that carries its account, as AWS makes them: `prefix`, then base32 of a set
/// bit, the account's 40 bits and random ones. `length` is 20 for keys, 21 for users and roles.
[[nodiscard]] std::string account_bound_id(std::string_view prefix, std::string_view account,
                                           std::size_t length, Random& random);

struct Role {
  std::string account{};
  std::string name{};
  std::string path = "/";
  std::string id{};  // AROA…
  [[nodiscard]] std::string arn() const {
    return "arn:aws:iam::" + account + ":role" + path + name;
  }
};

struct User {
  std::string account{};
  std::string name{};
  std::string id{};   // AIDA…
  std::string key{};  // AKIA…, empty when there is none
  [[nodiscard]] std::string arn() const { return "arn:aws:iam::" + account + ":user/" + name; }
};

/// sessionContext.
struct Session {
  std::optional<Role> issuer{};  // none: the session of a user or of root
  Seconds created{};
  bool mfa = false;
  std::string ec2_delivery{};        // "1.0" or "2.0"
  std::string federated_provider{};  // of webIdFederationData
};

/// userIdentity.
struct Identity {
  std::string type{};
  std::string principal_id{};
  std::string arn{};
  std::string account{};
  std::string key{};
  bool empty_key = false;  // sign-in events print accessKeyId ""
  std::string user_name{};
  std::string identity_provider{};
  std::optional<Session> session{};
  std::string invoked_by{};
  std::string in_scope_of{};   // JSON text
  std::string on_behalf_of{};  // JSON text
  std::string credential_id{};

  [[nodiscard]] std::string json() const;
};

/// Somebody or something that calls AWS, with where from and what with.
struct Actor {
  Identity identity{};
  std::string account{};  // whose trail gets the event
  std::string address{};
  std::string agent{};  // one that ends in `md/command#` gets the call's name appended
  bool console = false;
};

[[nodiscard]] Actor user_actor(const User& user, std::string address, std::string agent);
[[nodiscard]] Actor root_actor(std::string_view account, std::string address, std::string agent);
/// A service principal in its own right; the event is in `account`'s trail.
[[nodiscard]] Actor service_actor(std::string_view service, std::string_view account);
/// The holder of a role session; `created` is the second in which the role was assumed.
[[nodiscard]] Actor role_actor(const Role& role, std::string_view session_name, Seconds created,
                               std::string key, std::string address, std::string agent);
/// `service` acting with `caller`'s rights (a forward access session): a key that no record issues.
[[nodiscard]] Actor forwarded(const Actor& caller, std::string_view service, Seconds now,
                              Random& random);

}  // namespace backtrail::sample
