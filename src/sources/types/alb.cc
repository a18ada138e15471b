// Application Load Balancer access logs. Source: Elastic Load Balancing, Application Load Balancers, "Access
// logs for your Application Load Balancer"; Amazon Athena User Guide, "Create the table for ALB access logs".
#include <algorithm>
#include <array>

#include "sources/detail/access_line.h"
#include "sources/detail/web_fields.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

constexpr std::array kFields = std::to_array<CellField>({
    {"type"},
    {"time"},
    {"elb"},
    {"client_ip", FieldKind::text, Cell::endpoint},
    {"client_port", FieldKind::integer, Cell::inside},
    {"target_ip", FieldKind::text, Cell::endpoint},
    {"target_port", FieldKind::integer, Cell::inside},
    {"request_processing_time", FieldKind::real},
    {"target_processing_time", FieldKind::real},
    {"response_processing_time", FieldKind::real},
    {"elb_status_code", FieldKind::integer},
    {"target_status_code"},
    {"received_bytes", FieldKind::big_integer},
    {"sent_bytes", FieldKind::big_integer},
    {"request_verb", FieldKind::text, Cell::request},
    {"request_url", FieldKind::text, Cell::inside},
    {"request_proto", FieldKind::text, Cell::inside},
    {"user_agent"},
    {"ssl_cipher"},
    {"ssl_protocol"},
    {"target_group_arn"},
    {"trace_id"},
    {"domain_name"},
    {"chosen_cert_arn"},
    {"matched_rule_priority"},
    {"request_creation_time"},
    {"actions_executed"},
    {"redirect_url"},
    {"lambda_error_reason"},
    {"target_port_list"},
    {"target_status_code_list"},
    {"classification"},
    {"classification_reason"},
    {"conn_trace_id"},
});
constexpr std::size_t kTime = index_of_field(kFields, "time"),
                      kTargetGroup = index_of_field(kFields, "target_group_arn"),
                      kCertificate = index_of_field(kFields, "chosen_cert_arn");
// The first logs of 2016 end here.
constexpr std::size_t kRequired = index_of_field(kFields, "domain_name");

constexpr std::array<std::string_view, 7> kTypes = {"http", "https", "h2", "grpc", "grpcs", "ws", "wss"};

constexpr std::size_t kClient = index_of_field(kFields, "client_ip"), kVerb = index_of_field(kFields, "request_verb"),
                      kUrl = index_of_field(kFields, "request_url"), kStatus = index_of_field(kFields, "elb_status_code"),
                      kAgent = index_of_field(kFields, "user_agent");

const WebFields& web_fields() {
  static const WebFields fields(kFields.size() + 1, {});
  return fields;
}

class AlbParser final : public LineParser {
 public:
  const model::LogType& type() const override { return alb_type(); }

  bool recognises(std::string_view line) const override {
    CellCursor cursor(line);
    const auto type = cursor.word();
    const auto time = cursor.word();
    return type && time && std::find(kTypes.begin(), kTypes.end(), *type) != kTypes.end() &&
           has_time_form(*time) && cursor.rest().starts_with("app/");
  }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    if (!recognises(line)) return Refusal{"unknown_line", "no line of an Application Load Balancer"};
    if (auto refused = read_cells(kFields, kRequired, line, draft)) return refused;
    draft.time(parse_log_time(draft.at(kTime)));
    WebRequest request{.client = draft.at(kClient), .method = draft.at(kVerb), .status = draft.at(kStatus), .agent = draft.at(kAgent)};
    split_url(draft.at(kUrl), request);
    web_fields().put(request, draft);
    const std::string_view group = draft.at(kTargetGroup);
    set_origin_of_arn(group.empty() ? draft.at(kCertificate) : group, draft);
    return std::nullopt;
  }
};

}  // namespace

const model::LogType& alb_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "alb",
                     .title = "Application Load Balancer access logs",
                     .table = "alb_access_logs",
                     .service = "alb",
                     .category = std::string(kWebServer)};
    t.fields = log_fields(kFields);
    web_fields().append_to(t.fields);
    t.partitions = {{"day", "%Y/%m/%d"}};
    t.shape = {.source = {.otherwise = "alb"},
               .action = {.fields = {"request_verb", "type"}},
               .resource = {.fields = {"request_url", "elb"}},
               .outcome = outcome_of_status({"elb_status_code"}),
               .error = error_of_status({"elb_status_code"}),
               .message = {.fields = {"lambda_error_reason", "classification_reason"}},
               .source_ip = {.fields = {"client_ip"}},
               .destination_ip = {.fields = {"target_ip"}},
               .user_agent = {.fields = {"user_agent"}},
               .request_id = {.fields = {"trace_id"}}};
    return t;
  }();
  return type;
}

std::unique_ptr<LineParser> make_alb_parser() { return std::make_unique<AlbParser>(); }

}  // namespace backtrail::sources::detail
