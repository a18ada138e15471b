// Amazon Macie findings. Source: Macie API reference, Finding; Macie User Guide, "EventBridge event schema for findings".
#include "base/json_keys.h"
#include "base/text.h"
#include "sources/detail/external_finding.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

bool recognises(const JsonItem& item) {
  return (item.has("resourcesAffected") && item.has("category") && item.has("severity")) ||
         (item.has("ResourcesAffected") && item.has("Category") && item.has("Severity"));
}

std::string respell(const JsonItem& item) {
  return item.has("ResourcesAffected") ? with_camel_keys(item.whole()) : std::string();
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  const std::string_view account = item.text("accountId");
  draft.account(account);
  draft.region(item.text("region"));
  const std::string_view when = item.text("updatedAt").empty() ? item.text("createdAt") : item.text("updatedAt");
  if (!when.empty()) draft.time(time_of_text(when));

  ExternalFinding f{.id = std::string(item.text("id")),
                    .type = std::string(item.text("type")),
                    .title = std::string(item.text("title")),
                    .source = "macie",
                    .level = level_of_label(item.at("severity.description").value_or("")).value_or(model::Severity::medium)};
  f.first = item.text("createdAt");
  f.last = when;
  collect(item, {"resourcesAffected.s3Bucket.arn"}, f.resources);
  // Of objects: bucket and key.
  collect(item, {"resourcesAffected.s3Object.path"}, f.resources);
  collect(item, {"policyDetails.actor.ipAddressDetails.ipAddressV4"}, f.addresses);
  constexpr std::string_view kUser = "policyDetails.actor.userIdentity.";
  const auto part = [&](std::string_view name) { return item.at(std::string(kUser) + std::string(name)).value_or(""); };
  for (const std::string_view kind : {"assumedRole.arn", "iamUser.arn", "federatedUser.arn"})
    if (auto name = principal_of_arn(part(kind)); !name.empty()) f.principals.insert(std::move(name));
  if (!part("root.arn").empty()) f.principals.insert(principal_name(account, "Root", ""));
  f.access_key = part("assumedRole.accessKeyId");
  set_finding(macie_type(), f, draft);
  return std::nullopt;
}

}  // namespace

const model::LogType& macie_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "macie", .title = "Macie findings", .table = "macie_findings", .service = "macie"};
    for (const char* name :
         {"schemaVersion", "id", "accountId", "partition", "region", "type", "title", "description", "severity", "createdAt",
          "updatedAt", "resourcesAffected", "category", "policyDetails", "classificationDetails", "sample", "archived",
          "count"})
      t.fields.push_back({.name = name, .column = to_lower_ascii(name)});
    t = finding_type(std::move(t));
    return t;
  }();
  return type;
}

JsonType macie_json() {
  return {.type = &macie_type(), .recognises = recognises, .complete = complete, .respell = respell};
}

}  // namespace backtrail::sources::detail
