#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "store/trino/functions/registry.h"
#include "store/trino/functions/text_format.h"

namespace backtrail::store::trino {
namespace {

template <typename... Texts>
std::optional<std::string> format(Call& call, std::string_view pattern, Texts... arguments) {
  auto text = format_text(pattern, {arguments...});
  if (!text) return call.fail(text.error().message);
  return std::move(*text);
}

/// split(text, delimiter, limit): the last part keeps what is left.
std::optional<std::vector<std::string>> split_limit(Call& call, std::string_view text,
                                                    std::string_view delimiter,
                                                    std::int64_t limit) {
  if (delimiter.empty()) return call.fail("The delimiter may not be the empty string");
  if (limit <= 0) return call.fail("Limit must be positive");
  std::vector<std::string> parts;
  while (static_cast<std::int64_t>(parts.size()) + 1 < limit) {
    const auto end = text.find(delimiter);
    if (end == std::string_view::npos) break;
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end + delimiter.size());
  }
  parts.emplace_back(text);
  return parts;
}

std::optional<std::string> split_part(Call& call, std::string_view text, std::string_view delimiter,
                                      std::int64_t index) {
  if (index <= 0) return call.fail("Index must be greater than zero");
  if (delimiter.empty()) {  // one part per code point
    for (std::size_t i = 0; i < text.size();) {
      std::size_t end = i + 1;
      while (end < text.size() && (text[end] & '\xc0') == '\x80') ++end;
      if (--index == 0) return std::string(text.substr(i, end - i));
      i = end;
    }
    return std::nullopt;
  }
  for (; index > 1; --index) {
    const auto end = text.find(delimiter);
    if (end == std::string_view::npos) return std::nullopt;
    text.remove_prefix(end + delimiter.size());
  }
  return std::string(text.substr(0, text.find(delimiter)));
}

/// The place of the n-th occurrence, in code points from 1; negative n counts from the end.
std::optional<std::int64_t> position_of(Call& call, std::string_view text, std::string_view part,
                                        std::int64_t n) {
  if (n == 0) return call.fail("'instance' must not be a positive or negative number.");
  if (part.empty()) return 1;
  std::size_t at = std::string_view::npos;
  if (n > 0) {
    for (std::size_t from = 0; n > 0; --n, from = at + 1) {
      at = text.find(part, from);
      if (at == std::string_view::npos) return 0;
    }
  } else {
    for (std::size_t from = std::string_view::npos; n < 0; ++n, from = at - 1) {
      if (from == std::string_view::npos && at == 0) return 0;
      at = text.rfind(part, from);
      if (at == std::string_view::npos) return 0;
    }
  }
  std::int64_t place = 1;
  for (std::size_t i = 0; i < at; ++i) place += (text[i] & '\xc0') != '\x80';
  return place;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

std::optional<std::int64_t> from_base(Call& call, std::string_view text, std::int64_t base) {
  if (base < 2 || base > 36) return call.fail("Radix must be between 2 and 36");
  const bool negative = text.starts_with('-');
  std::int64_t value = 0;
  const auto digits = text.substr(negative ? 1 : 0);
  bool ok = !digits.empty();
  for (const char c : digits)
    ok = ok && digit_of(c) < base && !__builtin_mul_overflow(value, base, &value) &&
         !__builtin_sub_overflow(value, digit_of(c), &value);
  if (!negative) ok = ok && !__builtin_sub_overflow(std::int64_t{0}, value, &value);
  if (!ok) return call.fail(fmt::format("Not a valid base-{} number: {}", base, text));
  return value;
}

std::optional<std::string> to_base(Call& call, std::int64_t value, std::int64_t base) {
  if (base < 2 || base > 36) return call.fail("Radix must be between 2 and 36");
  auto left = value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value)
                        : static_cast<std::uint64_t>(value);
  std::string out;
  do {
    out.insert(out.begin(),
               "0123456789abcdefghijklmnopqrstuvwxyz"[left % static_cast<std::uint64_t>(base)]);
    left /= static_cast<std::uint64_t>(base);
  } while (left > 0);
  return value < 0 ? "-" + out : out;
}

std::optional<std::int64_t> width_bucket(Call& call, double x, double low, double high,
                                         std::int64_t buckets) {
  if (buckets <= 0) return call.fail("bucketCount must be greater than 0");
  if (std::isnan(x)) return call.fail("operand must not be NaN");
  if (!std::isfinite(low) || !std::isfinite(high) || low == high)
    return call.fail("bounds must be finite and not equal");
  const bool up = low < high;
  if (up ? x < low : x > low) return 0;
  if (up ? x >= high : x <= high) return buckets + 1;
  return static_cast<std::int64_t>(static_cast<double>(buckets) * (x - low) / (high - low)) + 1;
}

/// Trino's name of one of DuckDB's types.
std::string type_name(std::string_view type) {
  struct Name {
    std::string_view from, to;
  };
  for (const Name n : {Name{"VARCHAR", "varchar"},
                       {"HUGEINT", "bigint"},
                       {"UBIGINT", "bigint"},
                       {"FLOAT", "real"},
                       {"BLOB", "varbinary"},
                       {"TIMESTAMP", "timestamp(3)"},
                       {"TIMESTAMP WITH TIME ZONE", "timestamp(3) with time zone"},
                       {"INTERVAL", "interval day to second"},
                       {"\"NULL\"", "unknown"}})
    if (type == n.from) return std::string(n.to);
  if (type.ends_with("[]")) return "array(" + type_name(type.substr(0, type.size() - 2)) + ")";
  const auto open = type.find('(');
  if (open == std::string_view::npos || !type.ends_with(')')) return to_lower_ascii(type);
  const bool map = type.starts_with("MAP(");
  const bool row = type.starts_with("STRUCT(");
  if (!map && !row) return to_lower_ascii(type);
  // Members are split at commas outside brackets and quotes.
  std::string out = map ? "map(" : "row(";
  const auto inside = type.substr(open + 1, type.size() - open - 2);
  int depth = 0;
  bool quoted = false;
  for (std::size_t from = 0, i = 0; i <= inside.size(); ++i) {
    const char c = i < inside.size() ? inside[i] : ',';
    if (c == '"') quoted = !quoted;
    if (quoted && i < inside.size()) continue;
    if (c == '(') ++depth;
    if (c == ')') --depth;
    if (c != ',' || depth != 0) continue;
    auto member = trim(inside.substr(from, i - from));
    if (from > 0) out += ", ";
    from = i + 1;
    const bool named = member.find(' ') < member.find('(');
    if (row && named) {
      const auto end = member.starts_with('"') ? member.find('"', 1) + 1 : member.find(' ');
      out += std::string(member.substr(0, end)) + " ";
      member = trim(member.substr(std::min(end, member.size())));
    }
    out += type_name(member);
  }
  return out + ")";
}

std::optional<std::string> trino_type_name(Call&, std::string_view type) { return type_name(type); }

}  // namespace

void add_text_functions(Registry& registry) {
  using T = std::string_view;
  registry.add<format<>>("trino_format_text");
  registry.add<format<T>>("trino_format_text");
  registry.add<format<T, T>>("trino_format_text");
  registry.add<format<T, T, T>>("trino_format_text");
  registry.add<format<T, T, T, T>>("trino_format_text");
  registry.add<format<T, T, T, T, T>>("trino_format_text");
  registry.add<format<T, T, T, T, T, T>>("trino_format_text");
  registry.add<format<T, T, T, T, T, T, T, T>>("trino_format_text");
  registry.add<split_limit>("trino_split_limit");
  registry.add<split_part>("trino_split_part");
  registry.add<position_of>("trino_strpos_nth");
  registry.add<from_base>("from_base");
  registry.add<to_base>("trino_to_base");
  registry.add<width_bucket>("width_bucket");
  registry.add<trino_type_name>("trino_type_name");
}

}  // namespace backtrail::store::trino
