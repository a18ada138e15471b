// Amazon GuardDuty findings: S3 exports, EventBridge, GetFindings, attack sequences. Source: GuardDuty User Guide,
// "Finding format", "Exporting findings", "Severity levels", "Extended Threat Detection"; API reference, Finding;
// Amazon Athena User Guide, "Query Amazon GuardDuty findings" (table gd_logs).
#include <cstdlib>

#include "base/json_keys.h"
#include "base/text.h"
#include "sources/detail/external_finding.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

bool recognises(const JsonItem& item) {
  const auto has = [&](std::string_view a, std::string_view b) { return item.has(a) || item.has(b); };
  return has("schemaVersion", "SchemaVersion") && has("service", "Service") && has("resource", "Resource") &&
         has("type", "Type") && has("severity", "Severity") && !item.has("ProductArn");
}

/// The API's spelling, `Id`, as exports and events have it, `id`.
std::string respell(const JsonItem& item) {
  return item.has("SchemaVersion") ? with_camel_keys(item.whole()) : std::string();
}

model::Severity level_of(std::string_view severity) {
  const double d = std::strtod(std::string(severity).c_str(), nullptr);
  if (d >= 9) return model::Severity::critical;
  if (d >= 7) return model::Severity::high;
  if (d >= 4) return model::Severity::medium;
  return d >= 1 ? model::Severity::low : model::Severity::informational;
}

void add_identities(const JsonItem& item, std::string_view account, ExternalFinding& f) {
  constexpr std::string_view kKey = "resource.accessKeyDetails.";
  const auto part = [&](std::string_view prefix, std::string_view name) {
    return item.at(std::string(prefix) + std::string(name)).value_or("");
  };
  f.access_key = part(kKey, "accessKeyId");
  if (auto name = principal_name(account, part(kKey, "userType"), part(kKey, "userName")); !name.empty())
    f.principals.insert(std::move(name));
  // An attack sequence tells of its actors by ARN or by name.
  constexpr std::string_view kActor = "service.detection.sequence.actors.user.";
  if (auto name = principal_name(account, part(kActor, "type"), part(kActor, "name")); !name.empty())
    f.principals.insert(std::move(name));
  if (auto name = part("resource.kubernetesDetails.kubernetesUserDetails.", "username"); !name.empty())
    f.principals.insert(std::move(name));
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  const std::string_view account = item.text("accountId");
  draft.account(account);
  draft.region(item.text("region"));
  const std::string_view when = item.text("updatedAt").empty() ? item.text("createdAt") : item.text("updatedAt");
  if (!when.empty()) draft.time(time_of_text(when));

  ExternalFinding f{.type = std::string(item.text("type")),
                    .title = std::string(item.text("title")),
                    .source = "guardduty",
                    .level = level_of(item.text("severity"))};
  f.id = item.text("arn").empty() ? item.text("id") : item.text("arn");
  const std::string first = item.at("service.eventFirstSeen").value_or(""), last = item.at("service.eventLastSeen").value_or("");
  f.first = first.empty() ? item.text("createdAt") : std::string_view(first);
  f.last = last.empty() ? when : std::string_view(last);
  add_identities(item, account, f);
  collect(item,
          {"service.action.*.remoteIpDetails.ipAddressV4", "service.action.*.remoteIpDetails.ipAddressV6",
           "service.action.*.*.remoteIpDetails.ipAddressV4", "service.action.kubernetesApiCallAction.sourceIps",
           "service.detection.sequence.endpoints.ip", "service.evidence.threatIntelligenceDetails.ipAddress"},
          f.addresses);
  collect(item,
          {"resource.instanceDetails.instanceId", "resource.s3BucketDetails.arn", "resource.eksClusterDetails.arn",
           "resource.ecsClusterDetails.arn", "resource.lambdaDetails.functionArn",
           "resource.rdsDbInstanceDetails.dbInstanceArn", "resource.ebsVolumeDetails.scannedVolumeDetails.volumeArn",
           "resource.containerDetails.id", "resource.accessKeyDetails.accessKeyId",
           "service.detection.sequence.resources.uid"},
          f.resources);
  set_finding(guardduty_type(), f, draft);
  return std::nullopt;
}

}  // namespace

const model::LogType& guardduty_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "guardduty",
                     .title = "GuardDuty findings",
                     .table = "gd_logs",
                     .service = "guardduty"};
    for (const std::string name : {"schemaVersion", "accountId", "region", "partition", "id", "arn", "type", "resource",
                                   "service", "severity", "createdAt", "updatedAt", "title", "description"})
      t.fields.push_back({.name = name,
                          .column = to_lower_ascii(name),
                          .lower_keys = name == "resource" || name == "service"});
    t = finding_type(std::move(t));
    t.shape.user_name = {.fields = {"resource.accessKeyDetails.userName"}};
    return t;
  }();
  return type;
}

JsonType guardduty_json() {
  return {.type = &guardduty_type(), .recognises = recognises, .complete = complete, .respell = respell};
}

}  // namespace backtrail::sources::detail
