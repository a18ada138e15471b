#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sigma/sql/dialect.h"
#include "sigma/sql/quote.h"

namespace backtrail::sigma::sql {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

/// 16 bytes in network order as a decimal number.
std::string decimal(Bytes bytes) {
  std::string out;
  while (std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b != 0; })) {
    unsigned rest = 0;
    for (std::uint8_t& b : bytes) {
      const unsigned value = rest << 8 | b;
      b = static_cast<std::uint8_t>(value / 10);
      rest = value % 10;
    }
    out += static_cast<char>('0' + rest);
  }
  std::reverse(out.begin(), out.end());
  return out.empty() ? "0" : out;
}

Bytes mapped(const detail::CidrPattern& p) {
  if (p.v6) return p.address;
  Bytes out{};
  out[10] = out[11] = 0xFF;
  std::copy_n(p.address.begin(), 4, out.begin() + 12);
  return out;
}

std::string between(std::string_view x, const Bytes& first, int prefix) {
  Bytes last = first;
  for (int bit = prefix; bit < 128; ++bit)
    last[static_cast<std::size_t>(bit / 8)] |= static_cast<std::uint8_t>(0x80U >> (bit % 8));
  return fmt::format("rule_address({}) BETWEEN '{}'::UHUGEINT AND '{}'::UHUGEINT", x,
                     decimal(first), decimal(last));
}

class DuckDb final : public Dialect {
 public:
  Result<std::string> json_values(JsonValues which, std::string_view column,
                                  std::string_view path) const override {
    static constexpr std::array<std::string_view, 4> kNames = {"rule_texts", "rule_strings",
                                                               "rule_numbers", "rule_scalars"};
    return fmt::format("{}({}, {})", kNames[static_cast<std::size_t>(which)], column,
                       quote_text(path));
  }
  Result<std::string> json_exists(std::string_view column, std::string_view path) const override {
    return fmt::format("rule_exists({}, {})", column, quote_text(path));
  }
  Result<std::string> json_has_null(std::string_view column, std::string_view path) const override {
    return fmt::format("rule_has_null({}, {})", column, quote_text(path));
  }
  std::string any_match(std::string_view array, std::string_view variable,
                        std::string_view predicate) const override {
    return fmt::format("len(list_filter({}, lambda {}: {})) > 0", array, variable, predicate);
  }
  std::string members(std::string_view list, std::string_view member) const override {
    return fmt::format("list_transform({}, lambda r: r.{})", list, member);
  }
  std::string map_value(std::string_view map, std::string_view key) const override {
    return fmt::format("{}[{}]", map, quote_text(key));
  }
  std::string map_has(std::string_view map, std::string_view key) const override {
    return fmt::format("map_contains({}, {})", map, quote_text(key));
  }

  std::string fold(std::string_view x) const override { return fmt::format("rule_fold({})", x); }
  std::string starts_with(std::string_view x, std::string_view part) const override {
    return fmt::format("starts_with({}, {})", x, part);
  }
  std::string ends_with(std::string_view x, std::string_view part) const override {
    return fmt::format("ends_with({}, {})", x, part);
  }
  std::string contains(std::string_view x, std::string_view part) const override {
    return fmt::format("contains({}, {})", x, part);
  }
  std::string percent_decoded(std::string_view x) const override {
    return fmt::format("rule_percent_decoded({})", x);
  }
  Result<std::string> search(std::string_view x, const detail::RegexPattern& p) const override {
    if (p.engine == detail::RegexEngine::re2)
      return fmt::format("regexp_matches({}, {})", x, quote_text(inline_flags(p) + p.source));
    std::string flags;
    if (p.ignore_case) flags += 'i';
    if (p.multiline) flags += 'm';
    if (p.dotall) flags += 's';
    return fmt::format("rule_search({}, {}, '{}')", x, quote_text(p.source), flags);
  }
  std::string number(std::string_view x) const override {
    return fmt::format("rule_number({})", x);
  }
  std::string number_equals(std::string_view x, const detail::NumberPattern& p) const override {
    const std::string real = fmt::format("rule_number({}) = {}", x, double_literal(p.real));
    if (!p.integer) return real;
    // Integers beyond 2^53 are not all doubles: two integers compare as such.
    return fmt::format(
        "CASE WHEN regexp_full_match({0}, '-?[0-9]+') AND TRY_CAST({0} AS BIGINT) IS NOT NULL "
        "THEN CAST({0} AS BIGINT) = {1} ELSE {2} END",
        x, *p.integer, real);
  }
  std::string in_network(std::string_view x, const detail::CidrPattern& p) const override {
    const std::string inside = between(x, mapped(p), p.v6 ? p.prefix : p.prefix + 96);
    if (!p.v6) return inside;
    // IPv4 lies inside ::/0 as a number only.
    return fmt::format("({} AND NOT {})", inside, between(x, mapped(detail::CidrPattern{}), 96));
  }
  std::string time_part(std::string_view x, detail::TimePart part) const override {
    return fmt::format("extract({} FROM rule_clock({}))", name_of(part), x);
  }
  std::string fold_note(std::string_view) const override { return {}; }
};

}  // namespace

const Dialect& duckdb_dialect() {
  static const DuckDb dialect;
  return dialect;
}

}  // namespace backtrail::sigma::sql
