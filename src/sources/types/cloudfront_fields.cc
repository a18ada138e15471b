#include "sources/types/cloudfront_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "sources/detail/access_line.h"
#include "sources/detail/line_text.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

/// Letters and digits in lower case: what all spellings of a name have in common.
std::string key_of(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') out += static_cast<char>(c | 0x20);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

std::string column_of(const EdgeField& field) {
  if (!field.column.empty()) return std::string(field.column);
  std::string out;
  for (const char c : field.name) {
    if (c >= 'A' && c <= 'Z')
      out += static_cast<char>(c | 0x20);
    else if (c == '-' || c == '(')
      out += '_';
    else if (c != ')')
      out += c;
  }
  return out;
}

bool is_none(std::string_view cell) { return cell.empty() || cell == "-"; }

/// `1700000000`, `1700000000.123`
std::optional<Timestamp> time_of_seconds(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return time_of_epoch(text, 1);
  const std::string_view fraction = text.substr(dot + 1);
  if (fraction.empty() || fraction.size() > 6 || !is_integer(fraction) || fraction[0] == '-') return std::nullopt;
  std::string digits(text.substr(0, dot));
  digits.append(fraction).append(6 - fraction.size(), '0');
  return time_of_epoch(digits, 1'000'000);
}

/// Names that Sigma's are too.
std::vector<std::string_view> native_of(std::span<const EdgeField> fields) {
  std::vector<std::string_view> out;
  for (const EdgeField& f : fields) out.push_back(f.name);
  return out;
}

}  // namespace

EdgeFields::EdgeFields(std::span<const EdgeField> fields)
    : fields_(fields), web_fields_(more() + 1, native_of(fields)) {
  for (std::size_t f = 0; f < fields_.size(); ++f) by_key_.emplace_back(key_of(fields_[f].name), f);
  std::sort(by_key_.begin(), by_key_.end());
  date_ = find("date");
  time_ = find("time");
  seconds_ = find("timestamp");
  milliseconds_ = find("timestamp(ms)");
  protocol_ = find("cs-protocol");
  host_ = find("cs(Host)");
  host_header_ = find("x-host-header");
  path_ = find("cs-uri-stem");
  query_ = find("cs-uri-query");
  agent_ = find("cs(User-Agent)");
  referer_ = find("cs(Referer)");
}

std::size_t EdgeFields::find(std::string_view name) const {
  if (name.size() > 64) return size();
  const std::string key = key_of(name);
  const auto at = std::lower_bound(by_key_.begin(), by_key_.end(), key,
                                   [](const auto& entry, const std::string& k) { return entry.first < k; });
  return at != by_key_.end() && at->first == key ? at->second : size();
}

std::vector<model::LogField> EdgeFields::log_fields() const {
  std::vector<model::LogField> out;
  for (const EdgeField& f : fields_)
    out.push_back({.name = std::string(f.name), .column = column_of(f), .kind = f.kind, .rare = f.rare});
  out.push_back({.name = "url", .column = "_url"});
  out.push_back({.name = "agent", .column = "_user_agent"});
  out.push_back({.name = "more", .column = "_unlisted", .rare = true});
  web_fields_.append_to(out);
  return out;
}

std::optional<Refusal> EdgeFields::put(std::size_t f, std::string_view cell, Draft& draft) const {
  if (is_none(cell)) return std::nullopt;
  const EdgeField& field = fields_[f];
  const bool is_number = field.kind == FieldKind::real ? is_real(cell)
                         : field.kind == FieldKind::integer || field.kind == FieldKind::big_integer
                             ? is_integer(cell)
                             : true;
  if (!is_number) return Refusal{"bad_number", fmt::format("{} holds no number", field.name)};
  const bool fits = field.name == "c-ip"              ? has_address_form(cell)
                    : field.name == "x-edge-location" ? is_edge_location(cell)
                    : field.kind == FieldKind::date   ? cell.size() == 10 && cell[4] == '-' && cell[7] == '-'
                                                      : true;
  if (!fits) return Refusal{"bad_value", fmt::format("{} cannot hold what stands there", field.name)};
  draft.text(f, cell);
  return std::nullopt;
}

void EdgeFields::put_members(const JsonItem& item, Draft& draft) const {
  const auto& layout = draft.record().layout();
  for (const auto& [key, value] : item.members()) {
    const int slot = layout.slot(key);
    const bool is_ours = slot > static_cast<int>(size());
    const std::size_t f = slot > 0 && !is_ours ? static_cast<std::size_t>(slot) - 1 : find(key);
    if (f >= size()) continue;
    if (value.kind == model::Value::Kind::null || is_none(value.text))
      draft.value(f, {});
    else
      draft.value(f, value);
  }
}

void EdgeFields::complete(Draft& draft) const {
  set_time(draft);
  // Older logs encode twice.
  const auto decoded = [&](std::string_view text) {
    return text.find('%') == std::string_view::npos ? text : draft.keep(percent_decoded(text, 2, false));
  };
  WebRequest request{.agent = decoded(draft.at(agent_)), .referer = decoded(draft.at(referer_))};
  if (!request.agent.empty()) draft.text(agent(), request.agent);
  set_url(request, draft);
  web_fields_.put(request, draft);
}

/// The one of the times that tells most.
void EdgeFields::set_time(Draft& draft) const {
  const auto text = [&](std::size_t f) { return f < size() ? draft.at(f) : std::string_view(); };
  if (!text(milliseconds_).empty()) return draft.time(time_of_epoch(text(milliseconds_), 1000));
  if (!text(date_).empty() && !text(time_).empty())
    return draft.time(parse_log_time(fmt::format("{}T{}Z", text(date_), text(time_))));
  if (!text(seconds_).empty()) return draft.time(time_of_seconds(text(seconds_)));
  if (draft.context().time) draft.time(draft.context().time);
}

void EdgeFields::set_url(WebRequest& request, Draft& draft) const {
  request.path = draft.at(path_);
  request.query = draft.at(query_);
  // The name that the viewer asked for; of a log without it that of the distribution.
  request.host = draft.at(host_header_);
  if (request.host.empty()) request.host = draft.at(host_);
  if (request.path.empty() && request.query.empty()) return;
  const std::string_view protocol = draft.at(protocol_);
  std::string text;
  if (!request.host.empty()) text.append(protocol.empty() ? "http" : protocol).append("://").append(request.host);
  text += request.path;
  if (!request.query.empty()) text.append("?").append(request.query);
  request.url = draft.keep(text);
  draft.text(url(), request.url);
}

model::EventShape edge_shape(std::string_view source) {
  return {.source = {.otherwise = std::string(source)},
          .action = {.fields = {"cs-method"}, .otherwise = "request"},
          .resource = {.fields = {"url", "x-host-header"}},
          .outcome = outcome_of_status({"sc-status"}),
          .error = error_of_status({"sc-status"}),
          .message = {.fields = {"x-edge-detailed-result-type"}},
          .source_ip = {.fields = {"c-ip"}},
          .user_agent = {.fields = {"agent"}},
          .request_id = {.fields = {"x-edge-request-id"}}};
}

std::vector<std::string_view> cells_of(std::string_view line, char separator) {
  std::vector<std::string_view> out;
  for (std::size_t from = 0; from <= line.size();) {
    const std::size_t to = std::min(line.find(separator, from), line.size());
    out.push_back(line.substr(from, to - from));
    from = to + 1;
  }
  return out;
}

bool is_edge_location(std::string_view s) {
  if (s.size() < 4 || s.size() > 16 || s[3] < '0' || s[3] > '9') return false;
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return is_upper(s[0]) && is_upper(s[1]) && is_upper(s[2]) &&
         s.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-", 3) == std::string_view::npos;
}

}  // namespace backtrail::sources::detail
