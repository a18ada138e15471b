// Route 53 Resolver query logs. Source: Route 53 Developer Guide, "Values that appear in Resolver query logs"; Amazon
// Athena User Guide, "Query Amazon Route 53 resolver query logs" (table r53_rlogs).
#include "sources/detail/external_finding.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

bool recognises(const JsonItem& item) {
  return item.has("query_name") && item.has("query_type") && item.has("query_timestamp");
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  draft.account(item.text("account_id"));
  draft.region(item.text("region"));
  draft.time(time_of_text(item.text("query_timestamp")));
  return std::nullopt;
}

}  // namespace

const model::LogType& route53resolver_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "route53resolver",
                     .title = "Route 53 Resolver query logs",
                     .table = "r53_rlogs",
                     .service = "route53resolver",
                     .category = "dns"};
    for (const char* name : {"version", "account_id", "region", "vpc_id", "query_timestamp", "query_name", "query_type",
                             "query_class", "rcode"})
      t.fields.push_back({.name = name, .column = name});
    t.fields.push_back({.name = "answers",
                        .column = "answers",
                        .kind = FieldKind::nested,
                        .structure = R"([{"rdata":"VARCHAR","type":"VARCHAR","class":"VARCHAR"}])"});
    t.fields.push_back({.name = "srcaddr", .column = "srcaddr"});
    t.fields.push_back({.name = "srcport", .column = "srcport", .kind = FieldKind::integer});
    t.fields.push_back({.name = "transport", .column = "transport"});
    t.fields.push_back({.name = "srcids",
                        .column = "srcids",
                        .kind = FieldKind::nested,
                        .structure = R"({"instance":"VARCHAR","resolver_endpoint":"VARCHAR",)"
                                     R"("resolver_network_interface":"VARCHAR"})"});
    for (const char* name : {"firewall_rule_action", "firewall_rule_group_id", "firewall_domain_list_id"})
      t.fields.push_back({.name = name, .column = name});
    t.partitions = {{"date", "%Y/%m/%d"}};
    t.shape = {.source = {.otherwise = "route53resolver"},
               .action = {.fields = {"query_type"}},
               .resource = {.fields = {"query_name"}},
               .outcome = {.fields = {"firewall_rule_action", "rcode"},
                           .cases = {{"BLOCK", "denied"}, {"ALERT", "success"}, {"ALLOW", "success"},
                                     {"NOERROR", "success"}, {"REFUSED", "denied"}, {"*", "error"}}},
               .message = {.fields = {"query_name"}},
               .source_ip = {.fields = {"srcaddr"}}};
    return t;
  }();
  return type;
}

JsonType route53resolver_json() {
  return {.type = &route53resolver_type(), .recognises = recognises, .complete = complete};
}

}  // namespace backtrail::sources::detail
