#include <algorithm>
#include <cmath>

#include "analysis/detail/summary.h"

namespace backtrail::analysis {
namespace {

bool is_account_id(std::string_view text) {
  return text.size() == 12 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

double weight_of(model::Severity s) {
  switch (s) {
    case model::Severity::critical:
      return 100;
    case model::Severity::high:
      return 40;
    case model::Severity::medium:
      return 15;
    case model::Severity::low:
      return 4;
    case model::Severity::informational:
      break;
  }
  return 0;
}

}  // namespace

std::string principal_kind(std::string_view principal, std::string_view type) {
  const auto holds = [principal](std::string_view part) {
    return principal.find(part) != std::string_view::npos;
  };
  if (principal.starts_with("arn:")) {
    if (principal.ends_with(":root")) return "root";
    if (holds(":user/")) return "user";
    if (holds(":role/") || holds(":assumed-role/")) return "role";
    if (holds(":federated-user")) return "federated";
  }
  if (type == "Root") return "root";
  if (type == "IAMUser") return "user";
  if (type == "AssumedRole" || type == "Role") return "role";
  if (type == "FederatedUser" || type == "SAMLUser" || type == "WebIdentityUser" ||
      type == "IdentityCenterUser")
    return "federated";
  if (type == "AWSService" || principal.ends_with(".amazonaws.com") ||
      principal.starts_with("AWS Internal"))
    return "service";
  if (type == "AWSAccount" || is_account_id(principal)) return "account";
  return "unknown";
}

bool is_aws_itself(const PrincipalSummary& p) {
  return p.kind == "service" || p.principal.find(":role/aws-service-role/") != std::string::npos;
}

double interest_of(const PrincipalSummary& p, const std::vector<const model::Finding*>& findings,
                   double sensitive_succeeded, double sensitive_failed) {
  double interest = 0;
  for (const model::Finding* f : findings) {
    const bool attempts_only = f->denied >= f->event_ids.size();
    interest += weight_of(f->severity) * (attempts_only ? 0.5 : 1.0);
  }
  interest += sensitive_succeeded + 0.5 * sensitive_failed;
  interest += 3 * std::log10(1.0 + static_cast<double>(p.denied));
  return is_aws_itself(p) || is_expected(p.marks) ? interest / 10 : interest;
}

}  // namespace backtrail::analysis
