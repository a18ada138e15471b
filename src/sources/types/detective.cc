// Amazon Detective investigations and their indicators. Source: Detective API reference, GetInvestigation,
// ListInvestigations, ListIndicators.
#include "base/json.h"
#include "base/text.h"
#include "sources/detail/external_finding.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

bool is_investigation(const JsonItem& item) {
  return item.has("InvestigationId") && item.has("EntityArn") && item.has("Severity");
}

std::optional<Refusal> complete_investigation(const JsonItem& item, Draft& draft) {
  const std::string_view entity = item.text("EntityArn"), graph = item.text("GraphArn");
  draft.account(arn_part(entity, 4));
  draft.region(arn_part(graph, 3));
  draft.time(time_of_text(item.text("CreatedTime")));
  ExternalFinding f{.id = std::string(item.text("InvestigationId")),
                    .type = "Detective/Investigation",
                    .title = "Detective investigation of " + std::string(entity),
                    .source = "detective",
                    .level = level_of_label(item.text("Severity")).value_or(model::Severity::medium)};
  f.first = item.text("ScopeStartTime").empty() ? item.text("CreatedTime") : item.text("ScopeStartTime");
  f.last = item.text("ScopeEndTime").empty() ? item.text("CreatedTime") : item.text("ScopeEndTime");
  if (auto name = principal_of_arn(entity); !name.empty()) f.principals.insert(std::move(name));
  set_finding(detective_type(), f, draft);
  return std::nullopt;
}

bool is_indicator(const JsonItem& item) {
  return item.has("IndicatorType") && item.has("IndicatorDetail");
}

std::optional<Refusal> complete_indicator(const JsonItem& item, Draft& draft) {
  const std::string_view graph = item.text("GraphArn");
  draft.account(arn_part(graph, 4));
  draft.region(arn_part(graph, 3));
  std::set<std::string> addresses;
  collect(item, {"IndicatorDetail.*.IpAddress", "IndicatorDetail.*.StartingIpAddress", "IndicatorDetail.*.EndingIpAddress"},
          addresses);
  if (!addresses.empty()) draft.keep_text(detective_indicator_type().fields.size() - 1, *addresses.begin());
  return std::nullopt;
}

}  // namespace

const model::LogType& detective_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "detective",
                     .title = "Detective investigations",
                     .table = "detective_investigations",
                     .service = "detective"};
    for (const char* name : {"GraphArn", "InvestigationId", "EntityArn", "EntityType", "CreatedTime", "ScopeStartTime",
                             "ScopeEndTime", "Status", "Severity", "State"})
      t.fields.push_back({.name = name, .column = to_lower_ascii(name)});
    t = finding_type(std::move(t));
    t.shape.resource = {.fields = {"EntityArn"}};
    return t;
  }();
  return type;
}

const model::LogType& detective_indicator_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "detective_indicator",
                     .title = "Detective indicators",
                     .table = "detective_indicators",
                     .service = "detective_indicator"};
    for (const char* name : {"GraphArn", "InvestigationId", "IndicatorType", "IndicatorDetail", "_source_ip"})
      t.fields.push_back({.name = name, .column = to_lower_ascii(name)});
    t.shape = {.source = {.otherwise = "detective"},
               .action = {.fields = {"IndicatorType"}},
               .resource = {.fields = {"InvestigationId"}},
               .outcome = {.otherwise = "success"},
               .source_ip = {.fields = {"_source_ip"}}};
    t.is_state = true;  // has no time of its own
    return t;
  }();
  return type;
}

JsonType detective_json() {
  return {.type = &detective_type(), .recognises = is_investigation, .complete = complete_investigation};
}
JsonType detective_indicator_json() {
  return {.type = &detective_indicator_type(), .recognises = is_indicator, .complete = complete_indicator};
}

/// ListIndicators: each indicator with the investigation that it is of.
bool open_indicators(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out) {
  const model::Value* const list = item.find("Indicators");
  if (list == nullptr || list->kind != model::Value::Kind::array || !item.has("InvestigationId")) return false;
  JsonWriter head;
  head.begin_object().field("GraphArn", truncate_utf8(item.text("GraphArn"), kMaxNameBytes))
      .field("InvestigationId", truncate_utf8(item.text("InvestigationId"), kMaxNameBytes));
  std::string beginning = head.end_object().take();
  beginning.back() = ',';
  item.each("Indicators", [&](std::string_view indicator) {
    if (!indicator.starts_with('{') || indicator == "{}")
      out.push_back({.text = std::string(indicator), .context = context});
    else
      out.push_back({.text = beginning + std::string(indicator.substr(1)), .context = context});
  });
  return true;
}

}  // namespace backtrail::sources::detail
