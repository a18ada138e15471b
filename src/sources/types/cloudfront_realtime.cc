// CloudFront real-time logs, as Kinesis and Firehose deliver them: lines of the fields that their owner chose,
// without header, and JSON of the same names. Sources: see cloudfront_realtime_format.h.
#include <algorithm>

#include "sources/types/cloudfront_realtime_format.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

class RealtimeParser final : public LineParser {
 public:
  explicit RealtimeParser(const ReaderOptions& options) {
    if (auto order = realtime_order_of(options.read.flow_format)) format_ = std::move(*order);
  }
  const model::LogType& type() const override { return cloudfront_realtime_type(); }
  void reset() override { order_.clear(); }

  bool look_ahead(std::span<const std::string_view> lines) override {
    std::vector<std::string_view> alike;
    for (const std::string_view line : lines)
      if (recognises(line) && (alike.empty() || count_cells(line) == count_cells(alike.front()))) alike.push_back(line);
    return !alike.empty() && decide(alike);
  }

  bool recognises(std::string_view line) const override {
    if (line.find('\t') == std::string_view::npos) return false;
    if (!format_.empty() && fits_realtime_order(format_, line)) return true;
    return line[0] >= '1' && line[0] <= '2' && guess_realtime_order({&line, 1}).is_realtime;
  }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    if (order_.empty() && !decide({&line, 1}))
      return recognises(line) ? ambiguous() : Refusal{"unknown_line", "no line of a CloudFront real-time log"};
    const auto cells = cells_of(line, '\t');
    if (cells.size() != order_.size())
      return Refusal{"bad_field_count", "the line has not as many fields as its log"};
    const EdgeFields& fields = realtime_fields();
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (order_[c] == fields.size()) {
        if (cells[c].empty() || cells[c] == "-") continue;
        return ambiguous();
      }
      if (auto refused = fields.put(order_[c], cells[c], draft)) return refused;
    }
    fields.complete(draft);
    return std::nullopt;
  }

 private:
  static std::size_t count_cells(std::string_view line) {
    return static_cast<std::size_t>(std::count(line.begin(), line.end(), '\t')) + 1;
  }
  static Refusal ambiguous() {
    return {"ambiguous_format",
            "a real-time log of CloudFront whose values leave more than one choice of fields; import it with "
            "--format and the fields of its configuration, such as 'timestamp c-ip sc-status cs-uri-stem …'"};
  }

  /// Settles the order of the lines; false: they leave it open.
  bool decide(std::span<const std::string_view> lines) {
    const auto fits = [&](std::string_view l) { return fits_realtime_order(format_, l); };
    order_ = !format_.empty() && std::all_of(lines.begin(), lines.end(), fits) ? format_
                                                                               : guess_realtime_order(lines).order;
    return !order_.empty();
  }

  RealtimeOrder format_{};  // as the user gave it
  RealtimeOrder order_{};   // empty: open yet
};

/// Standard logs have neither the fields nor the spellings.
bool is_realtime_name(std::string_view name) {
  return name == "cs-host" || name == "cs-user-agent" || name == "cs-referer" || name == "cs-cookie" ||
         name == "c-ip-version" || name == "c_ip_version" || name == "cs-headers-count" || name == "cs_headers_count" ||
         name == "primary-distribution-id" || name == "primary_distribution_id";
}

/// Other web servers' logs have none of these.
bool is_edge_name(std::string_view name) {
  return name.starts_with("x-edge-") || name.starts_with("x_edge_") || name == "x-host-header" ||
         name == "time-to-first-byte" || name == "cache-behavior-path-pattern" || name == "cs-protocol-version" ||
         name == "primary-distribution-id" || name == "primary_distribution_id";
}

bool recognises_json(const JsonItem& item) {
  bool is_realtime = false, is_edge = false;
  for (const auto& [key, value] : item.members()) {
    is_realtime = is_realtime || is_realtime_name(key);
    is_edge = is_edge || is_edge_name(key);
  }
  return is_realtime && is_edge;
}

std::optional<Refusal> complete_json(const JsonItem& item, Draft& draft) {
  realtime_fields().put_members(item, draft);
  realtime_fields().complete(draft);
  return std::nullopt;
}

}  // namespace

const model::LogType& cloudfront_realtime_type() {
  static const model::LogType type = [] {
    // One service with the standard logs: rules look at both.
    model::LogType t{.name = "cloudfront_realtime",
                     .title = "CloudFront real-time logs",
                     .table = "cloudfront_real_time_logs",
                     .service = "cloudfront",
                     .category = std::string(kWebServer)};
    t.fields = realtime_fields().log_fields();
    t.shape = edge_shape("cloudfront");
    return t;
  }();
  return type;
}

std::unique_ptr<LineParser> make_cloudfront_realtime_parser(const ReaderOptions& options) {
  return std::make_unique<RealtimeParser>(options);
}

JsonType cloudfront_realtime_json() {
  return {.type = &cloudfront_realtime_type(), .recognises = recognises_json, .complete = complete_json};
}

}  // namespace backtrail::sources::detail
