// CloudFront standard logs: the W3C files of standard logging (legacy), and of standard logging v2 plain and W3C
// text, JSON and Parquet. Sources: CloudFront Developer Guide, "Standard logging reference" and "Configure
// standard logging (v2)"; Amazon Athena User Guide, "Create a table for CloudFront standard logs (legacy)".
#include <algorithm>
#include <array>

#include "sources/detail/access_line.h"
#include "sources/detail/line_text.h"
#include "sources/types/cloudfront_fields.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

// The legacy log's fields in its order and under the columns of Athena's table, then those that v2 adds.
constexpr std::array kFields = std::to_array<EdgeField>({
    {"date", FieldKind::date},
    {"time"},
    {"x-edge-location"},
    {"sc-bytes", FieldKind::big_integer},
    {"c-ip"},
    {"cs-method"},
    {"cs(Host)"},
    {"cs-uri-stem"},
    {"sc-status", FieldKind::integer},
    {"cs(Referer)", FieldKind::text, "cs_referrer"},
    {"cs(User-Agent)"},
    {"cs-uri-query"},
    {"cs(Cookie)"},
    {"x-edge-result-type"},
    {"x-edge-request-id"},
    {"x-host-header"},
    {"cs-protocol"},
    {"cs-bytes", FieldKind::big_integer},
    {"time-taken", FieldKind::real},
    {"x-forwarded-for"},
    {"ssl-protocol"},
    {"ssl-cipher"},
    {"x-edge-response-result-type"},
    {"cs-protocol-version"},
    {"fle-status"},
    {"fle-encrypted-fields", FieldKind::integer},
    {"c-port", FieldKind::integer},
    {"time-to-first-byte", FieldKind::real},
    {"x-edge-detailed-result-type"},
    {"sc-content-type"},
    {"sc-content-len", FieldKind::big_integer},
    {"sc-range-start", FieldKind::big_integer},
    {"sc-range-end", FieldKind::big_integer},
    {"distribution-tenant-id", FieldKind::text, {}, true},
    {"connection-id", FieldKind::text, {}, true},
    {"timestamp", FieldKind::text, {}, true},
    {"DistributionId", FieldKind::text, "distribution_id"},
    {"timestamp(ms)", FieldKind::text, {}, true},
    {"origin-fbl", FieldKind::real, {}, true},
    {"origin-lbl", FieldKind::real, {}, true},
    {"asn"},
    {"c-country"},
    {"cache-behavior-path-pattern", FieldKind::text, {}, true},
    {"viewer-request-log-data", FieldKind::text, {}, true},
    {"viewer-response-log-data", FieldKind::text, {}, true},
});
// A line without header has the fields of the legacy log, which has grown several times.
constexpr std::array<std::size_t, 8> kLegacySizes = {15, 18, 19, 23, 24, 26, 33, 35};

const EdgeFields& fields() {
  static const EdgeFields all(kFields);
  return all;
}

/// Names that other W3C logs (IIS) have not.
bool is_telling(std::string_view name) {
  return name.starts_with("x-edge-") || name.starts_with("x_edge_") || name == "x-host-header" ||
         name == "timestamp(ms)" || name == "DistributionId" || name == "origin-fbl" || name == "origin-lbl" ||
         name == "cs(Host)" || name == "c-country" || name == "sc-content-type" || name == "x_host_header" ||
         name == "origin_fbl";
}

/// The fields that a header names, size() for one that is not listed; empty: it is no header of this log.
std::vector<std::size_t> order_of(const std::vector<std::string_view>& names) {
  std::vector<std::size_t> order;
  std::size_t known = 0;
  bool tells = false;
  for (const std::string_view name : names) {
    const bool is_name = !name.empty() && name.size() <= 64 &&
                         name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_()") ==
                             std::string_view::npos;
    if (!is_name || name.starts_with("s-") || name == "sc-win32-status") return {};
    const std::size_t f = fields().find(name);
    if (f < fields().size() && std::find(order.begin(), order.end(), f) != order.end()) return {};
    known += f < fields().size() ? 1 : 0;
    tells = tells || is_telling(name);
    order.push_back(f);
  }
  if (!tells || known < 3) order.clear();
  return order;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (Words words(text); const auto word = words.next();) out.push_back(*word);
  return out;
}

constexpr std::string_view kFieldsWord = "#Fields:", kVersionWord = "#Version:";

class CloudFrontParser final : public LineParser {
 public:
  const model::LogType& type() const override { return cloudfront_type(); }

  void reset() override {
    order_.clear();
    names_.clear();
    separator_ = '\0';
    is_w3c_ = false;
  }

  bool look_ahead(std::span<const std::string_view> lines) override {
    // `#Version: 1.0` alone may begin a log of any web server.
    is_w3c_ = std::any_of(lines.begin(), lines.end(), [](std::string_view l) {
      return l.starts_with(kFieldsWord) && !order_of(words_of(l.substr(kFieldsWord.size()))).empty();
    });
    return is_w3c_;
  }

  bool takes_header(std::string_view line) override {
    if (line.empty()) return false;
    if (line.starts_with(kVersionWord)) return is_w3c_;
    if (line.starts_with(kFieldsWord)) return take_names(words_of(line.substr(kFieldsWord.size())), '\0');
    if (line[0] < 'A' || line[0] > 'z' || line.size() > 8192) return false;
    // Plain text of v2: names alone, separated as the records are.
    for (const char separator : {'\t', ',', ' ', ';', '|'}) {
      const std::size_t end = line.find(separator);
      if (end == std::string_view::npos) continue;
      if (fields().find(line.substr(0, end)) == fields().size()) return false;
      if (take_names(cells_of(line, separator), separator)) return true;
    }
    return false;
  }

  bool recognises(std::string_view line) const override { return is_default(line); }

  std::optional<Refusal> read(std::string_view line, Draft& draft) override {
    if (order_.empty() && !is_default(line)) return Refusal{"unknown_line", "no line of a CloudFront log"};
    std::optional<Refusal> refused;
    if (!order_.empty()) refused = read_as(order_, line, draft);
    // A log group, say, may hold logs of several distributions.
    if (order_.empty() || (refused && refused->reason == "bad_field_count" && is_default(line))) {
      draft.clear();
      refused = read_default(line, draft);
    }
    if (!refused) fields().complete(draft);
    return refused;
  }

 private:
  bool take_names(const std::vector<std::string_view>& names, char separator) {
    auto order = order_of(names);
    if (order.empty()) return false;
    order_ = std::move(order);
    names_.assign(names.begin(), names.end());
    separator_ = separator;
    return true;
  }

  /// Tabs; some tools that pass logs on put spaces there, which no value holds.
  static char separator_of(std::string_view line) { return line.find('\t') != std::string_view::npos ? '\t' : ' '; }

  static bool is_default(std::string_view line) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (line.size() < 40 || !is_digit(line[0]) || line[4] != '-' || line[7] != '-' || line[13] != ':' ||
        line[16] != ':' || line[10] != line[19])
      return false;
    const char separator = line[10];
    if (separator != '\t' && separator != ' ') return false;
    const auto cells = cells_of(line.substr(20, 512), separator);
    return cells.size() >= 4 && is_edge_location(cells[0]) && is_integer(cells[1]) &&
           (cells[2] == "-" || has_address_form(cells[2])) && !cells[3].empty() &&
           cells[3].find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == std::string_view::npos;
  }

  std::optional<Refusal> read_as(const std::vector<std::size_t>& order, std::string_view line, Draft& draft) const {
    auto cells = cells_of(line, separator_ == '\0' ? separator_of(line) : separator_);
    if (cells.size() == order.size() + 1 && cells.back().empty()) cells.pop_back();
    if (cells.size() != order.size())
      return Refusal{"bad_field_count", "the line has not as many fields as the header above it"};
    std::string unlisted;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (order[i] < fields().size()) {
        if (auto refused = fields().put(order[i], cells[i], draft)) return refused;
      } else if (!cells[i].empty() && cells[i] != "-") {
        unlisted.append(unlisted.empty() ? "" : " ").append(names_[i]).append("=").append(cells[i]);
      }
    }
    if (!unlisted.empty()) draft.keep_text(fields().more(), unlisted);
    return std::nullopt;
  }

  static std::optional<Refusal> read_default(std::string_view line, Draft& draft) {
    auto cells = cells_of(line, separator_of(line));
    if (cells.back().empty()) cells.pop_back();
    if (std::find(kLegacySizes.begin(), kLegacySizes.end(), cells.size()) == kLegacySizes.end())
      return Refusal{"bad_field_count", "the line has not as many fields as a standard log of CloudFront"};
    for (std::size_t f = 0; f < cells.size(); ++f)
      if (auto refused = fields().put(f, cells[f], draft)) return refused;
    return std::nullopt;
  }

  std::vector<std::size_t> order_{};  // empty: no header yet
  std::vector<std::string> names_{};
  char separator_ = '\0';  // \0: tabs, or spaces where there is none
  bool is_w3c_ = false;
};

bool recognises_json(const JsonItem& item) {
  const auto members = item.members();
  if (std::none_of(members.begin(), members.end(), [](const auto& m) { return is_telling(m.first); })) return false;
  return std::count_if(members.begin(), members.end(),
                       [](const auto& m) { return fields().find(m.first) < fields().size(); }) >= 3;
}

std::optional<Refusal> complete_json(const JsonItem& item, Draft& draft) {
  fields().put_members(item, draft);
  fields().complete(draft);
  return std::nullopt;
}

}  // namespace

const model::LogType& cloudfront_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "cloudfront",
                     .title = "CloudFront standard logs",
                     .table = "cloudfront_standard_logs",
                     .service = "cloudfront",
                     .category = std::string(kWebServer)};
    t.fields = fields().log_fields();
    t.shape = edge_shape("cloudfront");
    return t;
  }();
  return type;
}

std::unique_ptr<LineParser> make_cloudfront_parser() { return std::make_unique<CloudFrontParser>(); }

JsonType cloudfront_json() {
  return {.type = &cloudfront_type(), .recognises = recognises_json, .complete = complete_json};
}

}  // namespace backtrail::sources::detail
