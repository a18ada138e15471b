#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// What differs from copy to copy.
class Variation {
 public:
  Variation(std::uint64_t seed, std::uint64_t copy) : seed_(seed), copy_(copy) {}
  [[nodiscard]] std::uint64_t copy() const { return copy_; }
  /// A number for `token`, the same wherever the token occurs in this copy.
  [[nodiscard]] std::uint64_t number(std::string_view token) const {
    return hash(token, copy_ + 1);
  }
  /// A number for `token` that four copies share (accounts).
  [[nodiscard]] std::uint64_t shared_number(std::string_view token) const {
    return hash(token, (copy_ / 4 + 1) << 32);
  }

 private:
  [[nodiscard]] std::uint64_t hash(std::string_view token, std::uint64_t salt) const;
  std::uint64_t seed_;
  std::uint64_t copy_;
};

/// A record's JSON text with its ids, times and addresses as places to fill.
class RecordTemplate {
 public:
  explicit RecordTemplate(std::string json);
  /// The record as this variation has it.
  void render(const Variation& variation, std::string& out) const;

 private:
  enum class Kind : std::uint8_t {
    hex,      // lower-case hex digits change, the rest stays: UUIDs, resource ids
    base32,   // ids of keys and principals, behind their four-letter prefix
    letters,  // upper-case letters and digits: S3's request ids
    token,    // long runs of letters and digits: session tokens
    account,  // twelve digits
    time,     // 2026-02-18T02:10:07Z
    address,  // the last two numbers of an IPv4 address change
  };
  struct Place {
    Kind kind;
    std::uint32_t from, length;
  };
  static bool find_place(std::string_view text, std::size_t at, Place& place);

  std::string json_;
  std::vector<Place> places_;
};

}  // namespace bench
