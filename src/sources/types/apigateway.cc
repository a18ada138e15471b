// API Gateway access logs in JSON. The format is the API owner's: recognised are the names of AWS's own examples. Source:
// API Gateway Developer Guide, "Set up CloudWatch logging", "Variables for access logging", "Customize HTTP API access logs".
#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "sources/detail/external_finding.h"
#include "sources/detail/line_text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

bool recognises(const JsonItem& item) {
  const auto any = [&](std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys)
      if (item.has(key)) return true;
    return false;
  };
  return any({"requestId", "extendedRequestId"}) && item.has("status") && any({"httpMethod", "routeKey"}) &&
         any({"ip", "sourceIp", "caller", "requestTime", "requestTimeEpoch"});
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  std::optional<Timestamp> time = time_of_epoch(item.text("requestTimeEpoch"), 1000);
  if (const std::string_view text = item.text("requestTime"); !time && !text.empty()) {
    time = time_of_common_log(text);
    if (!time) time = time_of_text(text);
  }
  draft.time(time ? time : draft.context().time);
  draft.account(item.text("accountId"));
  if (const auto arn = principal_of_arn(item.text("userArn").empty() ? item.text("user") : item.text("userArn")); !arn.empty())
    draft.keep_text(apigateway_type().fields.size() - 1, arn);
  return std::nullopt;
}

}  // namespace

const model::LogType& apigateway_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "apigateway",
                     .title = "API Gateway access logs",
                     .table = "apigateway_access_logs",
                     .service = "apigateway",
                     .category = "webserver"};
    for (const char* name :
         {"requestId", "extendedRequestId", "ip", "sourceIp", "caller", "user", "userArn", "requestTime", "requestTimeEpoch",
          "httpMethod", "resourcePath", "path", "routeKey", "status", "protocol", "responseLength", "userAgent", "apiId",
          "stage", "domainName", "accountId", "apiKeyId", "authorizerError", "integrationErrorMessage",
          "responseLatency", "errorMessage", "wafResponseCode", "_principal"})
      t.fields.push_back({.name = name, .column = to_lower_ascii(name)});
    t.shape = {.source = {.otherwise = "apigateway"},
               .principal = {.fields = {"_principal"}},
               .action = {.fields = {"httpMethod", "routeKey"}},
               .resource = {.fields = {"resourcePath", "path", "routeKey"}},
               .outcome = {.fields = {"status"},
                           .cases = {{"401", "denied"}, {"403", "denied"}, {"4*", "error"}, {"5*", "error"}, {"*", "success"}}},
               .message = {.fields = {"errorMessage", "integrationErrorMessage"}},
               .source_ip = {.fields = {"ip", "sourceIp"}},
               .user_agent = {.fields = {"userAgent"}},
               .request_id = {.fields = {"requestId", "extendedRequestId"}}};
    return t;
  }();
  return type;
}

JsonType apigateway_json() {
  return {.type = &apigateway_type(), .recognises = recognises, .complete = complete};
}

}  // namespace backtrail::sources::detail
