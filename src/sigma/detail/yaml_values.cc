#include <array>
#include <charconv>

#include "base/text.h"
#include "sigma/detail/yaml.h"

namespace backtrail::sigma::detail {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits(std::string_view s, std::size_t at) {
  std::size_t n = 0;
  while (at + n < s.size() && is_digit(s[at + n])) ++n;
  return n;
}

/// `-1`, `+.5`, `1.`, `1e-3`; sets `whole` when there is neither fraction nor exponent.
bool is_decimal(std::string_view s, bool& whole) {
  std::size_t at = !s.empty() && (s[0] == '-' || s[0] == '+') ? 1 : 0;
  const std::size_t before = digits(s, at);
  at += before;
  whole = at == s.size();
  std::size_t after = 0;
  if (at < s.size() && s[at] == '.') {
    after = digits(s, at + 1);
    at += after + 1;
  }
  if (before + after == 0) return false;
  if (at < s.size() && (s[at] == 'e' || s[at] == 'E')) {
    ++at;
    if (at < s.size() && (s[at] == '-' || s[at] == '+')) ++at;
    const std::size_t exponent = digits(s, at);
    if (exponent == 0) return false;
    at += exponent;
  }
  return at == s.size();
}

}  // namespace

bool Yaml::is_null() const {
  if (kind == Kind::null) return true;
  return kind == Kind::scalar && plain &&
         (text.empty() || text == "null" || text == "Null" || text == "NULL" || text == "~");
}

const Yaml* Yaml::find(std::string_view key) const {
  for (const auto& [k, v] : members)
    if (k.text == key) return &v;
  return nullptr;
}

Yaml* Yaml::find(std::string_view key) {
  for (auto& [k, v] : members)
    if (k.text == key) return &v;
  return nullptr;
}

std::optional<bool> yaml_bool(const Yaml& v) {
  if (!v.is_scalar() || !v.plain) return std::nullopt;
  if (v.text == "true" || v.text == "True" || v.text == "TRUE") return true;
  if (v.text == "false" || v.text == "False" || v.text == "FALSE") return false;
  return std::nullopt;
}

std::optional<NumberPattern> yaml_number(const Yaml& v) {
  if (!v.is_scalar() || !v.plain) return std::nullopt;
  std::string_view s = v.text;
  NumberPattern out{.text = v.text};
  int base = 0;
  if (s.starts_with("0x")) base = 16;
  if (s.starts_with("0o")) base = 8;
  if (base != 0) {
    std::int64_t i = 0;
    const auto [end, error] = std::from_chars(s.data() + 2, s.data() + s.size(), i, base);
    if (s.size() == 2 || s[2] == '-' || error != std::errc() || end != s.data() + s.size())
      return std::nullopt;
    out.integer = i;
    out.real = static_cast<double>(i);
    out.text = std::to_string(i);
    return out;
  }
  bool whole = false;
  if (!is_decimal(s, whole)) return std::nullopt;
  if (s[0] == '+') s.remove_prefix(1);
  if (whole) {
    std::int64_t i = 0;
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), i);
    if (error == std::errc() && end == s.data() + s.size()) out.integer = i;
  }
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), out.real);
  if (error != std::errc() || end != s.data() + s.size()) return std::nullopt;
  return out;
}

std::string_view yaml_kind(const Yaml& v) {
  switch (v.kind) {
    case Yaml::Kind::null:
      return "null";
    case Yaml::Kind::sequence:
      return "a list";
    case Yaml::Kind::map:
      return "a map";
    case Yaml::Kind::scalar:
      break;
  }
  if (v.is_null()) return "null";
  if (yaml_bool(v)) return "a boolean";
  if (yaml_number(v)) return "a number";
  return "text";
}

std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string near = nearest(word, candidates);
  return near.empty() ? std::string() : "; did you mean \"" + near + "\"?";
}

}  // namespace backtrail::sigma::detail
