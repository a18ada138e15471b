// AWS WAF web ACL logs. Source: AWS WAF Developer Guide, "Log fields for web ACL traffic"; Amazon Athena User Guide,
// "Query AWS WAF logs" (table waf_logs).
#include <vector>

#include "base/text.h"
#include "sources/detail/external_finding.h"
#include "sources/detail/line_text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

bool recognises(const JsonItem& item) {
  return item.has("webaclId") && item.has("httpRequest") && item.has("action") && item.has("timestamp");
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  const std::string_view acl = item.text("webaclId");
  draft.account(arn_part(acl, 4));
  draft.region(arn_part(acl, 3));
  draft.time(time_of_epoch(item.text("timestamp"), 1000));
  // Clients write header names in any case.
  std::vector<std::string> names, values;
  item.all("httpRequest.headers.name", [&](std::string_view s) { names.emplace_back(s); });
  item.all("httpRequest.headers.value", [&](std::string_view s) { values.emplace_back(s); });
  if (names.size() == values.size()) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (equal_ignore_case_ascii(names[i], "user-agent")) draft.keep_text(waf_type().fields.size() - 2, values[i]);
      if (equal_ignore_case_ascii(names[i], "host")) draft.keep_text(waf_type().fields.size() - 1, values[i]);
    }
  }
  return std::nullopt;
}

}  // namespace

const model::LogType& waf_type() {
  static const model::LogType type = [] {
    const std::string match =
        R"([{"conditiontype":"VARCHAR","sensitivitylevel":"VARCHAR","location":"VARCHAR","matcheddata":["VARCHAR"]}])";
    const std::string captcha = R"({"responsecode":"VARCHAR","solvetimestamp":"VARCHAR","failurereason":"VARCHAR"})";
    const std::string rule = R"([{"ruleid":"VARCHAR","action":"VARCHAR","overriddenaction":"VARCHAR","rulematchdetails":)" +
                             match + R"(,"captcharesponse":)" + captcha + R"(,"challengeresponse":)" + captcha + "}]";
    const std::string group = R"([{"rulegroupid":"VARCHAR","terminatingrule":{"ruleid":"VARCHAR","action":"VARCHAR",)"
                              R"("rulematchdetails":)" + match + R"(},"nonterminatingmatchingrules":)" + rule +
                              R"(,"excludedrules":[{"ruleid":"VARCHAR","exclusiontype":"VARCHAR"}]}])";
    const auto nested = [](const char* name, std::string structure) {
      return model::LogField{.name = name,
                             .column = to_lower_ascii(name),
                             .kind = FieldKind::nested,
                             .structure = std::move(structure)};
    };
    model::LogType t{.name = "waf", .title = "WAF logs", .table = "waf_logs", .service = "waf"};
    t.partitions = {{"date", "%Y/%m/%d"}};
    t.fields = {{.name = "timestamp", .column = "timestamp", .kind = FieldKind::big_integer},
                {.name = "formatVersion", .column = "formatversion", .kind = FieldKind::integer},
                {.name = "webaclId", .column = "webaclid"},
                {.name = "terminatingRuleId", .column = "terminatingruleid"},
                {.name = "terminatingRuleType", .column = "terminatingruletype"},
                {.name = "action", .column = "action"},
                nested("terminatingRuleMatchDetails", match),
                {.name = "httpSourceName", .column = "httpsourcename"},
                {.name = "httpSourceId", .column = "httpsourceid"},
                nested("ruleGroupList", group),
                nested("rateBasedRuleList", R"([{"ratebasedruleid":"VARCHAR","ratebasedrulename":"VARCHAR",)"
                                            R"("limitkey":"VARCHAR","limitvalue":"VARCHAR","maxrateallowed":"INTEGER"}])"),
                nested("nonTerminatingMatchingRules", rule),
                nested("requestHeadersInserted", R"([{"name":"VARCHAR","value":"VARCHAR"}])"),
                {.name = "responseCodeSent", .column = "responsecodesent"},
                nested("httpRequest",
                       R"({"clientip":"VARCHAR","country":"VARCHAR","headers":[{"name":"VARCHAR","value":"VARCHAR"}],)"
                       R"("uri":"VARCHAR","args":"VARCHAR","httpversion":"VARCHAR","httpmethod":"VARCHAR",)"
                       R"("requestid":"VARCHAR","fragment":"VARCHAR","scheme":"VARCHAR","host":"VARCHAR"})"),
                nested("labels", R"([{"name":"VARCHAR"}])"),
                nested("captchaResponse", captcha),
                nested("challengeResponse", captcha),
                {.name = "ja3Fingerprint", .column = "ja3fingerprint"},
                {.name = "ja4Fingerprint", .column = "ja4fingerprint"},
                {.name = "oversizeFields", .column = "oversizefields"},
                {.name = "requestBodySize", .column = "requestbodysize", .kind = FieldKind::integer},
                {.name = "requestBodySizeInspectedByWAF", .column = "requestbodysizeinspectedbywaf", .kind = FieldKind::integer},
                {.name = "_user_agent", .column = "_user_agent"},
                {.name = "_host", .column = "_host"}};
    t.shape = {.source = {.otherwise = "waf"},
               .action = {.fields = {"httpRequest.httpMethod"}},
               .resource = {.fields = {"_host", "httpSourceId", "webaclId"}},
               .outcome = {.fields = {"action"}, .cases = {{"ALLOW", "success"}, {"COUNT", "success"}, {"*", "denied"}}},
               .message = {.fields = {"httpRequest.uri"}},
               .source_ip = {.fields = {"httpRequest.clientIp"}},
               .user_agent = {.fields = {"_user_agent"}},
               .request_id = {.fields = {"httpRequest.requestId"}}};
    return t;
  }();
  return type;
}

JsonType waf_json() { return {.type = &waf_type(), .recognises = recognises, .complete = complete}; }

}  // namespace backtrail::sources::detail
