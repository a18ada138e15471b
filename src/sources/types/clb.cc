// Classic Load Balancer access logs. Source: Elastic Load Balancing, Classic Load Balancers, "Access logs for
// your Classic Load Balancer"; Amazon Athena User Guide, "Query Classic Load Balancer logs".
#include <array>

#include "sources/detail/access_line.h"
#include "sources/detail/web_fields.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

constexpr std::array kFields = std::to_array<CellField>({
    {"timestamp"},
    {"elb_name"},
    {"request_ip", FieldKind::text, Cell::endpoint},
    {"request_port", FieldKind::integer, Cell::inside},
    {"backend_ip", FieldKind::text, Cell::endpoint},
    {"backend_port", FieldKind::integer, Cell::inside},
    {"request_processing_time", FieldKind::real},
    {"backend_processing_time", FieldKind::real},
    {"client_response_time", FieldKind::real},
    {"elb_response_code"},
    {"backend_response_code"},
    {"received_bytes", FieldKind::big_integer},
    {"sent_bytes", FieldKind::big_integer},
    {"request_verb", FieldKind::text, Cell::request},
    {"url", FieldKind::text, Cell::inside},
    {"protocol", FieldKind::text, Cell::inside},
    {"user_agent"},
    {"ssl_cipher"},
    {"ssl_protocol"},
});
constexpr std::size_t kTime = 0;
constexpr std::size_t kRequired = index_of_field(kFields, "user_agent");

constexpr std::size_t kClient = index_of_field(kFields, "request_ip"), kVerb = index_of_field(kFields, "request_verb"),
                      kUrl = index_of_field(kFields, "url"), kStatus = index_of_field(kFields, "elb_response_code"),
                      kAgent = index_of_field(kFields, "user_agent");

const WebFields& web_fields() {
  static const WebFields fields(kFields.size() + 1, {});
  return fields;
}

class ClbParser final : public LineParser {
 public:
  const model::LogType& type() const override { return clb_type(); }

  bool recognises(std::string_view line) const override {
    if (!has_time_form(line)) return false;
    CellCursor cursor(line);
    std::array<std::string_view, 7> cells;
    for (std::string_view& cell : cells) {
      const auto word = cursor.word();
      if (!word) return false;
      cell = *word;
    }
    const auto is_endpoint = [](std::string_view s) { return s.find(':') != std::string_view::npos; };
    return is_endpoint(cells[2]) && (cells[3] == "-" || is_endpoint(cells[3])) && is_real(cells[4]) &&
           is_real(cells[5]) && is_real(cells[6]);
  }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    if (!recognises(line)) return Refusal{"unknown_line", "no line of a Classic Load Balancer"};
    if (auto refused = read_cells(kFields, kRequired, line, draft)) return refused;
    draft.time(parse_log_time(draft.at(kTime)));
    WebRequest request{.client = draft.at(kClient), .method = draft.at(kVerb), .status = draft.at(kStatus), .agent = draft.at(kAgent)};
    split_url(draft.at(kUrl), request);
    web_fields().put(request, draft);
    return std::nullopt;
  }
};

}  // namespace

const model::LogType& clb_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "clb",
                     .title = "Classic Load Balancer access logs",
                     .table = "elb_logs",
                     .service = "elb",
                     .category = std::string(kWebServer)};
    t.fields = log_fields(kFields);
    web_fields().append_to(t.fields);
    t.partitions = {{"day", "%Y/%m/%d"}};
    t.shape = {.source = {.otherwise = "clb"},
               .action = {.fields = {"request_verb"}, .otherwise = "connection"},
               .resource = {.fields = {"url", "elb_name"}},
               .outcome = outcome_of_status({"elb_response_code"}),
               .error = error_of_status({"elb_response_code"}),
               .source_ip = {.fields = {"request_ip"}},
               .destination_ip = {.fields = {"backend_ip"}},
               .user_agent = {.fields = {"user_agent"}}};
    return t;
  }();
  return type;
}

std::unique_ptr<LineParser> make_clb_parser() { return std::make_unique<ClbParser>(); }

}  // namespace backtrail::sources::detail
