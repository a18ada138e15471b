// Amazon GuardDuty findings. Source: GuardDuty User Guide, "Finding format" and "Exporting findings";
// Amazon Athena User Guide, "Query Amazon GuardDuty findings" (table gd_logs).
#include "base/text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

bool recognises(const JsonItem& item) {
  return item.has("schemaVersion") && item.has("service") && item.has("resource") &&
         item.has("type") && item.has("severity");
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  draft.account(item.text("accountId"));
  draft.region(item.text("region"));
  const std::string_view when = item.text("updatedAt").empty() ? item.text("createdAt") : item.text("updatedAt");
  if (!when.empty()) draft.time(parse_log_time(when));
  return std::nullopt;
}

}  // namespace

const model::LogType& guardduty_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "guardduty",
                     .title = "GuardDuty findings",
                     .table = "gd_logs",
                     .service = "guardduty"};
    for (const char* name : {"schemaVersion", "accountId", "region", "partition", "id", "arn", "type",
                             "resource", "service", "severity", "createdAt", "updatedAt", "title",
                             "description"})
      t.fields.push_back({.name = name, .column = to_lower_ascii(name)});
    t.shape = {.source = {.otherwise = "guardduty"},
               .action = {.fields = {"type"}},
               .resource = {.fields = {"arn"}},
               .outcome = {.otherwise = "success"},
               .message = {.fields = {"title"}},
               .severity = {.fields = {"severity"}},
               .event_id = {.fields = {"id"}}};
    return t;
  }();
  return type;
}

JsonType guardduty_json() {
  return {.type = &guardduty_type(), .recognises = recognises, .complete = complete};
}

}  // namespace backtrail::sources::detail
