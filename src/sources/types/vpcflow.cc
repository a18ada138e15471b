// VPC Flow Logs, versions 2 to 10 with any fields in any order: lines and JSON. Security Lake's form of them
// is in vpcflow_ocsf.cc.
#include <algorithm>

#include "sources/detail/line_text.h"
#include "sources/types/types.h"
#include "sources/types/vpcflow_format.h"

namespace backtrail::sources::detail {
namespace {

constexpr std::size_t kNone = kFlowFields.size();
constexpr std::size_t kAccount = flow_field("account-id"), kStart = flow_field("start"),
                      kEnd = flow_field("end"), kRegion = flow_field("region");

std::string column_name(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
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
  explicit FlowParser(const ReaderOptions& options) {
    if (auto order = flow_order_of(options.read.flow_format)) format_ = std::move(*order);
  }
  const model::LogType& type() const override { return vpcflow_type(); }

  void reset() override { order_.clear(); }

  bool takes_header(std::string_view line) override {
    // Cheap for records: a header's first word is a name, not a number, address or id.
    if (line.empty() || (line[0] < 'A' && line[0] != '$') || line.starts_with("eni-") || line.starts_with("i-"))
      return false;
    auto order = flow_order_of(line);
    if (!order || order->size() < 2) return false;
    // `start end` may be two words of a text.
    const auto tells = [](std::size_t f) {
      return kFlowFields[f].form == FlowForm::address || kFlowFields[f].form == FlowForm::interface ||
             kFlowFields[f].name == "version" || kFlowFields[f].name == "tgw-id" || kFlowFields[f].name == "log-status";
    };
    if (std::none_of(order->begin(), order->end(), tells)) return false;
    order_ = std::move(*order);
    return true;
  }

  bool look_ahead(std::span<const std::string_view> lines) override {
    std::vector<std::string_view> alike;
    for (const std::string_view line : lines) {
      if (flow_order_of(line)) return false;  // a header tells
      if (alike.empty() || count_words(line) == count_words(alike.front())) alike.push_back(line);
    }
    return decide(alike);
  }

  bool recognises(std::string_view line) const override {
    if (is_default(line)) return true;
    if (!format_.empty() && fits_flow_order(format_, line)) return true;
    if (line.find("eni-") == std::string_view::npos && line.find("ACCEPT") == std::string_view::npos &&
        line.find("REJECT") == std::string_view::npos && line.find("tgw-") == std::string_view::npos)
      return false;
    return guess_flow_order({&line, 1}).is_flow;
  }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    if (order_.empty() && !decide({&line, 1})) return ambiguous();
    std::optional<Refusal> refusal = read_as(order_, line, draft);
    // A log group, say, may hold flow logs of several formats.
    if (refusal && refusal->reason == "bad_field_count" && is_default(line)) {
      draft.clear();
      refusal = read_as(default_flow_order(), line, draft);
    }
    if (!refusal) set_common(draft);
    return refusal;
  }

 private:
  static std::size_t count_words(std::string_view line) {
    std::size_t n = 0;
    for (Words words(line); words.next();) ++n;
    return n;
  }
  static bool is_default(std::string_view line) {
    return line.starts_with("2 ") && fits_flow_order(default_flow_order(), line);
  }
  static Refusal ambiguous() {
    return {"ambiguous_format",
            "a flow log without header whose values leave more than one choice of fields; import it with "
            "--format and the fields of its flow log, such as '${version} ${interface-id} ${srcaddr} …'"};
  }

  /// Settles the order of the lines; false: they leave it open.
  bool decide(std::span<const std::string_view> lines) {
    const auto all = [&](const FlowOrder& order) {
      return std::all_of(lines.begin(), lines.end(), [&](std::string_view l) { return fits_flow_order(order, l); });
    };
    if (!format_.empty() && all(format_))
      order_ = format_;
    else if (std::all_of(lines.begin(), lines.end(), is_default))
      order_ = default_flow_order();
    else
      order_ = guess_flow_order(lines).order;
    return !order_.empty();
  }

  /// Free text of as many words as the format has fields is no flow. Cheap: each line is asked.
  static bool may_hold(std::size_t f, std::string_view word) {
    switch (kFlowFields[f].form) {
      case FlowForm::address: return word.find_first_of(".:") != std::string_view::npos && word[0] <= 'f';
      case FlowForm::interface: return word.starts_with("eni-");
      case FlowForm::action: return word == "ACCEPT" || word == "REJECT";
      case FlowForm::status: return word == "OK" || word == "NODATA" || word == "SKIPDATA";
      case FlowForm::any: break;
    }
    return true;
  }

  static std::optional<Refusal> read_as(const FlowOrder& order, std::string_view line, Draft& draft) {
    Words words(line);
    for (const std::size_t f : order) {
      const auto word = words.next();
      if (!word) return Refusal{"bad_field_count", "the line has fewer fields than its format"};
      if (*word == "-") continue;
      if (f == kNone) return ambiguous();
      if (kFlowFields[f].kind != model::FieldKind::text && !is_integer(*word))
        return Refusal{"bad_number", "field " + std::string(kFlowFields[f].name) + " holds no number"};
      if (!may_hold(f, *word))
        return Refusal{"bad_value", "field " + std::string(kFlowFields[f].name) + " cannot hold what stands there"};
      draft.text(f, *word);
    }
    if (words.next()) return Refusal{"bad_field_count", "the line has more fields than its format"};
    return std::nullopt;
  }

  FlowOrder format_{};  // as the user gave it
  FlowOrder order_{};   // empty: open yet
};

bool recognises_json(const JsonItem& item) {
  const auto either = [&](std::string_view a, std::string_view b) { return item.has(a) || item.has(b); };
  const bool addresses = item.has("srcaddr") && item.has("dstaddr");
  return (either("interface_id", "interface-id") &&
          (addresses || either("log_status", "log-status") || item.has("action"))) ||
         (addresses && (item.has("action") || (item.has("start") && item.has("end")))) ||
         (addresses && either("tgw_id", "tgw-id"));
}

/// Hyphens of a log's own names become the underscores of Athena's.
std::optional<Refusal> complete_json(const JsonItem& item, Draft& draft) {
  for (const auto& [key, value] : item.members()) {
    const std::size_t f = flow_field_of_word(key);
    if (f == kNone) continue;
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
    // Athena has published no table with the fields behind traffic-path.
    for (std::size_t i = 0; i < kFlowFields.size(); ++i) {
      const FlowField& f = kFlowFields[i];
      t.fields.push_back({.name = column_name(f.name),
                          .column = column_name(f.name),
                          .kind = f.kind,
                          .rare = i > flow_field("traffic-path")});
    }
    t.shape = {.source = {.otherwise = "vpcflow"},
               .action = {.fields = {"action", "log_status"}},
               .resource = {.fields = {"interface_id", "tgw_attachment_id", "resource_id", "tgw_id"}},
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
