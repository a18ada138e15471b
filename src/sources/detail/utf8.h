#pragma once

#include <cstddef>
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

}  // namespace backtrail::sources::detail
