#include "sample/identity.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/time.h"

namespace backtrail::sample {
namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

std::uint64_t to_number(std::string_view digits) {
  std::uint64_t n = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), n);
  return n;
}

void write_session(JsonWriter& w, const Session& s) {
  w.key("sessionContext").begin_object();
  w.key("sessionIssuer").begin_object();
  if (s.issuer) {
    w.field("type", "Role").field("principalId", s.issuer->id).field("arn", s.issuer->arn());
    w.field("accountId", s.issuer->account).field("userName", s.issuer->name);
  }
  w.end_object();
  w.key("webIdFederationData").begin_object();
  if (!s.federated_provider.empty()) {
    w.field("federatedProvider", s.federated_provider);
    w.key("attributes").begin_object().end_object();
  }
  w.end_object();
  w.key("attributes").begin_object();
  w.field("creationDate", log_time(s.created)).field("mfaAuthenticated", s.mfa ? "true" : "false");
  w.end_object();
  if (!s.ec2_delivery.empty()) w.field("ec2RoleDelivery", s.ec2_delivery);
  w.end_object();
}

}  // namespace

std::string log_time(Seconds t) { return format_rfc3339(t); }

std::string us_time(Seconds t) {
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(t - day);
  const auto hour = static_cast<int>(clock.hours().count());
  return fmt::format("{} {}, {}, {}:{:02}:{:02} {}",
                     kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<unsigned>(date.day()), static_cast<int>(date.year()),
                     hour % 12 == 0 ? 12 : hour % 12, clock.minutes().count(),
                     clock.seconds().count(), hour < 12 ? "AM" : "PM");
}

std::string object(Json::Object members) { return Json(std::move(members)).dump(); }

std::string account_bound_id(std::string_view prefix, std::string_view account, std::size_t length,
                             Random& random) {
  // 50 bits fill ten characters: the marker, 40 bits of account, 9 of chance.
  std::uint64_t bits = (std::uint64_t{1} << 49) | (to_number(account) << 9) | random.below(512);
  std::string head(10, 'A');
  for (std::size_t i = head.size(); i-- > 0; bits >>= 5) head[i] = kBase32[bits & 31];
  std::string id(prefix);
  id += head;
  return id + random.text(length - id.size(), kBase32);
}

std::string Identity::json() const {
  JsonWriter w;
  w.begin_object();
  const auto text = [&w](std::string_view name, const std::string& value) {
    if (!value.empty()) w.field(name, value);
  };
  text("type", type);
  text("principalId", principal_id);
  text("arn", arn);
  text("accountId", account);
  if (!key.empty() || empty_key) w.field("accessKeyId", key);
  text("userName", user_name);
  text("identityProvider", identity_provider);
  if (session) write_session(w, *session);
  text("invokedBy", invoked_by);
  if (!in_scope_of.empty()) w.key("inScopeOf").raw(in_scope_of);
  if (!on_behalf_of.empty()) w.key("onBehalfOf").raw(on_behalf_of);
  text("credentialId", credential_id);
  w.end_object();
  return w.take();
}

Actor user_actor(const User& user, std::string address, std::string agent) {
  return {.identity = {.type = "IAMUser",
                       .principal_id = user.id,
                       .arn = user.arn(),
                       .account = user.account,
                       .key = user.key,
                       .user_name = user.name},
          .account = user.account,
          .address = std::move(address),
          .agent = std::move(agent)};
}

Actor root_actor(std::string_view account, std::string address, std::string agent) {
  return {.identity = {.type = "Root",
                       .principal_id = std::string(account),
                       .arn = fmt::format("arn:aws:iam::{}:root", account),
                       .account = std::string(account)},
          .account = std::string(account),
          .address = std::move(address),
          .agent = std::move(agent)};
}

Actor service_actor(std::string_view service, std::string_view account) {
  const std::string name(service);
  return {.identity = {.type = "AWSService", .invoked_by = name},
          .account = std::string(account),
          .address = name,
          .agent = name};
}

Actor role_actor(const Role& role, std::string_view session_name, Seconds created, std::string key,
                 std::string address, std::string agent) {
  return {.identity = {.type = "AssumedRole",
                       .principal_id = fmt::format("{}:{}", role.id, session_name),
                       .arn = fmt::format("arn:aws:sts::{}:assumed-role/{}/{}", role.account,
                                          role.name, session_name),
                       .account = role.account,
                       .key = std::move(key),
                       .session = Session{.issuer = role, .created = created}},
          .account = role.account,
          .address = std::move(address),
          .agent = std::move(agent)};
}

Actor forwarded(const Actor& caller, std::string_view service, Seconds now, Random& random) {
  Actor out = caller;
  out.identity.key = account_bound_id("ASIA", caller.identity.account, 20, random);
  if (!out.identity.session)
    out.identity.session = Session{.created = now - std::chrono::seconds(random.between(0, 5))};
  out.identity.invoked_by = std::string(service);
  out.address = out.agent = std::string(service);
  return out;
}

}  // namespace backtrail::sample
