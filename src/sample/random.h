#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backtrail::sample {

/// Pseudo-random numbers that are the same on every machine (SplitMix64, integers only). Each part
/// of the sample draws from a stream of its own, so that a change in one part leaves the others
/// alone.
/// Never draw twice in the arguments of one call: compilers differ in the order.
class Random {
 public:
  Random(std::uint64_t seed, std::string_view stream);

  [[nodiscard]] std::uint64_t next();
  /// 0 … n - 1; n > 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t n);
  /// Both ends included.
  [[nodiscard]] int between(int low, int high);
  [[nodiscard]] bool chance(int percent) {
    return below(100) < static_cast<std::uint64_t>(percent);
  }

  template <typename T>
  [[nodiscard]] const T& pick(const std::vector<T>& items) {
    return items[below(items.size())];
  }
  template <typename T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

  /// `length` characters out of `alphabet`.
  [[nodiscard]] std::string text(std::size_t length, std::string_view alphabet);
  [[nodiscard]] std::string hex(std::size_t length) { return text(length, "0123456789abcdef"); }
  [[nodiscard]] std::string alphanumeric(std::size_t length);
  /// A version 4 UUID.
  [[nodiscard]] std::string uuid();

 private:
  std::uint64_t state_;
};

}  // namespace backtrail::sample
