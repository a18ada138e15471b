// EventBridge's envelope around what services say. Source: EventBridge User Guide, "Events".
#include "base/time.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {

bool open_event(const JsonItem& item, const Context& context, std::vector<Inner>& out) {
  const model::Value* const detail = item.find("detail");
  if (detail == nullptr || detail->kind != model::Value::Kind::object || !item.has("detail-type"))
    return false;
  Inner inner{.text = std::string(detail->text), .context = context};
  if (const auto account = item.text("account"); !account.empty()) inner.context.account = account;
  if (const auto region = item.text("region"); !region.empty()) inner.context.region = region;
  if (const auto id = item.text("id"); !id.empty()) inner.context.event_id = id;
  if (const auto time = parse_log_time(item.text("time"))) inner.context.time = time;
  out.push_back(std::move(inner));
  return true;
}

}  // namespace backtrail::sources::detail
