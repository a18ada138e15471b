#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace backtrail::sources::detail {

static_assert(std::endian::native == std::endian::little, "keys are hashed by their first word");

struct KeyTable;

/// A known key: what it means (`id`: a slot, or a hint past the slots) and the keys of its object.
struct KeyEntry {
  std::string_view text{};
  int id = -1;
  const KeyTable* child = nullptr;
  std::uint64_t first_word = 0;
};

/// A perfect hash over a fixed set of keys of at most 32 bytes.
struct KeyTable {
  static constexpr std::size_t kBuckets = 256;
  static constexpr std::size_t kMaxKeys = 64;

  std::array<KeyEntry, kMaxKeys> entries{};
  std::array<std::uint8_t, kBuckets> buckets{};  // entry number + 1
  std::uint64_t multiplier = 0;

  static constexpr std::uint64_t word_of(std::string_view key) {
    std::uint64_t w = 0;
    for (std::size_t i = 0; i < 8 && i < key.size(); ++i)
      w |= static_cast<std::uint64_t>(static_cast<unsigned char>(key[i])) << (8 * i);
    return w;
  }
  static constexpr std::size_t bucket_of(std::uint64_t word, std::size_t size,
                                         std::uint64_t multiplier) {
    return static_cast<std::size_t>(((word + size) * multiplier) >> 56);
  }

  template <std::size_t N>
  static constexpr KeyTable make(const KeyEntry (&keys)[N]) {
    static_assert(N <= kMaxKeys);
    KeyTable t;
    for (std::size_t i = 0; i < N; ++i) {
      t.entries[i] = keys[i];
      t.entries[i].first_word = word_of(keys[i].text);
    }
    for (std::uint64_t m = 0x9E3779B97F4A7C15U;; m = m * 6364136223846793005U + 1442695040888963407U) {
      t.buckets = {};
      bool good = true;
      for (std::size_t i = 0; i < N && good; ++i) {
        std::uint8_t& b = t.buckets[bucket_of(t.entries[i].first_word, keys[i].text.size(), m | 1)];
        good = b == 0;
        b = static_cast<std::uint8_t>(i + 1);
      }
      if (!good) continue;
      t.multiplier = m | 1;
      return t;
    }
  }

  /// The entry of a key, or null. At least 8 bytes are readable at `key`.
  [[nodiscard]] const KeyEntry* find(const char* key, std::size_t size) const {
    std::uint64_t word = load(key);
    if (size < 8) word &= (std::uint64_t{1} << (8 * size)) - 1;
    const std::uint8_t bucket = buckets[bucket_of(word, size, multiplier)];
    if (bucket == 0) return nullptr;
    const KeyEntry& e = entries[bucket - 1U];
    if (e.first_word != word || e.text.size() != size) return nullptr;
    const char* name = e.text.data();
    if (size > 8 && load(key + size - 8) != load(name + size - 8)) return nullptr;
    if (size > 16 && load(key + 8) != load(name + 8)) return nullptr;
    if (size > 24 && load(key + 16) != load(name + 16)) return nullptr;
    return &e;
  }

 private:
  static std::uint64_t load(const char* p) {
    std::uint64_t w = 0;
    std::memcpy(&w, p, sizeof w);
    return w;
  }
};

}  // namespace backtrail::sources::detail
