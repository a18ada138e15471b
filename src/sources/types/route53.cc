// Route 53 public DNS query logs, as CloudWatch Logs holds them. Sources: Route 53 Developer Guide, "Values that
// appear in DNS query logs"; Amazon CloudWatch Logs User Guide, "Supported logs and discovered fields" (names).
#include <array>

#include "sources/detail/access_line.h"
#include "sources/detail/line_text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

constexpr std::array kFields = std::to_array<CellField>({
    {.name = "version", .column = "version"},
    {.name = "queryTimestamp", .column = "querytimestamp"},
    {.name = "hostZoneId", .column = "hostzoneid"},
    {.name = "queryName", .column = "queryname"},
    {.name = "queryType", .column = "querytype"},
    {.name = "responseCode", .column = "responsecode"},
    {.name = "protocol", .column = "protocol"},
    {.name = "edgeLocation", .column = "edgelocation"},
    {.name = "resolverIp", .column = "resolverip"},
    {.name = "ednsClientSubnet", .column = "ednsclientsubnet"},
});
constexpr std::size_t kTime = index_of_field(kFields, "queryTimestamp");

class Route53Parser final : public LineParser {
 public:
  const model::LogType& type() const override { return route53_type(); }

  bool recognises(std::string_view line) const override {
    if (line.size() < 30 || line[1] != '.' || line[3] != ' ' || line[0] < '1' || line[0] > '9' ||
        !has_time_form(line.substr(4)))
      return false;
    Words words(line.substr(4));
    (void)words.next();
    const auto zone = words.next();
    if (!zone || !zone->starts_with('Z') || zone->size() < 5 ||
        zone->find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != std::string_view::npos)
      return false;
    // name, type, code; what comes then tells it from others.
    for (int i = 0; i < 3; ++i)
      if (!words.next()) return false;
    const auto protocol = words.next();
    return protocol && (*protocol == "UDP" || *protocol == "TCP" || *protocol == "-");
  }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    if (!recognises(line)) return Refusal{"unknown_line", "no line of a Route 53 query log"};
    if (auto refused = read_cells(kFields, kFields.size(), line, draft)) return refused;
    draft.time(parse_log_time(draft.at(kTime)));
    return std::nullopt;
  }
};

}  // namespace

const model::LogType& route53_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "route53",
                     .title = "Route 53 public DNS query logs",
                     .table = "route53_query_logs",
                     .service = "route53",
                     .category = "dns"};
    t.fields = log_fields(kFields);
    t.shape = {.source = {.otherwise = "route53"},
               .action = {.fields = {"queryType"}},
               .resource = {.fields = {"queryName"}},
               .outcome = {.fields = {"responseCode"},
                           .cases = {{"NOERROR", "success"}, {"REFUSED", "denied"}, {"*", "error"}}},
               .error = {.fields = {"responseCode"}, .cases = {{"NOERROR", ""}}},
               .message = {.fields = {"ednsClientSubnet"}},
               .source_ip = {.fields = {"resolverIp"}}};
    return t;
  }();
  return type;
}

std::unique_ptr<LineParser> make_route53_parser() { return std::make_unique<Route53Parser>(); }

}  // namespace backtrail::sources::detail
