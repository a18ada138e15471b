// AWS Security Hub findings in AWS's own format (ASFF). Source: Security Hub User Guide, "AWS Security Finding Format
// (ASFF)", "Required top-level attributes", "Optional top-level attributes"; API reference, GetFindings.

#include <cstdlib>

#include "base/text.h"
#include "sources/detail/external_finding.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

bool recognises(const JsonItem& item) {
  return item.has("ProductArn") && item.has("AwsAccountId") && item.has("Id") &&
         (item.has("GeneratorId") || item.has("Resources"));
}

/// "arn:aws:securityhub:us-east-1::product/aws/guardduty" → "guardduty".
std::string product_of(std::string_view arn) {
  const std::size_t slash = arn.rfind('/');
  return slash == std::string_view::npos ? "securityhub" : to_lower_ascii(arn.substr(slash + 1));
}

model::Severity level_of(const JsonItem& item) {
  if (const auto label = item.at("Severity.Label"))
    if (const auto level = level_of_label(*label)) return *level;
  // Findings of the first years have numbers alone: 0 to 100.
  const double n = std::strtod(item.at("Severity.Normalized").value_or("0").c_str(), nullptr);
  if (n >= 90) return model::Severity::critical;
  if (n >= 70) return model::Severity::high;
  if (n >= 40) return model::Severity::medium;
  return n >= 1 ? model::Severity::low : model::Severity::informational;
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  const std::string_view account = item.text("AwsAccountId"), product = item.text("ProductArn");
  draft.account(account);
  const std::string_view region = item.text("Region");
  draft.region(region.empty() ? arn_part(product, 3) : region);
  const std::string_view when = item.text("UpdatedAt").empty() ? item.text("CreatedAt") : item.text("UpdatedAt");
  if (!when.empty()) draft.time(time_of_text(when));

  ExternalFinding f{.id = std::string(item.text("Id")),
                    .title = std::string(item.text("Title")),
                    .source = product_of(product),
                    .level = level_of(item)};
  std::set<std::string> types;
  collect(item, {"FindingProviderFields.Types", "Types"}, types);
  f.type = types.empty() ? std::string(item.text("GeneratorId")) : *types.begin();
  f.first = item.text("FirstObservedAt").empty() ? item.text("CreatedAt") : item.text("FirstObservedAt");
  f.last = item.text("LastObservedAt").empty() ? when : item.text("LastObservedAt");
  collect(item,
          {"Action.*.RemoteIpDetails.IpAddressV4", "Action.*.*.RemoteIpDetails.IpAddressV4", "Network.SourceIpV4",
           "Network.SourceIpV6", "ProductFields.aws/guardduty/service/action/awsApiCallAction/remoteIpDetails/ipAddressV4",
           "ProductFields.aws/guardduty/service/action/networkConnectionAction/remoteIpDetails/ipAddressV4"},
          f.addresses);
  collect(item, {"Resources.Id"}, f.resources);
  constexpr std::string_view kKey = "Resources.Details.AwsIamAccessKey.";
  const auto part = [&](std::string_view name) { return item.at(std::string(kKey) + std::string(name)).value_or(""); };
  if (auto name = principal_name(account, part("PrincipalType"), part("PrincipalName")); !name.empty())
    f.principals.insert(std::move(name));
  f.access_key = part("AccessKeyId");
  set_finding(securityhub_type(), f, draft);
  return std::nullopt;
}

}  // namespace

const model::LogType& securityhub_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "securityhub",
                     .title = "Security Hub findings",
                     .table = "securityhub_findings",
                     .service = "securityhub"};
    for (const char* name :
         {"SchemaVersion", "Id", "ProductArn", "ProductName", "CompanyName", "Region", "GeneratorId", "AwsAccountId",
          "Types", "FirstObservedAt", "LastObservedAt", "CreatedAt", "UpdatedAt", "Severity", "Confidence", "Criticality",
          "Title", "Description", "Remediation", "SourceUrl", "ProductFields", "UserDefinedFields", "Malware", "Network",
          "Process", "ThreatIntelIndicators", "Threats", "Resources", "Compliance", "VerificationState",
          "WorkflowState", "Workflow", "RecordState", "RelatedFindings", "Note", "Vulnerabilities", "Action",
          "FindingProviderFields", "Sample", "Detection", "ProcessedAt", "AwsAccountName"})
      t.fields.push_back({.name = name, .column = to_lower_ascii(name)});
    t = finding_type(std::move(t));
    return t;
  }();
  return type;
}

JsonType securityhub_json() {
  return {.type = &securityhub_type(), .recognises = recognises, .complete = complete};
}

}  // namespace backtrail::sources::detail
