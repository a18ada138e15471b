#include "sources/types/vpcflow_format.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "base/text.h"
#include "sources/detail/line_text.h"

namespace backtrail::sources::detail {
namespace {

constexpr std::size_t kNone = kFlowFields.size();
constexpr std::size_t kStart = flow_field("start"), kEnd = flow_field("end");

bool all_of(std::string_view s, std::string_view allowed) {
  return !s.empty() && s.find_first_not_of(allowed) == std::string_view::npos;
}
bool is_digits(std::string_view s) { return all_of(s, "0123456789"); }

bool is_number_up_to(std::string_view s, std::uint64_t most) {
  if (!is_digits(s) || s.size() > 18) return false;
  std::uint64_t n = 0;
  for (const char c : s) n = n * 10 + static_cast<std::uint64_t>(c - '0');
  return n <= most;
}

bool is_address(std::string_view s) {
  const bool v4 = std::count(s.begin(), s.end(), '.') == 3 && all_of(s, "0123456789.");
  return v4 || (s.find(':') != std::string_view::npos && all_of(s, "0123456789abcdefABCDEF:."));
}

bool is_one_of(std::string_view s, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), s) != words.end();
}

/// `use1-az4`
bool is_zone(std::string_view s) { return s.size() >= 6 && s.size() <= 12 && s.find("-az") != std::string_view::npos; }

/// Fields whose values are told from all others' by their form.
constexpr std::size_t kAccount = flow_field("account-id"), kInterface = flow_field("interface-id"),
                      kVpc = flow_field("vpc-id"), kSubnet = flow_field("subnet-id"),
                      kInstance = flow_field("instance-id"), kAction = flow_field("action"),
                      kStatus = flow_field("log-status"), kType = flow_field("type"),
                      kRegion = flow_field("region"), kZone = flow_field("az-id"),
                      kDirection = flow_field("flow-direction");
constexpr std::array kTelling = {kAccount, kInterface, kVpc,    kSubnet, kInstance, kAction,
                                 kStatus,  kType,      kRegion, kZone,   kDirection};

/// Orders that AWS publishes beside version 2: of the Athena guide, version by version; of transit gateways.
const std::vector<FlowOrder>& published_orders() {
  static const auto orders = [] {
    std::vector<FlowOrder> out;
    FlowOrder all;
    for (const std::size_t fields : {14u, 21u, 25u, 29u, 30u}) {
      while (all.size() < fields) all.push_back(all.size());
      out.push_back(all);
    }
    out.push_back(*flow_order_of(
        "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id "
          "tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id "
          "tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr "
          "srcport dstport protocol packets bytes start end log-status type packets-lost-no-route "
          "packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region "
          "flow-direction pkt-src-aws-service pkt-dst-aws-service"));
    return out;
  }();
  return orders;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> out;
  for (Words words(line); const auto word = words.next();) out.push_back(*word);
  return out;
}

/// The telling field that all values of a column have the form of. kNone: another field's, or several'.
std::size_t telling_field(const std::vector<std::string_view>& values) {
  std::size_t found = kNone;
  for (const std::size_t f : kTelling) {
    const bool fits = std::all_of(values.begin(), values.end(), [&](std::string_view v) { return fits_flow_field(f, v); });
    if (!fits) continue;
    if (found != kNone) return kNone;
    found = f;
  }
  return found;
}

bool is_epoch(std::string_view s) { return s.size() == 10 && is_digits(s) && (s[0] == '1' || s[0] == '2'); }

}  // namespace

std::size_t flow_field_of_word(std::string_view word) {
  std::string name = to_lower_ascii(word);
  if (name.starts_with("${") && name.ends_with('}')) name = name.substr(2, name.size() - 3);
  std::replace(name.begin(), name.end(), '_', '-');
  return flow_field(name);
}

std::optional<FlowOrder> flow_order_of(std::string_view text) {
  FlowOrder order;
  for (Words words(text); const auto word = words.next();) {
    const std::size_t f = flow_field_of_word(*word);
    if (f == kNone || std::find(order.begin(), order.end(), f) != order.end()) return std::nullopt;
    order.push_back(f);
  }
  return order;
}

const FlowOrder& default_flow_order() { return published_orders().front(); }

bool fits_flow_field(std::size_t field, std::string_view word) {
  if (word == "-") return true;
  const std::string_view name = kFlowFields[field].name;
  if (name == "version") return is_number_up_to(word, 20);
  if (name.ends_with("account-id")) return (word.size() == 12 && is_digits(word)) || word == "unknown";
  if (name == "interface-id" || name.ends_with("-eni")) return word.starts_with("eni-");
  if (name.ends_with("addr")) return is_address(word);
  if (name.ends_with("port")) return is_number_up_to(word, 65535);
  if (name == "protocol" || name == "tcp-flags") return is_number_up_to(word, 255);
  if (field == kStart || field == kEnd) return is_number_up_to(word, 99'999'999'999);
  if (field == kAction) return word == "ACCEPT" || word == "REJECT";
  if (field == kStatus) return is_one_of(word, {"OK", "NODATA", "SKIPDATA"});
  if (name.ends_with("vpc-id")) return word.starts_with("vpc-");
  if (name.ends_with("subnet-id")) return word.starts_with("subnet-");
  if (field == kInstance) return word.starts_with("i-");
  if (field == kType) return is_one_of(word, {"IPv4", "IPv6", "EFA"});
  if (field == kRegion) return is_region_name(word);
  if (name.ends_with("az-id")) return is_zone(word);
  if (field == kDirection) return word == "ingress" || word == "egress";
  if (name == "traffic-path") return is_number_up_to(word, 20);
  if (name == "tgw-id") return word.starts_with("tgw-");
  if (name.ends_with("attachment-id")) return word.starts_with("tgw-attach-");
  if (name == "sublocation-type") return is_one_of(word, {"wavelength", "outpost", "localzone"});
  if (kFlowFields[field].kind != model::FieldKind::text) return is_integer(word) && word[0] != '-';
  // services, reasons, names: words, not numbers or addresses
  return !is_digits(word) && !is_address(word) && !is_region_name(word);
}

bool fits_flow_order(const FlowOrder& order, std::string_view line) {
  Words words(line);
  for (const std::size_t f : order) {
    const auto word = words.next();
    if (!word || !fits_flow_field(f, *word)) return false;
  }
  return !words.next();
}

FlowGuess guess_flow_order(std::span<const std::string_view> lines) {
  std::vector<std::vector<std::string_view>> columns;
  for (const std::string_view line : lines) {
    const auto words = words_of(line);
    if (columns.empty()) columns.resize(words.size());
    if (words.empty() || words.size() != columns.size()) return {};
    for (std::size_t c = 0; c < words.size(); ++c) columns[c].push_back(words[c]);
  }
  if (columns.size() < 3) return {};

  FlowGuess guess;
  std::vector<const FlowOrder*> fitting;
  for (const FlowOrder& order : published_orders())
    if (order.size() == columns.size() && std::all_of(lines.begin(), lines.end(), [&](std::string_view line) {
          return fits_flow_order(order, line);
        }))
      fitting.push_back(&order);
  const auto tells = [&](const std::vector<std::string_view>& column) {
    return column[0] == "ACCEPT" || column[0] == "REJECT" || column[0].starts_with("eni-") || column[0].starts_with("tgw-");
  };
  if (fitting.size() == 1 && std::any_of(columns.begin(), columns.end(), tells))
    return {.is_flow = true, .order = *fitting.front()};

  // column by column
  bool one_choice = true;
  std::vector<std::size_t> times;
  std::vector<bool> taken(kFlowFields.size(), false);
  std::size_t telling = 0;
  FlowOrder order;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const auto& values = columns[c];
    const auto is_dash = [](std::string_view v) { return v == "-"; };
    order.push_back(kNone);
    if (std::all_of(values.begin(), values.end(), is_dash)) continue;  // whatever it is, it says nothing
    if (std::all_of(values.begin(), values.end(), [&](std::string_view v) { return is_dash(v) || is_epoch(v); })) {
      times.push_back(c);
      continue;
    }
    const std::size_t f = telling_field(values);
    if (f == kNone) {
      // Every word of a flow record has some field's form; free text has not.
      const bool known = std::all_of(values.begin(), values.end(), [&](std::string_view v) {
        return is_dash(v) || is_integer(v) || is_address(v) || v.starts_with("tgw-");
      });
      if (!known) return {};
      one_choice = false;
      continue;
    }
    if (f == kInterface) telling += 2;
    if (f == kAction || f == kStatus) ++telling;
    one_choice = one_choice && !taken[f];
    taken[f] = true;
    order.back() = f;
  }
  guess.is_flow = telling >= 2;
  if (times.size() == 2) {
    bool rises = true, falls = true;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      rises = rises && columns[times[0]][i] <= columns[times[1]][i];
      falls = falls && columns[times[0]][i] >= columns[times[1]][i];
    }
    one_choice = one_choice && rises != falls;
    order[times[0]] = rises ? kStart : kEnd;
    order[times[1]] = rises ? kEnd : kStart;
  } else {
    one_choice = one_choice && times.empty();
  }
  if (one_choice && guess.is_flow) guess.order = std::move(order);
  return guess;
}

}  // namespace backtrail::sources::detail
