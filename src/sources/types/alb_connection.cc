// Application Load Balancer connection logs. Source: Elastic Load Balancing, Application Load Balancers,
// "Connection logs for your Application Load Balancer"; Amazon Athena User Guide, "Create the table for ALB
// connection logs".
#include <array>

#include "sources/detail/access_line.h"
#include "sources/detail/line_text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

constexpr std::array kFields = std::to_array<CellField>({
    {"time"},
    {"client_ip"},
    {"client_port", FieldKind::integer},
    {"listener_port", FieldKind::integer},
    {"tls_protocol"},
    {"tls_cipher"},
    {"tls_handshake_latency", FieldKind::real},
    {"leaf_client_cert_subject"},
    {"leaf_client_cert_validity"},
    {"leaf_client_cert_serial_number"},
    {"tls_verify_status"},
    {"conn_trace_id"},
    {"tls_keyexchange", FieldKind::text, Cell::word, "_tls_keyexchange"},
});
constexpr std::size_t kTime = 0;
constexpr std::size_t kRequired = index_of_field(kFields, "tls_keyexchange");

class ConnectionParser final : public LineParser {
 public:
  const model::LogType& type() const override { return alb_connection_type(); }

  bool recognises(std::string_view line) const override {
    if (!has_time_form(line)) return false;
    CellCursor cursor(line);
    std::array<std::string_view, 5> cells;
    for (std::string_view& cell : cells) {
      const auto word = cursor.word();
      if (!word) return false;
      cell = *word;
    }
    return has_address_form(cells[1]) && is_integer(cells[2]) && is_integer(cells[3]) &&
           (cells[4] == "-" || cells[4].starts_with("TLS"));
  }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    if (!recognises(line)) return Refusal{"unknown_line", "no connection of an Application Load Balancer"};
    if (auto refused = read_cells(kFields, kRequired, line, draft)) return refused;
    draft.time(parse_log_time(draft.at(kTime)));
    return std::nullopt;
  }
};

}  // namespace

const model::LogType& alb_connection_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "albconnection",
                     .title = "Application Load Balancer connection logs",
                     .table = "alb_connection_logs",
                     .service = "albconnection"};
    t.fields = log_fields(kFields);
    t.partitions = {{"day", "%Y/%m/%d"}};
    t.shape = {.source = {.otherwise = "alb"},
               .action = {.otherwise = "connection"},
               .resource = {.fields = {"leaf_client_cert_subject"}},
               .outcome = {.fields = {"tls_verify_status"},
                           .cases = {{"Success", "success"}, {"*", "denied"}},
                           .otherwise = "success"},
               .error = {.fields = {"tls_verify_status"}, .cases = {{"Success", ""}}},
               .source_ip = {.fields = {"client_ip"}},
               .request_id = {.fields = {"conn_trace_id"}}};
    return t;
  }();
  return type;
}

std::unique_ptr<LineParser> make_alb_connection_parser() { return std::make_unique<ConnectionParser>(); }

}  // namespace backtrail::sources::detail
