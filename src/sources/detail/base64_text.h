#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backtrail::sources::detail {

/// The bytes of a base64 text (RFC 4648, section 4; white space is passed over, padding may be missing);
/// nullopt when it is none.
[[nodiscard]] inline std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  int held = 0;
  bool padded = false;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    if (c == '=') {
      padded = true;
      continue;
    }
    std::uint32_t v = 0;
    if (c >= 'A' && c <= 'Z')
      v = static_cast<std::uint32_t>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      v = static_cast<std::uint32_t>(c - 'a') + 26;
    else if (c >= '0' && c <= '9')
      v = static_cast<std::uint32_t>(c - '0') + 52;
    else if (c == '+' || c == '/')
      v = c == '+' ? 62 : 63;
    else
      return std::nullopt;
    if (padded) return std::nullopt;
    bits = bits << 6 | v;
    if ((held += 6) < 8) continue;
    held -= 8;
    out += static_cast<char>(bits >> held & 0xFF);
  }
  return held == 6 ? std::nullopt : std::optional(std::move(out));
}

}  // namespace backtrail::sources::detail
