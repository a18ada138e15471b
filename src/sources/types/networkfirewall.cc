// AWS Network Firewall logs: alert, flow, TLS. Source: Network Firewall Developer Guide, "Contents of a firewall log";
// Suricata's EVE JSON output; Amazon Athena User Guide, "Query Network Firewall logs" (table anf_logs).
#include "sources/detail/external_finding.h"
#include "sources/detail/line_text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

bool recognises(const JsonItem& item) {
  return item.has("firewall_name") && item.has("event_timestamp") && item.has("event");
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  // "us-east-2a": the region and a letter.
  if (const std::string_view zone = item.text("availability_zone"); zone.size() > 1 && zone.back() >= 'a' && zone.back() <= 'z')
    draft.region(zone.substr(0, zone.size() - 1));
  std::optional<Timestamp> time;
  if (const auto text = item.at("event.timestamp")) time = time_of_text(*text);
  draft.time(time ? time : time_of_epoch(item.text("event_timestamp"), 1));
  return std::nullopt;
}

}  // namespace

const model::LogType& networkfirewall_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "networkfirewall",
                     .title = "Network Firewall logs",
                     .table = "anf_logs",
                     .service = "networkfirewall",
                     .category = "firewall"};
    t.fields = {{.name = "firewall_name", .column = "firewall_name"},
                {.name = "availability_zone", .column = "availability_zone"},
                {.name = "event_timestamp", .column = "event_timestamp", .kind = FieldKind::big_integer},
                {.name = "event",
                 .column = "event",
                 .kind = FieldKind::nested,
                 .structure =
                     R"({"timestamp":"VARCHAR","flow_id":"BIGINT","event_type":"VARCHAR","src_ip":"VARCHAR",)"
                     R"("src_port":"INTEGER","dest_ip":"VARCHAR","dest_port":"INTEGER","proto":"VARCHAR",)"
                     R"("app_proto":"VARCHAR","tls_inspected":"BOOLEAN","netflow":{"pkts":"INTEGER","bytes":"BIGINT","start":"VARCHAR",)"
                     R"("end":"VARCHAR","finish":"VARCHAR","age":"INTEGER","min_ttl":"INTEGER","max_ttl":"INTEGER",)"
                     R"("tcp_flags":{"syn":"BOOLEAN","fin":"BOOLEAN","rst":"BOOLEAN","psh":"BOOLEAN","ack":"BOOLEAN",)"
                     R"("urg":"BOOLEAN"}},)"
                     R"("alert":{"alert_id":"VARCHAR","alert_type":"VARCHAR","action":"VARCHAR","rule_name":"VARCHAR",)"
                     R"("alert_name":"VARCHAR","alert_severity":"VARCHAR","alert_description":"VARCHAR","signature_id":"BIGINT","rev":"INTEGER","signature":"VARCHAR",)"
                     R"("category":"VARCHAR","severity":"INTEGER"},"http":{"hostname":"VARCHAR","url":"VARCHAR",)"
                     R"("http_user_agent":"VARCHAR","http_method":"VARCHAR","protocol":"VARCHAR","status":"INTEGER",)"
                     R"("length":"BIGINT"},"tls":{"subject":"VARCHAR","issuerdn":"VARCHAR","sni":"VARCHAR",)"
                     R"("version":"VARCHAR"},"sni":"VARCHAR","tls_error":{"error_message":"VARCHAR"},)"
                     R"("revocation_check":{"leaf_cert_fpr":"VARCHAR","status":"VARCHAR","action":"VARCHAR"},)"
                     R"("tcp":{"tcp_flags":"VARCHAR","syn":"BOOLEAN","fin":"BOOLEAN","rst":"BOOLEAN",)"
                     R"("psh":"BOOLEAN","ack":"BOOLEAN"},"icmp_type":"INTEGER","icmp_code":"INTEGER"})"}};
    t.shape = {.source = {.otherwise = "networkfirewall"},
               .action = {.fields = {"event.event_type"}},
               .resource = {.fields = {"firewall_name"}},
               .outcome = {.fields = {"event.alert.action"},
                           .cases = {{"blocked", "denied"}, {"drop*", "denied"}, {"reject*", "denied"}, {"*", "success"}},
                           .otherwise = "success"},
               .message = {.fields = {"event.alert.signature", "event.tls_error.error_message"}},
               .severity = {.fields = {"event.alert.severity"},
                            .cases = {{"1", "high"}, {"2", "medium"}, {"3", "low"}}},
               .source_ip = {.fields = {"event.src_ip"}},
               .destination_ip = {.fields = {"event.dest_ip"}},
               .user_agent = {.fields = {"event.http.http_user_agent"}}};
    return t;
  }();
  return type;
}

JsonType networkfirewall_json() {
  return {.type = &networkfirewall_type(), .recognises = recognises, .complete = complete};
}

}  // namespace backtrail::sources::detail
