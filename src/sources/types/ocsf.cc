// Events of the Open Cybersecurity Schema Framework, versions 1.0 to 1.5, as Amazon Security Lake and Security Hub give
// them: one table for each of Security Lake's own, one for all other classes. Source: schema.ocsf.io; Security Lake User
// Guide, "Open Cybersecurity Schema Framework (OCSF)", "Query examples".
#include <array>

#include "base/text.h"
#include "sources/detail/external_finding.h"
#include "sources/detail/line_text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;
using model::LogType;

bool recognises_any(const JsonItem& item) { return item.has("class_uid") && item.has("metadata"); }

enum class Table : std::uint8_t { cloudtrail, vpcflow, route53, http, findings, other };

Table table_of(const JsonItem& item) {
  const std::string_view id = item.text("class_uid");
  if (id == "4001") return Table::vpcflow;
  if (id == "4002") return Table::http;
  if (id == "4003") return Table::route53;
  if (id == "6003" || id == "3001" || id == "3002" || id == "3005") return Table::cloudtrail;
  if (id.size() == 4 && id[0] == '2') return Table::findings;
  return Table::other;
}

template <Table table>
bool recognises(const JsonItem& item) {
  return recognises_any(item) && table_of(item) == table;
}

/// `time` is a count of milliseconds; what people write by hand has text.
std::optional<Timestamp> time_of_event(const JsonItem& item) {
  for (const std::string_view key : {"time", "time_dt", "start_time", "start_time_dt"}) {
    const std::string_view text = item.text(key);
    if (text.empty()) continue;
    if (const auto t = is_integer(text) ? time_of_epoch(text, 1000) : parse_log_time(text)) return t;
  }
  return std::nullopt;
}

void set_common(const JsonItem& item, Draft& draft) {
  for (const char* path : {"cloud.account.uid", "cloud.account_uid"})
    if (const auto account = item.at(path)) {
      draft.account(draft.keep(*account));
      break;
    }
  if (const auto region = item.at("cloud.region")) draft.region(draft.keep(*region));
  draft.time(time_of_event(item));
}

std::string first(const JsonItem& item, std::initializer_list<std::string_view> paths) {
  for (const std::string_view path : paths)
    if (auto text = item.at(path); text && !text->empty()) return *text;
  return {};
}

std::optional<Refusal> complete_event(const JsonItem& item, Draft& draft) {
  set_common(item, draft);
  return std::nullopt;
}

/// The issuer of a role's session, else the ARN without the session.
std::optional<Refusal> complete_call(const JsonItem& item, Draft& draft) {
  set_common(item, draft);
  const std::string issuer = first(item, {"actor.session.issuer"});
  std::string principal = principal_of_arn(issuer);
  if (principal.empty()) principal = principal_of_arn(first(item, {"actor.user.uid", "actor.user.uuid"}));
  if (principal.empty()) principal = first(item, {"actor.invoked_by", "actor.user.name"});
  if (!principal.empty()) draft.keep_text(ocsf_cloudtrail_type().fields.size() - 1, principal);
  return std::nullopt;
}

std::optional<Refusal> complete_finding(const JsonItem& item, Draft& draft) {
  set_common(item, draft);
  ExternalFinding f{.id = first(item, {"finding_info.uid", "finding.uid", "metadata.uid"}),
                    .type = first(item, {"finding_info.types", "finding.types"}),
                    .title = first(item, {"finding_info.title", "finding.title"}),
                    .source = to_lower_ascii(first(item, {"metadata.product.name"}))};
  std::set<std::string> types;
  collect(item, {"finding_info.types", "finding.types"}, types);
  f.type = types.empty() ? first(item, {"type_name", "class_name"}) : *types.begin();
  if (f.source.empty()) f.source = "ocsf";
  const std::string_view severity = item.text("severity_id");
  if (severity.size() == 1 && severity[0] >= '1' && severity[0] <= '6') {
    constexpr std::array kLevels = {model::Severity::informational, model::Severity::low,  model::Severity::medium,
                                    model::Severity::high,          model::Severity::critical, model::Severity::critical};
    f.level = kLevels[static_cast<std::size_t>(severity[0] - '1')];
  } else {
    f.level = level_of_label(item.text("severity")).value_or(model::Severity::medium);
  }
  const auto when = time_of_event(item);
  const std::string time = when ? format_rfc3339(*when) : std::string();
  const auto seen = [&](std::initializer_list<std::string_view> paths) {
    const std::string text = first(item, paths);
    const auto t = is_integer(text) ? time_of_epoch(text, 1000) : std::nullopt;
    return t ? format_rfc3339(*t) : text;
  };
  const std::string first_seen =
      seen({"finding_info.first_seen_time_dt", "finding_info.first_seen_time", "finding.first_seen_time",
            "finding_info.created_time_dt", "finding_info.created_time", "finding.created_time"});
  const std::string last_seen =
      seen({"finding_info.last_seen_time_dt", "finding_info.last_seen_time", "finding.last_seen_time",
            "finding_info.modified_time_dt", "finding_info.modified_time", "finding.modified_time"});
  f.first = first_seen.empty() ? time : first_seen;
  f.last = last_seen.empty() ? time : last_seen;
  collect(item, {"resources.uid", "resource.uid"}, f.resources);
  collect(item, {"evidences.src_endpoint.ip", "evidences.dst_endpoint.ip"}, f.addresses);
  std::set<std::string> users;
  collect(item, {"evidences.actor.user.uid", "evidences.actor.session.issuer"}, users);
  for (const std::string& user : users)
    if (auto name = principal_of_arn(user); !name.empty()) f.principals.insert(std::move(name));
  set_finding(ocsf_finding_type(), f, draft);
  return std::nullopt;
}

constexpr const char* kUser =
    R"({"type":"VARCHAR","type_id":"INTEGER","name":"VARCHAR","uid":"VARCHAR","uuid":"VARCHAR","uid_alt":"VARCHAR",)"
    R"("account_uid":"VARCHAR","account":{"uid":"VARCHAR","name":"VARCHAR","type":"VARCHAR"},)"
    R"("credential_uid":"VARCHAR","domain":"VARCHAR"})";
constexpr const char* kEndpoint =
    R"({"uid":"VARCHAR","ip":"VARCHAR","port":"INTEGER","domain":"VARCHAR","hostname":"VARCHAR","name":"VARCHAR",)"
    R"("instance_uid":"VARCHAR","interface_uid":"VARCHAR","vpc_uid":"VARCHAR","subnet_uid":"VARCHAR","svc_name":"VARCHAR",)"
    R"("intermediate_ips":["VARCHAR"],"location":{"country":"VARCHAR","city":"VARCHAR"}})";

LogType make(const char* name, const char* title, const char* table) {
  LogType t{.name = name, .title = title, .table = table, .service = name};
  const auto text = [&](const char* field) { t.fields.push_back({.name = field, .column = field}); };
  const auto number = [&](const char* field, FieldKind kind) {
    t.fields.push_back({.name = field, .column = field, .kind = kind});
  };
  const auto nested = [&](const char* field, std::string structure) {
    t.fields.push_back({.name = field, .column = field, .kind = FieldKind::nested, .structure = std::move(structure)});
  };
  nested("metadata",
         R"({"product":{"version":"VARCHAR","name":"VARCHAR","vendor_name":"VARCHAR","uid":"VARCHAR",)"
         R"("feature":{"name":"VARCHAR","uid":"VARCHAR"}},"event_code":"VARCHAR","uid":"VARCHAR",)"
         R"("profiles":["VARCHAR"],"version":"VARCHAR","log_name":"VARCHAR","log_provider":"VARCHAR",)"
         R"("log_version":"VARCHAR","correlation_uid":"VARCHAR","original_time":"VARCHAR"})");
  for (const char* field : {"time", "start_time", "end_time"}) number(field, FieldKind::big_integer);
  text("time_dt");
  nested("cloud", R"({"region":"VARCHAR","provider":"VARCHAR","zone":"VARCHAR","account_uid":"VARCHAR",)"
                  R"("account":{"uid":"VARCHAR","name":"VARCHAR","type":"VARCHAR"}})");
  for (const char* field : {"class_name", "category_name", "activity_name", "type_name", "severity", "status", "status_code",
                            "status_detail", "message", "action", "disposition"})
    text(field);
  for (const char* field : {"class_uid", "category_uid", "activity_id", "severity_id", "status_id", "type_uid"})
    number(field, FieldKind::integer);
  text("unmapped");
  text("observables");
  text("raw_data");
  return t;
}

void add(LogType& t, const char* field, const char* structure) {
  t.fields.push_back({.name = field, .column = field, .kind = FieldKind::nested, .structure = structure});
}
void add_text(LogType& t, const char* field) { t.fields.push_back({.name = field, .column = field}); }

const std::vector<model::Pick::Case>& failures() {
  static const std::vector<model::Pick::Case> cases = {{"Failure", "error"}, {"Denied", "denied"}, {"REJECT", "denied"},
                                                       {"Blocked", "denied"}, {"*", "success"}};
  return cases;
}

constexpr const char* kHttpRequest =
    R"({"user_agent":"VARCHAR","http_method":"VARCHAR","version":"VARCHAR","uid":"VARCHAR","args":"VARCHAR",)"
    R"("referrer":"VARCHAR","url":{"hostname":"VARCHAR","path":"VARCHAR","query_string":"VARCHAR","scheme":"VARCHAR",)"
    R"("port":"INTEGER","url_string":"VARCHAR","text":"VARCHAR"},"http_headers":[{"name":"VARCHAR","value":"VARCHAR"}]})";
constexpr const char* kResources = R"([{"uid":"VARCHAR","type":"VARCHAR","name":"VARCHAR","region":"VARCHAR",)"
                                   R"("cloud_partition":"VARCHAR","owner":{"account_uid":"VARCHAR","account":{"uid":"VARCHAR"}},)"
                                   R"("account_uid":"VARCHAR","data":"VARCHAR","details":"VARCHAR","labels":["VARCHAR"]}])";
constexpr const char* kConnection =
    R"({"protocol_num":"INTEGER","protocol_name":"VARCHAR","protocol_ver":"VARCHAR","tcp_flags":"INTEGER",)"
    R"("direction":"VARCHAR","direction_id":"INTEGER","boundary":"VARCHAR","boundary_id":"INTEGER","uid":"VARCHAR"})";

}  // namespace

const LogType& ocsf_cloudtrail_type() {
  static const LogType type = [] {
    LogType t = make("ocsf_cloudtrail", "Security Lake: CloudTrail (OCSF)", "amazon_security_lake_table_cloud_trail_mgmt");
    add(t, "api",
        R"({"response":{"error":"VARCHAR","message":"VARCHAR","code":"VARCHAR","data":"VARCHAR"},"operation":"VARCHAR",)"
        R"("version":"VARCHAR","service":{"name":"VARCHAR","uid":"VARCHAR"},"request":{"uid":"VARCHAR","data":"VARCHAR"}})");
    const std::string actor = std::string(R"({"user":)") + kUser +
                              R"(,"session":{"created_time":"BIGINT","created_time_dt":"VARCHAR","mfa":"BOOLEAN",)"
                              R"("is_mfa":"BOOLEAN","issuer":"VARCHAR","uid":"VARCHAR","uuid":"VARCHAR","credential_uid":"VARCHAR"},)"
                              R"("invoked_by":"VARCHAR","idp":{"name":"VARCHAR","uid":"VARCHAR"},"app_name":"VARCHAR"})";
    add(t, "actor", actor.c_str());
    add(t, "http_request", kHttpRequest);
    add(t, "src_endpoint", kEndpoint);
    add(t, "dst_endpoint", kEndpoint);
    add(t, "resources", kResources);
    add(t, "user", kUser);
    add(t, "user_result", kUser);
    for (const char* field : {"mfa", "is_mfa", "session", "service", "auth_protocol", "_principal"}) add_text(t, field);
    t.shape = {.source = {.fields = {"api.service.name"}, .otherwise = "ocsf"},
               .principal = {.fields = {"_principal"}},
               .user_name = {.fields = {"actor.user.name"}},
               .access_key = {.fields = {"actor.user.credential_uid", "actor.session.credential_uid"}},
               .action = {.fields = {"api.operation", "metadata.event_code"}},
               .outcome = {.fields = {"status"}, .cases = failures(), .otherwise = "success"},
               .error = {.fields = {"api.response.error"}},
               .message = {.fields = {"api.response.message"}},
               .source_ip = {.fields = {"src_endpoint.ip", "src_endpoint.domain"}},
               .user_agent = {.fields = {"http_request.user_agent"}},
               .event_id = {.fields = {"metadata.uid"}},
               .request_id = {.fields = {"api.request.uid"}}};
    return t;
  }();
  return type;
}

const LogType& ocsf_flow_type() {
  static const LogType type = [] {
    LogType t = make("ocsf_vpcflow", "Security Lake: network activity (OCSF)", "amazon_security_lake_table_vpc_flow");
    add(t, "src_endpoint", kEndpoint);
    add(t, "dst_endpoint", kEndpoint);
    add(t, "connection_info", kConnection);
    add(t, "traffic", R"({"bytes":"BIGINT","packets":"BIGINT","bytes_in":"BIGINT","bytes_out":"BIGINT",)"
                      R"("packets_in":"BIGINT","packets_out":"BIGINT"})");
    t.shape = {.source = {.otherwise = "vpcflow"},
               .action = {.fields = {"action", "activity_name", "disposition"}},
               .resource = {.fields = {"dst_endpoint.interface_uid", "src_endpoint.interface_uid"}},
               .outcome = {.fields = {"action", "disposition", "status"}, .cases = failures(), .otherwise = "success"},
               .source_ip = {.fields = {"src_endpoint.ip"}},
               .destination_ip = {.fields = {"dst_endpoint.ip"}}};
    return t;
  }();
  return type;
}

const LogType& ocsf_dns_type() {
  static const LogType type = [] {
    LogType t = make("ocsf_route53", "Security Lake: DNS activity (OCSF)", "amazon_security_lake_table_route53");
    add(t, "src_endpoint", kEndpoint);
    add(t, "dst_endpoint", kEndpoint);
    add(t, "connection_info", kConnection);
    add(t, "query", R"({"hostname":"VARCHAR","type":"VARCHAR","class":"VARCHAR","opcode":"VARCHAR"})");
    add(t, "answers", R"([{"rdata":"VARCHAR","type":"VARCHAR","class":"VARCHAR","ttl":"INTEGER"}])");
    for (const char* field : {"rcode", "rcode_id", "query_time", "firewall_rule"}) add_text(t, field);
    t.shape = {.source = {.otherwise = "route53resolver"},
               .action = {.fields = {"query.type"}},
               .resource = {.fields = {"query.hostname"}},
               .outcome = {.fields = {"disposition", "action", "rcode"},
                           .cases = {{"Blocked", "denied"}, {"Denied", "denied"}, {"NoError", "success"},
                                     {"NOERROR", "success"}, {"Allowed", "success"}, {"No Action", "success"},
                                     {"Refused", "denied"}, {"*", "error"}},
                           .otherwise = "success"},
               .message = {.fields = {"query.hostname"}},
               .source_ip = {.fields = {"src_endpoint.ip"}}};
    return t;
  }();
  return type;
}

const LogType& ocsf_http_type() {
  static const LogType type = [] {
    LogType t = make("ocsf_http", "Security Lake: HTTP activity, WAF (OCSF)", "amazon_security_lake_table_waf");
    add(t, "src_endpoint", kEndpoint);
    add(t, "dst_endpoint", kEndpoint);
    add(t, "http_request", kHttpRequest);
    for (const char* field : {"http_response", "http_status", "firewall_rule", "action_id"}) add_text(t, field);
    t.shape = {.source = {.otherwise = "waf"},
               .action = {.fields = {"http_request.http_method", "activity_name"}},
               .resource = {.fields = {"http_request.url.hostname", "dst_endpoint.uid"}},
               .outcome = {.fields = {"action", "disposition"}, .cases = failures(), .otherwise = "success"},
               .message = {.fields = {"http_request.url.path"}},
               .source_ip = {.fields = {"src_endpoint.ip"}},
               .user_agent = {.fields = {"http_request.user_agent"}},
               .request_id = {.fields = {"http_request.uid"}}};
    return t;
  }();
  return type;
}

const LogType& ocsf_finding_type() {
  static const LogType type = [] {
    LogType t = make("ocsf_finding", "Security Lake and Security Hub: findings (OCSF)",
                     "amazon_security_lake_table_sh_findings");
    add(t, "finding_info",
        R"({"uid":"VARCHAR","title":"VARCHAR","desc":"VARCHAR","types":["VARCHAR"],"src_url":"VARCHAR","created_time":"BIGINT",)"
        R"("created_time_dt":"VARCHAR","modified_time":"BIGINT","modified_time_dt":"VARCHAR","first_seen_time_dt":"VARCHAR",)"
        R"("last_seen_time_dt":"VARCHAR"})");
    add(t, "finding",
        R"({"uid":"VARCHAR","title":"VARCHAR","desc":"VARCHAR","types":["VARCHAR"],"created_time":"BIGINT",)"
        R"("modified_time":"BIGINT","first_seen_time":"BIGINT","last_seen_time":"BIGINT","src_url":"VARCHAR",)"
        R"("remediation":{"desc":"VARCHAR"}})");
    add(t, "compliance", R"({"control":"VARCHAR","requirements":["VARCHAR"],"standards":["VARCHAR"],"status":"VARCHAR",)"
                         R"("status_detail":"VARCHAR"})");
    add(t, "resources", kResources);
    for (const char* field : {"resource", "vulnerabilities", "evidences", "remediation", "confidence", "comment", "state",
                              "malware", "process", "analytic", "attacks"})
      add_text(t, field);
    t = finding_type(std::move(t));
    return t;
  }();
  return type;
}

const LogType& ocsf_other_type() {
  static const LogType type = [] {
    LogType t = make("ocsf", "OCSF events of other classes", "ocsf_events");
    add(t, "src_endpoint", kEndpoint);
    add(t, "dst_endpoint", kEndpoint);
    for (const char* field : {"api", "actor", "device", "resources", "resource", "http_request", "user"}) add_text(t, field);
    t.shape = {.source = {.fields = {"metadata.product.name"}, .otherwise = "ocsf"},
               .action = {.fields = {"type_name", "activity_name", "class_name"}},
               .outcome = {.fields = {"status"}, .cases = failures(), .otherwise = "success"},
               .message = {.fields = {"message"}},
               .severity = {.fields = {"severity"}},
               .source_ip = {.fields = {"src_endpoint.ip"}},
               .destination_ip = {.fields = {"dst_endpoint.ip"}},
               .event_id = {.fields = {"metadata.uid"}}};
    return t;
  }();
  return type;
}

JsonType ocsf_cloudtrail_json() {
  return {.type = &ocsf_cloudtrail_type(), .recognises = recognises<Table::cloudtrail>, .complete = complete_call};
}
JsonType ocsf_flow_json() {
  return {.type = &ocsf_flow_type(), .recognises = recognises<Table::vpcflow>, .complete = complete_event};
}
JsonType ocsf_dns_json() {
  return {.type = &ocsf_dns_type(), .recognises = recognises<Table::route53>, .complete = complete_event};
}
JsonType ocsf_http_json() {
  return {.type = &ocsf_http_type(), .recognises = recognises<Table::http>, .complete = complete_event};
}
JsonType ocsf_finding_json() {
  return {.type = &ocsf_finding_type(), .recognises = recognises<Table::findings>, .complete = complete_finding};
}
JsonType ocsf_other_json() {
  return {.type = &ocsf_other_type(), .recognises = recognises<Table::other>, .complete = complete_event};
}

}  // namespace backtrail::sources::detail
