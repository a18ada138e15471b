#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "store/trino/functions/registry.h"

namespace backtrail::store::trino {
namespace {

// trino_whole and trino_truth stand inside CAST and TRY_CAST: what Trino takes passes as it is,
// other text becomes text that DuckDB's own cast refuses too, so that CAST fails and TRY_CAST gives
// NULL.

std::optional<std::string> whole_text(Call&, std::string_view text) {
  const auto digits = text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
  if (!digits.empty() && digits.find_first_not_of("0123456789") == std::string_view::npos)
    return std::string(text);
  return fmt::format("{} (no whole number)", text);
}

std::optional<std::string> whole_json(Call& call, std::string_view json) {
  auto& reader = call.state().json;
  const auto kind = reader.kind(json, {});
  if (kind == JsonKind::null) return std::nullopt;
  const auto text = reader.scalar(json, {});
  if (!text) return fmt::format("{} (no whole number)", json);
  if (kind == JsonKind::boolean) return *text == "true" ? "1" : "0";
  if (kind == JsonKind::string) return whole_text(call, *text);
  return *text;  // a number: DuckDB rounds fractions as Trino does
}

/// Trino rounds halves away from zero, DuckDB to even.
std::optional<double> whole_double(Call&, double value) { return std::round(value); }
template <typename T>
std::optional<T> same(Call&, T value) {
  return value;
}

/// Division of doubles; DuckDB gives NULL for a divisor of 0 while integers are divided as Trino
/// does.
std::optional<double> divide(Call&, double a, double b) { return a / b; }

std::optional<std::string> truth_text(Call&, std::string_view text) {
  for (const std::string_view word : {"true", "false", "t", "f", "1", "0"})
    if (equal_ignore_case_ascii(text, word)) return std::string(text);
  return fmt::format("{} (no boolean)", text);
}

std::optional<std::string> truth_json(Call& call, std::string_view json) {
  auto& reader = call.state().json;
  if (reader.kind(json, {}) == JsonKind::null) return std::nullopt;
  const auto text = reader.scalar(json, {});
  return truth_text(call, text ? *text : json);
}

/// Java's spelling: 1.0E0, 1.234E2, Infinity.
template <typename T>
std::optional<std::string> real_text(Call&, T value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  std::array<char, 64> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                     std::chars_format::scientific);
  const std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
  const auto e = text.find('e');
  std::string mantissa(text.substr(0, e));
  if (mantissa.find('.') == std::string::npos) mantissa += ".0";
  auto exponent = text.substr(e + 1);
  const bool negative = exponent.starts_with('-');
  exponent.remove_prefix(1);
  while (exponent.size() > 1 && exponent[0] == '0') exponent.remove_prefix(1);
  return fmt::format("{}E{}{}", mantissa, negative ? "-" : "", exponent);
}

/// CAST(text AS varchar(n)): cut after n code points.
std::optional<std::string> cut(Call&, std::string_view text, std::int64_t most) {
  std::size_t end = 0;
  for (std::int64_t n = 0; end < text.size(); ++end)
    if ((text[end] & '\xc0') != '\x80' && ++n > most) break;
  return std::string(text.substr(0, end));
}

}  // namespace

void add_cast_functions(Registry& registry) {
  registry.add<whole_text>("trino_whole");
  registry.add<whole_json>("trino_json_whole");
  registry.add<whole_double>("trino_whole");
  registry.add<same<std::int64_t>>("trino_whole");
  registry.add<same<bool>>("trino_whole");
  registry.add<truth_text>("trino_truth");
  registry.add<truth_json>("trino_json_truth");
  registry.add<same<double>>("trino_truth");
  registry.add<same<std::int64_t>>("trino_truth");
  registry.add<same<bool>>("trino_truth");
  registry.add<real_text<double>>("trino_real_text");
  registry.add<real_text<float>>("trino_real_text");
  registry.add<divide>("trino_divide");
  registry.add<cut>("trino_cut");
}

}  // namespace backtrail::store::trino
