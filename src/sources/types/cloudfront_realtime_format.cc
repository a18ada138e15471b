#include "sources/types/cloudfront_realtime_format.h"

#include <algorithm>
#include <array>
#include <string>

#include "sources/detail/access_line.h"
#include "sources/detail/line_text.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

// Athena's list in its order, `s-ip` put in where the log has it, then what came later. Times are fractions of a
// second, which Athena's BIGINT cannot hold.
constexpr std::array kFields = std::to_array<EdgeField>({
    {"timestamp"},
    {"c-ip"},
    {"s-ip", FieldKind::text, {}, true},
    {"time-to-first-byte", FieldKind::real},
    {"sc-status", FieldKind::integer},
    {"sc-bytes", FieldKind::big_integer},
    {"cs-method"},
    {"cs-protocol"},
    {"cs-host"},
    {"cs-uri-stem"},
    {"cs-bytes", FieldKind::big_integer},
    {"x-edge-location"},
    {"x-edge-request-id"},
    {"x-host-header"},
    {"time-taken", FieldKind::real},
    {"cs-protocol-version"},
    {"c-ip-version"},
    {"cs-user-agent"},
    {"cs-referer"},
    {"cs-cookie"},
    {"cs-uri-query"},
    {"x-edge-response-result-type"},
    {"x-forwarded-for"},
    {"ssl-protocol"},
    {"ssl-cipher"},
    {"x-edge-result-type"},
    {"fle-encrypted-fields"},
    {"fle-status"},
    {"sc-content-type"},
    {"sc-content-len", FieldKind::big_integer},
    {"sc-range-start"},
    {"sc-range-end"},
    {"c-port", FieldKind::integer},
    {"x-edge-detailed-result-type"},
    {"c-country"},
    {"cs-accept-encoding"},
    {"cs-accept"},
    {"cache-behavior-path-pattern"},
    {"cs-headers"},
    {"cs-header-names"},
    {"cs-headers-count", FieldKind::integer},
    {"primary-distribution-id"},
    {"primary-distribution-dns-name"},
    {"origin-fbl"},
    {"origin-lbl"},
    {"asn"},
    {"cmcd-encoded-bitrate", FieldKind::text, {}, true},
    {"cmcd-buffer-length", FieldKind::text, {}, true},
    {"cmcd-buffer-starvation", FieldKind::text, {}, true},
    {"cmcd-content-id", FieldKind::text, {}, true},
    {"cmcd-object-duration", FieldKind::text, {}, true},
    {"cmcd-deadline", FieldKind::text, {}, true},
    {"cmcd-measured-throughput", FieldKind::text, {}, true},
    {"cmcd-next-object-request", FieldKind::text, {}, true},
    {"cmcd-next-range-request", FieldKind::text, {}, true},
    {"cmcd-object-type", FieldKind::text, {}, true},
    {"cmcd-playback-rate", FieldKind::text, {}, true},
    {"cmcd-requested-maximum-throughput", FieldKind::text, {}, true},
    {"cmcd-streaming-format", FieldKind::text, {}, true},
    {"cmcd-session-id", FieldKind::text, {}, true},
    {"cmcd-stream-type", FieldKind::text, {}, true},
    {"cmcd-startup", FieldKind::text, {}, true},
    {"cmcd-top-bitrate", FieldKind::text, {}, true},
    {"cmcd-version", FieldKind::text, {}, true},
    {"r-host", FieldKind::text, {}, true},
    {"sr-reason", FieldKind::text, {}, true},
    {"x-edge-mqcs", FieldKind::text, {}, true},
    {"distribution-tenant-id", FieldKind::text, {}, true},
    {"connection-id", FieldKind::text, {}, true},
    {"viewer-request-log-data", FieldKind::text, {}, true},
    {"viewer-response-log-data", FieldKind::text, {}, true},
});
constexpr std::size_t kNone = kFields.size();

bool is_one_of(std::string_view s, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), s) != words.end();
}

bool all_of(std::string_view s, std::string_view allowed) {
  return !s.empty() && s.find_first_not_of(allowed) == std::string_view::npos;
}
bool is_digits(std::string_view s) { return all_of(s, "0123456789"); }

/// Told by its form from all but its like.
enum class Form : std::uint8_t {
  any, epoch, address, decimal, status, number, port, method, protocol, host, path, location, request_id,
  version, ip_version, result, tls, cipher, media, country, distribution, referer, addresses, count
};

Form form_of(std::string_view name) {
  if (name == "timestamp") return Form::epoch;
  if (name == "c-ip" || name == "s-ip") return Form::address;
  if (name.starts_with("time-") || name.starts_with("origin-")) return Form::decimal;
  if (name == "sc-status") return Form::status;
  if (name == "c-port") return Form::port;
  if (name.ends_with("-bytes") || name.ends_with("-len") || name == "asn" || name.starts_with("sc-range"))
    return Form::number;
  if (name == "cs-headers-count" || name == "fle-encrypted-fields") return Form::count;
  if (name == "cs-method") return Form::method;
  if (name == "cs-protocol") return Form::protocol;
  if (name.ends_with("-host") || name == "x-host-header" || name == "primary-distribution-dns-name") return Form::host;
  if (name == "cs-uri-stem") return Form::path;
  if (name == "x-edge-location") return Form::location;
  if (name == "x-edge-request-id") return Form::request_id;
  if (name == "cs-protocol-version") return Form::version;
  if (name == "c-ip-version") return Form::ip_version;
  if (name.ends_with("result-type")) return Form::result;
  if (name == "ssl-protocol") return Form::tls;
  if (name == "ssl-cipher") return Form::cipher;
  if (name == "sc-content-type") return Form::media;
  if (name == "c-country") return Form::country;
  if (name == "primary-distribution-id") return Form::distribution;
  if (name == "cs-referer") return Form::referer;
  if (name == "x-forwarded-for") return Form::addresses;
  return Form::any;
}

bool is_address(std::string_view s) {
  return has_address_form(s) && (s.find(':') != std::string_view::npos || std::count(s.begin(), s.end(), '.') == 3);
}

constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", kLower = "abcdefghijklmnopqrstuvwxyz";

bool has_form(Form form, std::string_view s) {
  switch (form) {
    case Form::any: return true;
    case Form::epoch: {
      const std::size_t dot = s.find('.');
      return s.size() >= 10 && s.size() <= 17 && (s[0] == '1' || s[0] == '2') && is_digits(s.substr(0, 10)) &&
             (s.size() == 10 || (dot == 10 && is_digits(s.substr(11))));
    }
    case Form::address: return is_address(s);
    case Form::decimal: return is_real(s) && s.find('.') != std::string_view::npos && s.size() <= 12;
    case Form::status: return s.size() == 3 && is_digits(s) && s[0] <= '5';
    case Form::number: return is_digits(s) && s.size() <= 18;
    case Form::port: return is_digits(s) && s.size() <= 5;
    case Form::count: return is_digits(s) && s.size() <= 3;
    case Form::method: return s.size() >= 3 && s.size() <= 16 && all_of(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");
    case Form::protocol: return is_one_of(s, {"http", "https", "ws", "wss", "grpcs"});
    case Form::host:
      return s.find('.') != std::string_view::npos && s.size() <= 260 && !has_address_form(s) && !is_real(s) &&
             all_of(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:");
    case Form::path: return s.starts_with('/');
    case Form::location: return is_edge_location(s);
    case Form::request_id: return s.size() == 56 && s.ends_with("==") && s.find('/') == std::string_view::npos;
    case Form::version: return s.starts_with("HTTP/");
    case Form::ip_version: return is_one_of(s, {"IPv4", "IPv6"});
    case Form::result:
      return s.size() >= 3 && s.size() <= 48 && kUpper.find(s[0]) != std::string_view::npos &&
             s.find_first_of(kLower) != std::string_view::npos &&
             all_of(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    case Form::tls: return s.starts_with("TLSv") || s.starts_with("SSLv");
    case Form::cipher:
      return s.size() >= 8 && s.find_first_of("-_") != std::string_view::npos &&
             (s.find("AES") != std::string_view::npos || s.find("CHACHA") != std::string_view::npos ||
              s.find("DES") != std::string_view::npos || s.find("RC4") != std::string_view::npos);
    case Form::media:
      return kLower.find(s[0]) != std::string_view::npos && s.find('/') != std::string_view::npos &&
             s.find("://") == std::string_view::npos;
    case Form::country: return s.size() == 2 && all_of(s, kUpper);
    case Form::distribution: return s.size() >= 10 && s.size() <= 20 && s[0] == 'E' && all_of(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    case Form::referer: return s.find("://") != std::string_view::npos || s.find("%3A%2F%2F") != std::string_view::npos;
    case Form::addresses: return is_address(s.substr(0, s.find_first_of(",%")));
  }
  return false;
}

bool fits(std::size_t f, std::string_view cell) {
  static const auto forms = [] {
    std::array<Form, kFields.size()> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = form_of(kFields[i].name);
    return out;
  }();
  return cell == "-" || cell.empty() || has_form(forms[f], cell);
}

/// Values that no other tab-separated log has.
bool is_telling(std::string_view cell) {
  return has_form(Form::location, cell) || has_form(Form::request_id, cell) || has_form(Form::version, cell) ||
         is_one_of(cell, {"Hit", "Miss", "RefreshHit", "OriginShieldHit", "LimitExceeded", "CapacityExceeded"});
}

using Columns = std::vector<std::vector<std::string_view>>;

/// Forms that a field of free text does not take by chance.
bool is_unlike_text(std::string_view cell) {
  for (const Form form : {Form::epoch, Form::address, Form::decimal, Form::location, Form::request_id, Form::version,
                          Form::ip_version, Form::protocol, Form::tls, Form::path})
    if (has_form(form, cell)) return true;
  return is_one_of(cell, {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "Hit", "Miss", "RefreshHit", "Error"});
}

bool is_known_status(std::string_view cell) {
  return is_one_of(cell, {"000", "101", "200", "201", "202", "204", "206", "301", "302", "303", "304", "307", "308",
                          "400", "401", "403", "404", "405", "408", "410", "413", "414", "416", "429", "463", "494",
                          "500", "501", "502", "503", "504"});
}

bool fits_all(std::size_t f, const std::vector<std::string_view>& column) {
  const std::string_view name = kFields[f].name;
  const Form form = form_of(name);
  std::size_t values = 0, unlike = 0, statuses = 0;
  for (const std::string_view cell : column) {
    if (!fits(f, cell)) return false;
    if (cell == "-" || cell.empty()) continue;
    ++values;
    const bool may_look_so = (name.starts_with("cmcd-") && has_form(Form::decimal, cell)) ||
                             (name == "cache-behavior-path-pattern" && has_form(Form::path, cell));
    if (form == Form::any && !may_look_so && is_unlike_text(cell)) ++unlike;
    if (form == Form::number && is_known_status(cell)) ++statuses;
  }
  // One number of bytes may look like a status, all of them do not.
  return values == 0 || (unlike < values && (statuses < values || values == 1));
}

/// Sets of fields that many logs have: Athena's, and that of the first release. Both without the server's address.
const std::vector<RealtimeOrder>& published_orders() {
  static const auto orders = [] {
    std::vector<RealtimeOrder> out;
    for (const char* last : {"cs-headers-count", "asn", "viewer-response-log-data"}) {
      RealtimeOrder order;
      for (std::size_t f = 0; f < kFields.size(); ++f) {
        if (kFields[f].name != "s-ip") order.push_back(f);
        if (kFields[f].name == last) break;
      }
      out.push_back(std::move(order));
    }
    return out;
  }();
  return orders;
}

/// Which fields each column may be when the columns stand in the order of the list.
std::vector<std::vector<std::size_t>> choices_of(const Columns& columns) {
  const std::size_t n = columns.size();
  // ahead[c][f]: column c can be field f as far as those before it go; behind: those after it.
  std::vector<std::vector<bool>> can(n, std::vector<bool>(kNone)), ahead = can, behind = can;
  for (std::size_t c = 0; c < n; ++c) {
    bool reached = c == 0;
    for (std::size_t f = 0; f < kNone; ++f) {
      can[c][f] = fits_all(f, columns[c]);
      ahead[c][f] = reached && can[c][f];
      if (c > 0) reached = reached || ahead[c - 1][f];
    }
  }
  for (std::size_t c = n; c-- > 0;) {
    bool reached = c + 1 == n;
    for (std::size_t f = kNone; f-- > 0;) {
      behind[c][f] = reached && can[c][f];
      if (c + 1 < n) reached = reached || behind[c + 1][f];
    }
  }
  std::vector<std::vector<std::size_t>> out(n);
  for (std::size_t c = 0; c < n; ++c)
    for (std::size_t f = 0; f < kNone; ++f)
      if (ahead[c][f] && behind[c][f]) out[c].push_back(f);
  return out;
}

}  // namespace

const EdgeFields& realtime_fields() {
  static const EdgeFields all(kFields);
  return all;
}

std::optional<RealtimeOrder> realtime_order_of(std::string_view text) {
  RealtimeOrder order;
  for (Words words(text); const auto word = words.next();) {
    const std::size_t f = realtime_fields().find(*word);
    if (f == kNone || std::find(order.begin(), order.end(), f) != order.end()) return std::nullopt;
    order.push_back(f);
  }
  return order;
}

bool fits_realtime_order(const RealtimeOrder& order, std::string_view line) {
  const auto cells = cells_of(line, '\t');
  if (cells.size() != order.size()) return false;
  std::size_t told = 0;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    if (!fits(order[c], cells[c])) return false;
    if (cells[c] != "-" && form_of(kFields[order[c]].name) != Form::any) ++told;
  }
  return told >= std::min<std::size_t>(2, order.size());
}

RealtimeGuess guess_realtime_order(std::span<const std::string_view> lines) {
  Columns columns;
  bool tells = false;
  for (const std::string_view line : lines) {
    const auto cells = cells_of(line, '\t');
    if (columns.empty()) columns.resize(cells.size());
    if (cells.size() < 3 || cells.size() != columns.size() || !has_form(Form::epoch, cells[0])) return {};
    tells = tells || std::any_of(cells.begin(), cells.end(), is_telling);
    for (std::size_t c = 0; c < cells.size(); ++c) columns[c].push_back(cells[c]);
  }
  if (!tells || columns.size() > kNone) return {};

  for (const RealtimeOrder& order : published_orders()) {
    if (order.size() != columns.size()) continue;
    bool all = true;
    for (std::size_t c = 0; c < order.size(); ++c) all = all && fits_all(order[c], columns[c]);
    if (all) return {.is_realtime = true, .order = order};
  }
  RealtimeGuess guess;
  const auto choices = choices_of(columns);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (choices[c].empty()) return {};
    const bool says_nothing = std::all_of(columns[c].begin(), columns[c].end(),
                                          [](std::string_view cell) { return cell.empty() || cell == "-"; });
    // A single address is the client's: nobody logs CloudFront's own alone.
    const bool is_client = choices[c].size() == 2 && kFields[choices[c][0]].name == "c-ip" && kFields[choices[c][1]].name == "s-ip";
    if (choices[c].size() == 1 || is_client)
      guess.order.push_back(choices[c][0]);
    else if (says_nothing)
      guess.order.push_back(kNone);
    else
      return {.is_realtime = true};
  }
  guess.is_realtime = true;
  return guess;
}

}  // namespace backtrail::sources::detail
