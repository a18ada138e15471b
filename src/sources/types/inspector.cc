// Amazon Inspector findings. Source: Inspector API reference, Finding; Inspector User Guide, "EventBridge schema for
// Amazon Inspector events".
#include "base/json_keys.h"
#include "base/text.h"
#include "sources/detail/external_finding.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

bool recognises(const JsonItem& item) {
  const auto has = [&](std::string_view a, std::string_view b) { return item.has(a) || item.has(b); };
  return has("findingArn", "FindingArn") && has("awsAccountId", "AwsAccountId") && has("severity", "Severity");
}

std::string respell(const JsonItem& item) {
  return item.has("FindingArn") ? with_camel_keys(item.whole()) : std::string();
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  const std::string_view arn = item.text("findingArn");
  draft.account(item.text("awsAccountId"));
  draft.region(arn_part(arn, 3));
  const std::string_view when = item.text("updatedAt").empty() ? item.text("lastObservedAt") : item.text("updatedAt");
  if (const auto time = time_of_text(when); time || !draft.context().time) draft.time(time);
  else draft.time(draft.context().time);  // EventBridge spells times in words

  ExternalFinding f{.id = std::string(arn),
                    .type = "Inspector/" + std::string(item.text("type")),
                    .title = std::string(item.text("title")),
                    .source = "inspector",
                    .level = level_of_label(item.text("severity")).value_or(model::Severity::medium)};
  f.first = item.text("firstObservedAt");
  f.last = item.text("lastObservedAt");
  collect(item, {"resources.id"}, f.resources);
  set_finding(inspector_type(), f, draft);
  return std::nullopt;
}

}  // namespace

const model::LogType& inspector_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "inspector",
                     .title = "Inspector findings",
                     .table = "inspector_findings",
                     .service = "inspector"};
    for (const char* name :
         {"findingArn", "awsAccountId", "type", "severity", "status", "title", "description", "firstObservedAt",
          "lastObservedAt", "updatedAt", "inspectorScore", "inspectorScoreDetails", "exploitAvailable", "exploitabilityDetails",
          "fixAvailable", "epss", "packageVulnerabilityDetails", "networkReachabilityDetails",
          "codeVulnerabilityDetails", "remediation", "resources"})
      t.fields.push_back({.name = name, .column = to_lower_ascii(name)});
    t = finding_type(std::move(t));
    return t;
  }();
  return type;
}

JsonType inspector_json() {
  return {.type = &inspector_type(), .recognises = recognises, .complete = complete, .respell = respell};
}

}  // namespace backtrail::sources::detail
