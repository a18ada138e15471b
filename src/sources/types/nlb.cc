// Network Load Balancer access logs (TLS listeners only), log versions 1.0 and 2.0. Source: Elastic Load
// Balancing, Network Load Balancers, "Access logs for your Network Load Balancer"; Amazon Athena User Guide,
// "Query Network Load Balancer logs".
#include <array>

#include "sources/detail/access_line.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

constexpr std::array kFields = std::to_array<CellField>({
    {"type"},
    {"version"},
    {"time"},
    {"elb"},
    {"listener_id"},
    {"client_ip", FieldKind::text, Cell::endpoint},
    {"client_port", FieldKind::integer, Cell::inside},
    {"target_ip", FieldKind::text, Cell::endpoint},
    {"target_port", FieldKind::integer, Cell::inside},
    {"tcp_connection_time_ms", FieldKind::real},
    {"tls_handshake_time_ms", FieldKind::real},
    {"received_bytes", FieldKind::big_integer},
    {"sent_bytes", FieldKind::big_integer},
    {"incoming_tls_alert", FieldKind::integer},
    {"cert_arn"},
    {"certificate_serial"},
    {"tls_cipher_suite"},
    {"tls_protocol_version"},
    {"tls_named_group"},
    {"domain_name"},
    {"alpn_fe_protocol"},
    {"alpn_be_protocol"},
    {"alpn_client_preference_list"},
    {"tls_connection_creation_time"},
});
constexpr std::size_t kTime = index_of_field(kFields, "time"), kCertificate = index_of_field(kFields, "cert_arn");
constexpr std::size_t kRequired = index_of_field(kFields, "alpn_fe_protocol");

class NlbParser final : public LineParser {
 public:
  const model::LogType& type() const override { return nlb_type(); }

  bool recognises(std::string_view line) const override {
    CellCursor cursor(line);
    const auto type = cursor.word();
    const auto version = cursor.word();
    const auto time = cursor.word();
    return type && version && time && *type == "tls" && is_real(*version) && has_time_form(*time) &&
           cursor.rest().starts_with("net/");
  }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    if (!recognises(line)) return Refusal{"unknown_line", "no line of a Network Load Balancer"};
    if (auto refused = read_cells(kFields, kRequired, line, draft)) return refused;
    draft.time(parse_log_time(draft.at(kTime)));
    set_origin_of_arn(draft.at(kCertificate), draft);
    return std::nullopt;
  }
};

}  // namespace

const model::LogType& nlb_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "nlb",
                     .title = "Network Load Balancer access logs",
                     .table = "nlb_tls_logs",
                     .service = "nlb"};
    t.fields = log_fields(kFields);
    t.partitions = {{"day", "%Y/%m/%d"}};
    t.shape = {.source = {.otherwise = "nlb"},
               .action = {.otherwise = "tls connection"},
               .resource = {.fields = {"domain_name", "elb"}},
               .outcome = {.fields = {"incoming_tls_alert"}, .cases = {{"*", "error"}}, .otherwise = "success"},
               .error = {.fields = {"incoming_tls_alert"}},
               .source_ip = {.fields = {"client_ip"}},
               .destination_ip = {.fields = {"target_ip"}}};
    return t;
  }();
  return type;
}

std::unique_ptr<LineParser> make_nlb_parser() { return std::make_unique<NlbParser>(); }

}  // namespace backtrail::sources::detail
