#include "sample/random.h"

#include "base/hash.h"

namespace backtrail::sample {

Random::Random(std::uint64_t seed, std::string_view stream) : state_(hash64(stream, seed)) {}

std::uint64_t Random::next() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

std::uint64_t Random::below(std::uint64_t n) { return (next() >> 16) % n; }

int Random::between(int low, int high) {
  return low + static_cast<int>(below(static_cast<std::uint64_t>(high - low + 1)));
}

std::string Random::text(std::size_t length, std::string_view alphabet) {
  std::string out(length, '\0');
  for (char& c : out) c = alphabet[below(alphabet.size())];
  return out;
}

std::string Random::alphanumeric(std::size_t length) {
  return text(length, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
}

std::string Random::uuid() {
  std::string out = hex(36);
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) out[dash] = '-';
  out[14] = '4';
  out[19] = "89ab"[below(4)];
  return out;
}

}  // namespace backtrail::sample
