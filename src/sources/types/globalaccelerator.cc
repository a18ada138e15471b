// Global Accelerator flow logs. Sources: Global Accelerator Developer Guide, "Flow log record syntax"; Amazon Athena
// User Guide, "Query AWS Global Accelerator flow logs" (table aga_flow_logs).
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "sources/detail/access_line.h"
#include "sources/detail/line_text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

// Athena's numbers of bytes are too small for a large flow.
constexpr std::array kFields = std::to_array<CellField>({
    {.name = "version"},
    {.name = "aws_account_id", .column = "account"},
    {.name = "accelerator_id", .column = "acceleratorid"},
    {.name = "client_ip", .column = "clientip"},
    {.name = "client_port", .kind = FieldKind::integer, .column = "clientport"},
    {.name = "gip"},
    {.name = "gip_port", .kind = FieldKind::integer, .column = "gipport"},
    {.name = "endpoint_ip", .column = "endpointip"},
    {.name = "endpoint_port", .kind = FieldKind::integer, .column = "endpointport"},
    {.name = "protocol"},
    {.name = "ip_address_type", .column = "ipaddresstype"},
    {.name = "packets", .kind = FieldKind::big_integer, .column = "numpackets"},
    {.name = "bytes", .kind = FieldKind::big_integer, .column = "numbytes"},
    {.name = "start_time", .kind = FieldKind::big_integer, .column = "starttime"},
    {.name = "end_time", .kind = FieldKind::big_integer, .column = "endtime"},
    {.name = "action"},
    {.name = "log_status", .column = "logstatus"},
    {.name = "globalaccelerator_source_ip", .column = "agasourceip"},
    {.name = "globalaccelerator_source_port", .kind = FieldKind::integer, .column = "agasourceport"},
    {.name = "endpoint_region", .column = "endpointregion"},
    {.name = "globalaccelerator_region", .column = "agaregion"},
    {.name = "direction"},
    {.name = "vpc_id"},
    {.name = "reject_reason"},
});
constexpr std::size_t field(std::string_view name) { return index_of_field(kFields, name); }
constexpr std::size_t kNone = kFields.size();
// Version 1.0 ends here.
constexpr std::size_t kRequired = field("direction");

std::size_t field_of_word(std::string_view word) {
  if (word == "accelerator_ip") return field("gip");
  if (word == "accelerator_port") return field("gip_port");
  if (word == "account_id") return field("aws_account_id");
  return field(word);
}

bool is_address_field(std::string_view name) { return name == "gip" || name.ends_with("_ip"); }

class AcceleratorParser final : public LineParser {
 public:
  const model::LogType& type() const override { return globalaccelerator_type(); }
  void reset() override { order_.clear(); }

  bool takes_header(std::string_view line) override {
    if (line.find("accelerator_id") == std::string_view::npos || line.size() > 4096) return false;
    std::vector<std::size_t> order;
    std::size_t known = 0;
    for (Words words(line); const auto word = words.next();) {
      const std::size_t f = field_of_word(*word);
      if (f != kNone && std::find(order.begin(), order.end(), f) != order.end()) return false;
      known += f == kNone ? 0 : 1;
      order.push_back(f);
    }
    if (known < 10) return false;
    order_ = std::move(order);
    return true;
  }

  bool recognises(std::string_view line) const override {
    Words words(line);
    const auto version = words.next(), account = words.next(), accelerator = words.next(), client = words.next();
    return client && version->size() == 3 && (*version)[1] == '.' && account->size() == 12 && is_integer(*account) &&
           accelerator->size() == 36 && (*accelerator)[8] == '-' && (*accelerator)[23] == '-' &&
           (*client == "-" || has_address_form(*client));
  }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    if (order_.empty() && !recognises(line))
      return Refusal{"unknown_line", "no line of a Global Accelerator flow log"};
    if (auto refused = read_words(line, draft)) return refused;
    draft.account(draft.at(field("aws_account_id")));
    draft.region(draft.at(field("endpoint_region")));
    const std::string_view start = draft.at(field("start_time"));
    const std::string_view time = start.empty() ? draft.at(field("end_time")) : start;
    if (!time.empty()) draft.time(time_of_epoch(time, 1));
    return std::nullopt;
  }

 private:
  std::optional<Refusal> read_words(std::string_view line, Draft& draft) const {
    Words words(line);
    std::size_t at = 0;
    std::string more;
    for (auto word = words.next(); word; word = words.next(), ++at) {
      if (!order_.empty() && at == order_.size())
        return Refusal{"bad_field_count", "the line has more fields than the header above it"};
      const std::size_t f = order_.empty() ? std::min(at, kNone) : order_[at];
      if (*word == "-") continue;
      if (f == kNone) {
        more.append(more.empty() ? "" : " ").append(*word);
        continue;
      }
      if (kFields[f].kind != FieldKind::text && !is_integer(*word))
        return Refusal{"bad_number", std::string(kFields[f].name) + " holds no number"};
      if (is_address_field(kFields[f].name) && !has_address_form(*word))
        return Refusal{"bad_value", std::string(kFields[f].name) + " holds no address"};
      draft.text(f, *word);
    }
    if (at < (order_.empty() ? kRequired : order_.size()))
      return Refusal{"bad_field_count", "the line has fewer fields than a Global Accelerator flow log"};
    if (!more.empty()) draft.keep_text(kNone, more);
    return std::nullopt;
  }

  std::vector<std::size_t> order_{};  // empty: the published one
};

}  // namespace

const model::LogType& globalaccelerator_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "globalaccelerator",
                     .title = "Global Accelerator flow logs",
                     .table = "aga_flow_logs",
                     .service = "globalaccelerator"};
    t.fields = log_fields(kFields);
    t.partitions = {{"dt", "%Y/%m/%d"}};
    t.shape = {.source = {.otherwise = "globalaccelerator"},
               .action = {.fields = {"action", "log_status"}},
               .resource = {.fields = {"accelerator_id"}},
               .outcome = {.fields = {"action"}, .cases = {{"REJECT", "denied"}, {"*", "success"}}},
               .error = {.fields = {"reject_reason"}},
               .source_ip = {.fields = {"client_ip"}},
               .destination_ip = {.fields = {"endpoint_ip", "gip"}}};
    return t;
  }();
  return type;
}

std::unique_ptr<LineParser> make_globalaccelerator_parser() { return std::make_unique<AcceleratorParser>(); }

}  // namespace backtrail::sources::detail
