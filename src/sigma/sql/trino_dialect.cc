#include <fmt/format.h>

#include <array>

#include "base/case_folding.h"
#include "sigma/sql/dialect.h"
#include "sigma/sql/quote.h"
#include "sigma/sql/trino_json.h"

namespace backtrail::sigma::sql {
namespace {

/// Syntax of RE2 or PCRE2 that Trino's expressions (Java's syntax) lack or read otherwise.
constexpr auto kForeignSyntax = std::to_array<std::string_view>(
    {"(?P", "(?U", "[[:", "\\C", "\\K", "\\R", "(?|", "(?R", "(?&", "(?(", "(*"});

class Trino final : public Dialect {
 public:
  Result<std::string> json_values(JsonValues which, std::string_view column,
                                  std::string_view path) const override {
    return trino::json_values(which, column, path);
  }
  Result<std::string> json_exists(std::string_view column, std::string_view path) const override {
    return trino::json_exists(column, path);
  }
  Result<std::string> json_has_null(std::string_view column, std::string_view path) const override {
    return trino::json_has_null(column, path);
  }
  std::string any_match(std::string_view array, std::string_view variable,
                        std::string_view predicate) const override {
    return fmt::format("any_match({}, {} -> {})", array, variable, predicate);
  }
  std::string members(std::string_view list, std::string_view member) const override {
    return fmt::format("transform({}, r -> r.{})", list, member);
  }
  std::string map_value(std::string_view map, std::string_view key) const override {
    return fmt::format("element_at({}, {})", map, quote_text(key));
  }
  std::string map_has(std::string_view map, std::string_view key) const override {
    return fmt::format("contains(map_keys({}), {})", map, quote_text(key));
  }

  std::string fold(std::string_view x) const override { return fmt::format("lower({})", x); }
  std::string starts_with(std::string_view x, std::string_view part) const override {
    return fmt::format("starts_with({}, {})", x, part);
  }
  std::string ends_with(std::string_view x, std::string_view part) const override {
    return fmt::format("starts_with(reverse({}), reverse({}))", x, part);
  }
  std::string contains(std::string_view x, std::string_view part) const override {
    return fmt::format("strpos({}, {}) > 0", x, part);
  }
  std::string percent_decoded(std::string_view x) const override {
    return fmt::format(
        "IF(regexp_like({0}, '^%7[Bb].'), try(url_decode(replace({0}, '+', '%2B'))))", x);
  }
  Result<std::string> search(std::string_view x, const detail::RegexPattern& p) const override {
    for (const std::string_view syntax : kForeignSyntax)
      if (p.source.find(syntax) != std::string::npos)
        return no_sql(
            fmt::format("Trino's regular expressions do not know `{}` of `{}`", syntax, p.source));
    return fmt::format("regexp_like({}, {})", x, quote_text(inline_flags(p) + p.source));
  }
  std::string number(std::string_view x) const override {
    return fmt::format(
        "IF(regexp_like({0}, '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$'), "
        "TRY_CAST({0} AS DOUBLE))",
        x);
  }
  std::string number_equals(std::string_view x, const detail::NumberPattern& p) const override {
    if (p.integer)
      return fmt::format(
          "COALESCE(CAST(TRY_CAST(IF(regexp_like({0}, '^-?[0-9]+$'), {0}) AS BIGINT) AS "
          "DECIMAL(38, 0)) = DECIMAL '{1}', TRY_CAST({0} AS DOUBLE) = {2})",
          x, *p.integer, double_literal(p.real));
    return fmt::format("TRY_CAST({} AS DOUBLE) = {}", x, double_literal(p.real));
  }
  std::string in_network(std::string_view x, const detail::CidrPattern& p) const override {
    std::string network = p.text;
    if (!p.v6)  // the rule may spell it as mapped IPv6
      network =
          fmt::format("{}/{}", fmt::join(p.address.begin(), p.address.begin() + 4, "."), p.prefix);
    else if (network.find('/') == std::string::npos)
      network += "/128";
    const std::string inside =
        fmt::format("contains({}, TRY_CAST({} AS ipaddress))", quote_text(network), x);
    if (!p.v6) return inside;
    return fmt::format("({} AND NOT contains('0.0.0.0/0', TRY_CAST({} AS ipaddress)))", inside, x);
  }
  std::string time_part(std::string_view x, detail::TimePart part) const override {
    return fmt::format("{}(try(from_iso8601_timestamp({})))", name_of(part), x);
  }
  std::string fold_note(std::string_view literal) const override {
    if (is_ascii(literal)) return {};
    return fmt::format(
        "\"{}\" is compared by lower(), which differs from case folding for some "
        "letters (such as final sigma and sharp s)",
        literal);
  }
};

}  // namespace

const Dialect& trino_dialect() {
  static const Trino dialect;
  return dialect;
}

}  // namespace backtrail::sigma::sql
