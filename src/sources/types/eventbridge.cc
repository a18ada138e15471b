// EventBridge's envelope around what services say, and events that no other type takes. Source: EventBridge User Guide,
// "Events".
#include "base/text.h"
#include "base/time.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

/// An event whose detail can be nothing else's.
bool recognises(const JsonItem& item) {
  const model::Value* const detail = item.find("detail");
  return item.has("detail-type") && item.has("source") && item.has("id") &&
         (detail == nullptr || detail->kind != model::Value::Kind::object);
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  draft.account(item.text("account"));
  draft.region(item.text("region"));
  if (item.has("time")) draft.time(parse_log_time(item.text("time")));
  return std::nullopt;
}

}  // namespace

const model::LogType& eventbridge_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "eventbridge",
                     .title = "EventBridge events of no known kind",
                     .table = "eventbridge_events",
                     .service = "eventbridge"};
    t.fields = {{.name = "version", .column = "version"},
                {.name = "id", .column = "id"},
                {.name = "detail-type", .column = "detail_type"},
                {.name = "source", .column = "source"},
                {.name = "account", .column = "account"},
                {.name = "time", .column = "time"},
                {.name = "region", .column = "region"},
                {.name = "resources", .column = "resources"},
                {.name = "detail", .column = "detail"}};
    t.shape = {.source = {.fields = {"source"}},
               .action = {.fields = {"detail-type"}},
               .resource = {.fields = {"resources"}},
               .outcome = {.otherwise = "success"},
               .event_id = {.fields = {"id"}}};
    return t;
  }();
  return type;
}

JsonType eventbridge_json() {
  return {.type = &eventbridge_type(), .recognises = recognises, .complete = complete};
}

bool open_event(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out) {
  const model::Value* const detail = item.find("detail");
  if (detail == nullptr || detail->kind != model::Value::Kind::object || !item.has("detail-type"))
    return false;
  Context inner = *context;
  inner.event.clear();
  if (item.has("source") && item.has("id")) inner.event = item.whole();
  if (const auto account = item.text("account"); !account.empty()) inner.account = truncate_utf8(account, kMaxNameBytes);
  if (const auto region = item.text("region"); !region.empty()) inner.region = truncate_utf8(region, kMaxNameBytes);
  if (const auto id = item.text("id"); !id.empty()) inner.event_id = truncate_utf8(id, kMaxNameBytes);
  if (const auto time = parse_log_time(item.text("time"))) inner.time = time;
  out.push_back({.text = std::string(detail->text), .context = share(std::move(inner))});
  return true;
}

}  // namespace backtrail::sources::detail
