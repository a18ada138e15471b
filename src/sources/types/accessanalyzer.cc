// IAM Access Analyzer findings. Source: IAM Access Analyzer API reference, FindingSummary, FindingSummaryV2, GetFinding;
// IAM User Guide, "Monitoring IAM Access Analyzer with Amazon EventBridge".
#include "base/json_keys.h"
#include "base/text.h"
#include "sources/detail/external_finding.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

bool recognises(const JsonItem& item) {
  const auto has = [&](std::string_view a, std::string_view b) { return item.has(a) || item.has(b); };
  return has("analyzedAt", "AnalyzedAt") && has("resourceType", "ResourceType") && has("id", "Id") && has("status", "Status");
}

std::string respell(const JsonItem& item) {
  return item.has("AnalyzedAt") ? with_camel_keys(item.whole()) : std::string();
}

/// The service names no severity: what the world may reach comes first.
model::Severity level_of(const JsonItem& item) {
  if (item.text("isPublic") == "true") return model::Severity::high;
  return item.text("findingType").starts_with("Unused") ? model::Severity::low : model::Severity::medium;
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  const std::string_view resource = item.text("resource");
  draft.account(item.text("resourceOwnerAccount"));
  draft.account(item.text("accountId"));
  draft.region(arn_part(resource, 3));
  draft.region(item.text("region"));
  const std::string_view when = item.text("updatedAt").empty() ? item.text("analyzedAt") : item.text("updatedAt");
  draft.time(time_of_text(when));

  const std::string kind(item.text("findingType").empty() ? "ExternalAccess" : item.text("findingType"));
  ExternalFinding f{.id = std::string(item.text("id")),
                    .type = "AccessAnalyzer/" + kind,
                    .title = kind + " to " + std::string(item.text("resourceType")) + " " + std::string(resource),
                    .source = "accessanalyzer",
                    .level = level_of(item)};
  f.first = item.text("createdAt");
  f.last = when;
  if (!resource.empty()) f.resources.emplace(resource);
  // Whom the policy admits: an account, an identity, everyone.
  collect(item, {"principal.*"}, f.principals);
  set_finding(accessanalyzer_type(), f, draft);
  return std::nullopt;
}

}  // namespace

const model::LogType& accessanalyzer_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "accessanalyzer",
                     .title = "IAM Access Analyzer findings",
                     .table = "accessanalyzer_findings",
                     .service = "accessanalyzer"};
    for (const char* name : {"id", "findingType", "principal", "action", "resource", "isPublic", "resourceType", "condition",
                             "createdAt", "analyzedAt", "updatedAt", "status", "resourceOwnerAccount", "error", "sources",
                             "accountId", "region", "isDeleted", "findingDetails"})
      t.fields.push_back({.name = name, .column = to_lower_ascii(name)});
    t = finding_type(std::move(t));
    t.shape.resource = {.fields = {"resource"}};
    return t;
  }();
  return type;
}

JsonType accessanalyzer_json() {
  return {.type = &accessanalyzer_type(), .recognises = recognises, .complete = complete, .respell = respell};
}

}  // namespace backtrail::sources::detail
