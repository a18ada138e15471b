#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace backtrail::sources::detail {

/// Where the first byte lies that is no part of valid UTF-8 (RFC 3629), or `text.size()`.
[[nodiscard]] inline std::size_t first_invalid_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  std::size_t i = 0;
  while (i < text.size()) {
    const unsigned b = byte(i);
    if (b < 0x80) {
      ++i;
      continue;
    }
    const unsigned second = byte(i + 1);
    std::size_t length = 0;
    if (b >= 0xC2 && b <= 0xDF) length = 2;
    if (b >= 0xE0 && b <= 0xEF) length = 3;
    if (b >= 0xF0 && b <= 0xF4) length = 4;
    if (length == 0) return i;
    // overlong forms, surrogates, and what lies behind U+10FFFF
    if ((b == 0xE0 && second < 0xA0) || (b == 0xED && second > 0x9F) ||
        (b == 0xF0 && second < 0x90) || (b == 0xF4 && second > 0x8F))
      return i;
    for (std::size_t k = 1; k < length; ++k)
      if ((byte(i + k) & 0xC0U) != 0x80) return i;
    i += length;
  }
  return i;
}

/// UTF-16, told by its byte order mark or by the zero beside a first bracket.
struct Utf16 {
  std::string_view name{};  // as iconv knows it
  bool is_json = false;     // begins like a JSON object or array
};
[[nodiscard]] inline std::optional<Utf16> utf16_encoding(std::string_view text) {
  std::size_t at = 0;
  std::string_view name;
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    name = "UTF-16";
    at = 2;
  }
  const auto bracket = [&](std::size_t i) { return i < text.size() && (text[i] == '{' || text[i] == '['); };
  const auto zero = [&](std::size_t i) { return i < text.size() && text[i] == '\0'; };
  if (name.empty() && bracket(0) && zero(1)) name = "UTF-16LE";
  if (name.empty() && zero(0) && bracket(1)) name = "UTF-16BE";
  if (name.empty()) return std::nullopt;
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (at + 1 < text.size() && (is_space(text[at]) || is_space(text[at + 1]))) at += 2;
  return Utf16{.name = name, .is_json = bracket(at) || bracket(at + 1)};
}

}  // namespace backtrail::sources::detail
