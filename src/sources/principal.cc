#include <fmt/format.h>

#include <string>
#include <string_view>

#include "base/text.h"
#include "sources/sources.h"

namespace backtrail::sources {
namespace {

using model::Record;

std::string_view text_of(const Record& record, int slot) {
  const model::Value& v = record.at(slot);
  return v.is_text() ? v.text : std::string_view{};
}

/// The six parts of `arn:partition:service:region:account:resource`.
struct ArnView {
  std::string_view partition{}, service{}, region{}, account{}, resource{};
};

bool parse_arn(std::string_view text, ArnView& arn) {
  if (!text.starts_with("arn:")) return false;
  std::string_view* const parts[] = {&arn.partition, &arn.service, &arn.region, &arn.account};
  text.remove_prefix(4);
  for (std::string_view* part : parts) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return false;
    *part = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  arn.resource = text;
  return !text.empty();
}

constexpr std::string_view kAssumedRole = "assumed-role/";
constexpr std::string_view kFederatedUser = "federated-user/";

/// `arn:aws:sts::A:assumed-role/Name/session` without the session; other ARNs unchanged, except that a
/// federated user, who is nothing but a session, gives "".
std::string without_session(std::string_view text) {
  ArnView arn;
  if (!parse_arn(text, arn)) return {};
  if (arn.resource.starts_with(kFederatedUser) && arn.service == "sts") return {};
  if (!arn.resource.starts_with(kAssumedRole)) return std::string(text);
  const std::string_view rest = arn.resource.substr(kAssumedRole.size());
  const std::string_view name = rest.substr(0, rest.find('/'));
  if (name.empty()) return {};
  const auto head = static_cast<std::size_t>(arn.resource.data() - text.data());
  return std::string(text.substr(0, head + kAssumedRole.size() + name.size()));
}

bool is_type(const Record& record, std::string_view type) {
  return equal_ignore_case_ascii(text_of(record, kUserType), type);
}

/// Behind the first colon of `AROA…:session`.
std::string_view session_of_principal_id(std::string_view id) {
  const std::size_t colon = id.find(':');
  return colon == std::string_view::npos ? std::string_view{} : id.substr(colon + 1);
}

bool is_role_session_id(std::string_view id) {
  return id.starts_with("AROA") && id.find(':') != std::string_view::npos;
}

}  // namespace

std::string principal_of(const Record& record) {
  const std::string_view arn = text_of(record, kUserArn);
  const std::string_view issuer = text_of(record, kIssuerArn);
  const bool is_session = is_type(record, "AssumedRole") || is_type(record, "FederatedUser") ||
                          arn.find(":assumed-role/") != std::string_view::npos ||
                          arn.find(":federated-user/") != std::string_view::npos;
  if (is_session && !issuer.empty()) {
    if (std::string name = without_session(issuer); !name.empty()) return name;
  }
  if (std::string name = without_session(arn); !name.empty()) return name;
  const std::string_view account = text_of(record, kUserAccountId);
  if (is_type(record, "Root") && !account.empty())
    return fmt::format("arn:aws:iam::{}:root", account);
  // Services, foreign accounts, and people who are not signed in yet: their names are claims that a
  // failed sign-in may only have guessed, so that the account stands for them.
  if (const auto service = text_of(record, kUserInvokedBy); !service.empty())
    return std::string(service);
  return std::string(account);
}

std::string session_of(const Record& record) {
  ArnView arn;
  if (parse_arn(text_of(record, kUserArn), arn)) {
    if (arn.resource.starts_with(kAssumedRole)) {
      const std::string_view rest = arn.resource.substr(kAssumedRole.size());
      const std::size_t slash = rest.find('/');
      if (slash != std::string_view::npos) return std::string(rest.substr(slash + 1));
    } else if (arn.resource.starts_with(kFederatedUser)) {
      return std::string(arn.resource.substr(kFederatedUser.size()));
    }
  }
  const std::string_view id = text_of(record, kUserPrincipalId);
  if (is_type(record, "AssumedRole") || is_type(record, "FederatedUser") || is_role_session_id(id))
    return std::string(session_of_principal_id(id));
  return {};
}

}  // namespace backtrail::sources
