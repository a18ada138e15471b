// Kubernetes audit events of Amazon EKS. Source: Kubernetes, "kube-apiserver Audit Configuration (v1)", Event; Amazon
// EKS User Guide, "Send control plane logs to CloudWatch Logs".
#include "base/text.h"
#include "sources/detail/external_finding.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

bool recognises(const JsonItem& item) {
  return item.is_text("kind", "Event") && item.text("apiVersion").starts_with("audit.k8s.io/");
}

/// Fields of ours, the last ones: what lies in lists.
enum Ours : std::size_t { kPrincipal, kSession, kAccessKey, kSourceIp, kResource, kOurs };

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  const std::size_t ours = eks_audit_type().fields.size() - kOurs;
  const auto first = [&](std::initializer_list<std::string_view> paths) {
    std::string out;
    for (const std::string_view path : paths)
      item.all(path, [&](std::string_view text) {
        if (out.empty()) out = text;
      });
    return out;
  };
  const auto set = [&](Ours field, const std::string& value) {
    if (!value.empty()) draft.keep_text(ours + field, value);
  };
  // The authenticator tells the IAM identity behind the cluster's user.
  const std::string arn = first({"user.extra.canonicalArn", "user.extra.arn"});
  const std::string principal = principal_of_arn(arn);
  set(kPrincipal, principal.empty() ? first({"user.username"}) : principal);
  set(kSession, first({"user.extra.sessionName"}));
  set(kAccessKey, first({"user.extra.accessKeyId"}));
  set(kSourceIp, first({"sourceIPs"}));
  std::string resource = first({"objectRef.resource"});
  for (const std::string_view part : {"objectRef.subresource", "objectRef.namespace", "objectRef.name"})
    if (const std::string text = first({part}); !text.empty()) resource += "/" + text;
  set(kResource, resource);
  draft.account(draft.keep(arn_part(arn, 4)));
  const std::string_view when = item.text("requestReceivedTimestamp").empty() ? item.text("stageTimestamp")
                                                                              : item.text("requestReceivedTimestamp");
  if (!when.empty()) draft.time(time_of_text(when));
  else if (draft.context().time) draft.time(draft.context().time);
  return std::nullopt;
}

}  // namespace

const model::LogType& eks_audit_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "eks_audit", .title = "EKS audit logs", .table = "eks_audit_logs", .service = "eks_audit",
                     .category = "application"};
    const auto text = [&](const char* name) { t.fields.push_back({.name = name, .column = to_lower_ascii(name)}); };
    const auto nested = [&](const char* name, const char* structure) {
      t.fields.push_back({.name = name, .column = to_lower_ascii(name), .kind = FieldKind::nested, .structure = structure});
    };
    for (const char* name : {"kind", "apiVersion", "level", "auditID", "stage", "requestURI", "verb"}) text(name);
    constexpr const char* kUser = R"({"username":"VARCHAR","uid":"VARCHAR","groups":["VARCHAR"],"extra":"VARCHAR"})";
    nested("user", kUser);
    nested("impersonatedUser", kUser);
    nested("sourceIPs", R"(["VARCHAR"])");
    text("userAgent");
    nested("objectRef", R"({"resource":"VARCHAR","namespace":"VARCHAR","name":"VARCHAR","uid":"VARCHAR",)"
                        R"("apigroup":"VARCHAR","apiversion":"VARCHAR","resourceversion":"VARCHAR","subresource":"VARCHAR"})");
    nested("responseStatus", R"({"status":"VARCHAR","message":"VARCHAR","reason":"VARCHAR","code":"INTEGER"})");
    for (const char* name : {"requestObject", "responseObject", "requestReceivedTimestamp", "stageTimestamp", "annotations",
                             "_principal", "_session", "_access_key", "_source_ip", "_resource"})
      text(name);
    t.shape = {.source = {.otherwise = "eks"},
               .principal = {.fields = {"_principal"}},
               .session = {.fields = {"_session"}},
               .user_name = {.fields = {"user.username"}},
               .access_key = {.fields = {"_access_key"}},
               .action = {.fields = {"verb"}},
               .resource = {.fields = {"_resource", "requestURI"}},
               .outcome = {.fields = {"responseStatus.code"},
                           .cases = {{"401", "denied"}, {"403", "denied"}, {"4*", "error"}, {"5*", "error"}, {"*", "success"}},
                           .otherwise = "success"},
               .error = {.fields = {"responseStatus.reason"}},
               .message = {.fields = {"responseStatus.message", "requestURI"}},
               .source_ip = {.fields = {"_source_ip"}},
               .user_agent = {.fields = {"userAgent"}},
               .event_id = {.fields = {"auditID"}}};
    return t;
  }();
  return type;
}

JsonType eks_audit_json() {
  return {.type = &eks_audit_type(), .recognises = recognises, .complete = complete};
}

}  // namespace backtrail::sources::detail
