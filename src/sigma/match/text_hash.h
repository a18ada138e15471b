#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace backtrail::sigma::match {

/// A fast hash for tables of short texts: 16 bytes a step, the last step may read some of them
/// again. Not against chosen collisions: those may only cost time.
[[nodiscard]] inline std::uint32_t text_hash(std::string_view s) {
  __extension__ using Wide = unsigned __int128;
  constexpr std::uint64_t kLeft = 0x9E3779B97F4A7C15U;
  constexpr std::uint64_t kRight = 0xE7037ED1A0B428DBU;
  const auto mix = [](std::uint64_t a, std::uint64_t b) {
    const Wide product = Wide{a ^ kLeft} * (b ^ kRight);
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  const auto word = [](const char* from) {
    std::uint64_t w = 0;
    std::memcpy(&w, from, sizeof w);
    return w;
  };
  const auto half_word = [](const char* from) {
    std::uint32_t w = 0;
    std::memcpy(&w, from, sizeof w);
    return std::uint64_t{w};
  };
  std::uint64_t h = s.size();
  const char* at = s.data();
  const char* const end = at + s.size();
  for (; end - at > 16; at += 16) h = mix(word(at) ^ h, word(at + 8));
  if (s.size() >= 16) {
    h = mix(word(end - 16) ^ h, word(end - 8));
  } else if (s.size() >= 8) {
    h = mix(word(at) ^ h, word(end - 8));
  } else if (s.size() >= 4) {
    h = mix(half_word(at) ^ h, half_word(end - 4));
  } else {
    for (; at != end; ++at) h = h << 8 | static_cast<unsigned char>(*at);
    h = mix(h, 0);
  }
  return static_cast<std::uint32_t>(h >> 32);
}

}  // namespace backtrail::sigma::match
