#include "sources/detail/access_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "sources/detail/line_text.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_number_for(FieldKind kind, std::string_view text) {
  switch (kind) {
    case FieldKind::integer:
    case FieldKind::big_integer: return is_integer(text);
    case FieldKind::real: return is_real(text);
    default: return true;
  }
}

/// Splits `a b c` at its first and last space; the middle may hold more.
struct RequestParts {
  std::string_view method, url, protocol;
};
RequestParts parts_of_request(std::string_view request) {
  while (request.ends_with(' ')) request.remove_suffix(1);
  const std::size_t first = request.find(' ');
  if (first == std::string_view::npos) return {{}, request, {}};
  const std::size_t last = request.rfind(' ');
  if (first == last) return {request.substr(0, first), request.substr(first + 1), {}};
  return {request.substr(0, first), request.substr(first + 1, last - first - 1), request.substr(last + 1)};
}

std::pair<std::string_view, std::string_view> parts_of_endpoint(std::string_view cell) {
  const std::size_t colon = cell.rfind(':');
  if (colon == std::string_view::npos) return {cell, {}};
  std::string_view address = cell.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  return {address, cell.substr(colon + 1)};
}

std::optional<Refusal> read_cells_of(std::span<const CellField> fields, std::size_t required,
                                     CellCursor cursor, Draft& draft) {
  std::string_view inside[2];  // what a compound cell holds behind its first part
  std::size_t parts = 0;
  for (std::size_t f = 0; f < fields.size(); ++f) {
    const CellField& field = fields[f];
    std::string_view value;
    if (field.cell == Cell::inside) {
      value = inside[parts++];
    } else {
      const auto cell = field.cell == Cell::bracket ? cursor.bracket() : cursor.word();
      if (!cell) {
        if (f >= required) return std::nullopt;
        return Refusal{"bad_field_count", fmt::format("the line ends before {}", field.name)};
      }
      if (cursor.broken())
        return Refusal{"bad_quotes", fmt::format("the line ends inside the quotes of {}", field.name)};
      parts = 0;
      inside[0] = inside[1] = {};
      value = *cell;
      if (field.cell == Cell::endpoint) {
        std::tie(value, inside[0]) = parts_of_endpoint(value);
      } else if (field.cell == Cell::request) {
        const RequestParts request = parts_of_request(value);
        value = request.method;
        inside[0] = request.url;
        inside[1] = request.protocol;
      }
    }
    if (value == "-" || value.empty()) continue;
    if (field.kind != FieldKind::text && !is_number_for(field.kind, value))
      return Refusal{"bad_number", fmt::format("{} holds no number", field.name)};
    draft.text(f, value);
  }
  if (const std::string_view rest = cursor.rest(); !rest.empty()) draft.text(fields.size(), rest);
  return std::nullopt;
}

}  // namespace

std::string_view CellCursor::quoted() {
  const auto end_at = [&](std::size_t quote) {
    const std::string_view cell = rest_.substr(1, quote - 1);
    rest_.remove_prefix(quote + 1);
    return cell;
  };
  // A load balancer has been seen to leave out the space behind an empty cell.
  if (rest_.starts_with("\"-\"")) return end_at(2);
  for (std::size_t at = 1; (at = rest_.find('"', at)) != std::string_view::npos; ++at) {
    if (at + 1 < rest_.size() && rest_[at + 1] != ' ') continue;
    std::size_t slashes = 0;
    while (rest_[at - 1 - slashes] == '\\') ++slashes;
    if (!escapes_ || slashes % 2 == 0) return end_at(at);
  }
  broken_ = true;
  return std::exchange(rest_, std::string_view()).substr(1);
}

std::optional<std::string_view> CellCursor::word() {
  if (rest_.starts_with(' ')) rest_.remove_prefix(1);
  if (rest_.empty()) return std::nullopt;
  if (rest_[0] == '"') return quoted();
  const std::size_t end = std::min(rest_.find(' '), rest_.size());
  const std::string_view cell = rest_.substr(0, end);
  rest_.remove_prefix(end);
  return cell;
}

std::optional<std::string_view> CellCursor::bracket() {
  if (rest_.starts_with(" [")) rest_.remove_prefix(1);
  if (!rest_.starts_with('[')) return word();
  const std::size_t end = rest_.find(']');
  if (end == std::string_view::npos) {
    broken_ = true;
    return std::exchange(rest_, std::string_view()).substr(1);
  }
  const std::string_view cell = rest_.substr(1, end - 1);
  rest_.remove_prefix(end + 1);
  return cell;
}

std::string_view CellCursor::rest() const {
  return rest_.starts_with(' ') ? rest_.substr(1) : rest_;
}

std::optional<Refusal> read_cells(std::span<const CellField> fields, std::size_t required,
                                  std::string_view line, Draft& draft) {
  auto refused = read_cells_of(fields, required, CellCursor(line), draft);
  if (!refused || line.find('\\') == std::string_view::npos) return refused;
  // A client may end its name in a backslash, which then escapes nothing.
  for (std::size_t f = 0; f <= fields.size(); ++f) draft.value(f, {});
  if (!read_cells_of(fields, required, CellCursor(line, false), draft)) return std::nullopt;
  return refused;
}

std::vector<model::LogField> log_fields(std::span<const CellField> fields) {
  std::vector<model::LogField> out;
  for (const CellField& f : fields)
    out.push_back({.name = std::string(f.name),
                   .column = std::string(f.column.empty() ? f.name : f.column),
                   .kind = f.kind});
  out.push_back({.name = "more", .column = "_more"});
  return out;
}

model::Pick outcome_of_status(std::vector<std::string> fields) {
  return {.fields = std::move(fields),
          .cases = {{"401", "denied"}, {"403", "denied"}, {"4*", "error"}, {"5*", "error"}, {"*", "success"}},
          .otherwise = "success"};
}

model::Pick error_of_status(std::vector<std::string> fields) {
  return {.fields = std::move(fields), .cases = {{"0*", ""}, {"1*", ""}, {"2*", ""}, {"3*", ""}}};
}

bool has_time_form(std::string_view s) {
  return s.size() >= 19 && is_digit(s[0]) && is_digit(s[3]) && s[4] == '-' && s[7] == '-' && s[10] == 'T' &&
         s[13] == ':' && s[16] == ':' && is_digit(s[18]);
}

bool has_address_form(std::string_view s) {
  return s.size() >= 2 && s.size() <= 45 && s.find_first_of(".:") != std::string_view::npos &&
         s.find_first_not_of("0123456789abcdefABCDEF.:") == std::string_view::npos;
}

bool is_real(std::string_view s) {
  if (s.starts_with('-')) s.remove_prefix(1);
  if (s.empty() || s.size() > 32 || !is_digit(s[0])) return false;
  std::size_t at = s.find_first_not_of("0123456789");
  if (at != std::string_view::npos && s[at] == '.') at = s.find_first_not_of("0123456789", at + 1);
  if (at == std::string_view::npos) return true;
  if (s[at] != 'e' && s[at] != 'E') return false;
  return is_integer(s.substr(at + 1 < s.size() && s[at + 1] == '+' ? at + 2 : at + 1));
}

std::string percent_decoded(std::string_view text, int times, bool plus) {
  std::string out(text);
  for (int i = 0; i < times; ++i) {
    std::string next;
    for (std::size_t at = 0; at < out.size(); ++at) {
      if (out[at] == '%' && at + 2 < out.size() && hex_value(out[at + 1]) >= 0 && hex_value(out[at + 2]) >= 0) {
        next += static_cast<char>(hex_value(out[at + 1]) * 16 + hex_value(out[at + 2]));
        at += 2;
      } else {
        next += plus && i == 0 && out[at] == '+' ? ' ' : out[at];
      }
    }
    if (next == out || !is_valid_utf8(next)) break;
    out = std::move(next);
  }
  return out;
}

std::string readable_url(std::string_view url) {
  std::string out(url);
  std::replace(out.begin(), out.end(), '+', ' ');
  for (int i = 0; i < 3 && out.find('%') != std::string::npos; ++i) {
    std::size_t to = 0;
    for (std::size_t at = 0; at < out.size(); ++at, ++to) {
      out[to] = out[at];
      if (out[at] != '%' || at + 2 >= out.size()) continue;
      const int high = hex_value(out[at + 1]), low = hex_value(out[at + 2]);
      if (high < 2 || high > 7 || low < 0 || (high == 7 && low == 15)) continue;
      out[to] = static_cast<char>(high * 16 + low);
      at += 2;
    }
    if (to == out.size()) break;
    out.resize(to);
  }
  return out;
}

void set_origin_of_arn(std::string_view arn, Draft& draft) {
  if (!arn.starts_with("arn:")) return;
  std::string_view parts[5];  // arn, partition, service, region, account
  for (std::string_view& part : parts) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return;
    part = arn.substr(0, colon);
    arn.remove_prefix(colon + 1);
  }
  draft.region(parts[3]);
  if (parts[4].size() == 12 && is_integer(parts[4])) draft.account(parts[4]);
}

}  // namespace backtrail::sources::detail
