#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace backtrail::sigma::match {

/// A fast hash for tables of short texts. Not against chosen collisions: those may only cost time.
[[nodiscard]] inline std::uint32_t text_hash(std::string_view s) {
  constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15U;
  std::uint64_t h = 0xcbf29ce484222325U ^ s.size();
  std::uint64_t word = 0;
  while (s.size() >= sizeof word) {
    std::memcpy(&word, s.data(), sizeof word);
    h = (h ^ word) * kMultiplier;
    h ^= h >> 29;
    s.remove_prefix(sizeof word);
  }
  word = 0;
  std::memcpy(&word, s.data(), s.size());
  h = (h ^ word) * kMultiplier;
  return static_cast<std::uint32_t>(h >> 32);
}

}  // namespace backtrail::sigma::match
