// What APIs and EventBridge wrap findings in: GetFindings of GuardDuty and Security Hub, ListFindings of Inspector, Access
// Analyzer and Macie, ListInvestigations of Detective, GetFinding. Source: the services' API references.
#include "sources/types/types.h"

namespace backtrail::sources::detail {

bool open_finding_list(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out) {
  for (const std::string_view key : {"Findings", "findings", "InvestigationDetails"}) {
    const model::Value* const list = item.find(key);
    if (list == nullptr || list->kind != model::Value::Kind::array) continue;
    if (list->text == "[]" && !context->event.empty()) return false;  // the event is all there is
    item.each(key, [&](std::string_view finding) {
      out.push_back({.text = std::string(finding), .context = context});
    });
    return true;
  }
  if (const model::Value* const one = item.find("finding"); one != nullptr && one->kind == model::Value::Kind::object) {
    out.push_back({.text = std::string(one->text), .context = context});
    return true;
  }
  // A page of audit events as kubectl and clients print it.
  if (item.is_text("kind", "EventList") && item.text("apiVersion").starts_with("audit.k8s.io/")) {
    item.each("items", [&](std::string_view event) { out.push_back({.text = std::string(event), .context = context}); });
    return true;
  }
  return false;
}

}  // namespace backtrail::sources::detail
