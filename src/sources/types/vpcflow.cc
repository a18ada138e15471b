// VPC Flow Logs, versions 2 to 10 with any fields in any order. Source: Amazon VPC User Guide, "Flow log
// records"; Amazon Athena User Guide, "Query Amazon VPC flow logs"; the fields of transit gateways: Amazon
// VPC Transit Gateways, "Transit Gateway Flow Log records".
#include <algorithm>
#include <array>
#include <charconv>

#include "sources/detail/line_text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

struct FlowField {
  std::string_view name;  // as the header spells it
  FieldKind kind = FieldKind::text;
};

// Athena's columns in its order, then the fields that it has not published a table for.
constexpr std::array kFields = std::to_array<FlowField>({
    {"version", FieldKind::integer},
    {"account-id"},
    {"interface-id"},
    {"srcaddr"},
    {"dstaddr"},
    {"srcport", FieldKind::integer},
    {"dstport", FieldKind::integer},
    {"protocol", FieldKind::big_integer},
    {"packets", FieldKind::big_integer},
    {"bytes", FieldKind::big_integer},
    {"start", FieldKind::big_integer},
    {"end", FieldKind::big_integer},
    {"action"},
    {"log-status"},
    {"vpc-id"},
    {"subnet-id"},
    {"instance-id"},
    {"tcp-flags", FieldKind::integer},
    {"type"},
    {"pkt-srcaddr"},
    {"pkt-dstaddr"},
    {"region"},
    {"az-id"},
    {"sublocation-type"},
    {"sublocation-id"},
    {"pkt-src-aws-service"},
    {"pkt-dst-aws-service"},
    {"flow-direction"},
    {"traffic-path", FieldKind::integer},
    {"reject-reason"},
    {"resource-id"},
    {"encryption-status", FieldKind::integer},
    {"ecs-cluster-arn"},
    {"ecs-cluster-name"},
    {"ecs-container-instance-arn"},
    {"ecs-container-instance-id"},
    {"ecs-container-id"},
    {"ecs-second-container-id"},
    {"ecs-service-name"},
    {"ecs-task-definition-arn"},
    {"ecs-task-arn"},
    {"ecs-task-id"},
    {"resource-type"},
    {"tgw-id"},
    {"tgw-attachment-id"},
    {"tgw-src-vpc-account-id"},
    {"tgw-dst-vpc-account-id"},
    {"tgw-src-vpc-id"},
    {"tgw-dst-vpc-id"},
    {"tgw-src-subnet-id"},
    {"tgw-dst-subnet-id"},
    {"tgw-src-eni"},
    {"tgw-dst-eni"},
    {"tgw-src-az-id"},
    {"tgw-dst-az-id"},
    {"tgw-pair-attachment-id"},
    {"packets-lost-no-route", FieldKind::big_integer},
    {"packets-lost-blackhole", FieldKind::big_integer},
    {"packets-lost-mtu-exceeded", FieldKind::big_integer},
    {"packets-lost-ttl-expired", FieldKind::big_integer},
});

constexpr std::size_t field(std::string_view name) {
  for (std::size_t i = 0; i < kFields.size(); ++i)
    if (kFields[i].name == name) return i;
  return kFields.size();
}
constexpr std::size_t kVersion = field("version"), kAccount = field("account-id"),
                      kStart = field("start"), kEnd = field("end"), kRegion = field("region"),
                      kAction = field("action"), kLogStatus = field("log-status"),
                      kInterface = field("interface-id");
constexpr std::size_t kDefaultFields = kLogStatus + 1;

std::string column_name(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

/// The field of a header's word, with `-` or `_`, in any case; kFields.size(): none.
std::size_t field_of_word(std::string_view word) {
  std::string name = to_lower_ascii(word);
  if (name.starts_with("${") && name.ends_with('}')) name = name.substr(2, name.size() - 3);
  std::replace(name.begin(), name.end(), '_', '-');
  return field(name);
}

/// A record without `start` (a custom format may leave it out) has no time of its own.
void set_common(Draft& draft) {
  draft.account(draft.at(kAccount) == "unknown" ? std::string_view() : draft.at(kAccount));
  draft.region(draft.at(kRegion));
  const std::string_view start = draft.at(kStart).empty() ? draft.at(kEnd) : draft.at(kStart);
  if (!start.empty())
    draft.time(time_of_epoch(start, 1));
  else if (draft.context().time)
    draft.time(draft.context().time);
}

class FlowParser final : public LineParser {
 public:
  explicit FlowParser(const ReaderOptions&) { reset(); }
  const model::LogType& type() const override { return vpcflow_type(); }

  void reset() override {
    order_.clear();
    for (std::size_t i = 0; i < kDefaultFields; ++i) order_.push_back(i);
    from_header_ = false;
  }

  bool takes_header(std::string_view line) override {
    // Cheap for records: a header's first word is a name, not a number, address or id.
    if (line.empty() || line[0] < 'A' || line.starts_with("eni-") || line.starts_with("i-")) return false;
    std::vector<std::size_t> order;
    for (Words words(line); const auto word = words.next();) {
      const std::size_t f = field_of_word(*word);
      if (f == kFields.size() || std::find(order.begin(), order.end(), f) != order.end()) return false;
      order.push_back(f);
    }
    if (order.size() < 2) return false;
    order_ = std::move(order);
    from_header_ = true;
    return true;
  }

  bool recognises(std::string_view line) const override {
    Words words(line);
    std::array<std::string_view, kDefaultFields> cells;
    for (std::string_view& cell : cells) {
      const auto word = words.next();
      if (!word) return false;
      cell = *word;
    }
    if (words.next()) return false;
    const auto is_status = [](std::string_view s) {
      return s == "OK" || s == "NODATA" || s == "SKIPDATA";
    };
    const auto is_number = [](std::string_view s) {
      return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos;
    };
    return cells[kVersion] == "2" && is_status(cells[kLogStatus]) && is_number(cells[kStart]) &&
           is_number(cells[kEnd]) && (cells[kAction] == "ACCEPT" || cells[kAction] == "REJECT" || cells[kAction] == "-");
  }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    Words words(line);
    for (const std::size_t f : order_) {
      const auto word = words.next();
      if (!word) return Refusal{"bad_field_count", "the line has fewer fields than its format"};
      if (*word == "-") continue;
      if (kFields[f].kind != FieldKind::text && !is_integer(*word))
        return Refusal{"bad_number", "field " + std::string(kFields[f].name) + " holds no number"};
      draft.text(f, *word);
    }
    if (words.next()) return Refusal{"bad_field_count", "the line has more fields than its format"};
    set_common(draft);
    return std::nullopt;
  }

 private:
  std::vector<std::size_t> order_{};
  bool from_header_ = false;
};

bool recognises_json(const JsonItem& item) {
  const auto either = [&](std::string_view a, std::string_view b) { return item.has(a) || item.has(b); };
  return either("interface_id", "interface-id") && item.has("srcaddr") && item.has("dstaddr");
}

/// Hyphens of a log's own names become the underscores of Athena's.
std::optional<Refusal> complete_json(const JsonItem& item, Draft& draft) {
  for (const auto& [key, value] : item.members()) {
    const std::size_t f = field_of_word(key);
    if (f == kFields.size()) continue;
    if (value.kind == model::Value::Kind::null || value.text == "-" || value.text.empty())
      draft.value(f, {});
    else
      draft.value(f, value);
  }
  set_common(draft);
  return std::nullopt;
}

}  // namespace

const model::LogType& vpcflow_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "vpcflow",
                     .title = "VPC Flow Logs",
                     .table = "vpc_flow_logs",
                     .service = "vpcflow"};
    for (const FlowField& f : kFields)
      t.fields.push_back({.name = column_name(f.name), .column = column_name(f.name), .kind = f.kind});
    t.shape = {.source = {.otherwise = "vpcflow"},
               .action = {.fields = {"action", "log_status"}},
               .resource = {.fields = {"interface_id", "tgw_attachment_id", "resource_id"}},
               .outcome = {.fields = {"action"}, .cases = {{"REJECT", "denied"}, {"*", "success"}}},
               .error = {.fields = {"reject_reason"}},
               .source_ip = {.fields = {"srcaddr", "pkt_srcaddr"}},
               .destination_ip = {.fields = {"dstaddr", "pkt_dstaddr"}}};
    return t;
  }();
  return type;
}

std::unique_ptr<LineParser> make_vpcflow_parser(const ReaderOptions& options) {
  return std::make_unique<FlowParser>(options);
}

JsonType vpcflow_json() {
  return {.type = &vpcflow_type(), .recognises = recognises_json, .complete = complete_json};
}

}  // namespace backtrail::sources::detail
