#include "store/trino/functions/addresses.h"

#include <arpa/inet.h>

#include <array>
#include <charconv>
#include <cstring>

#include "store/trino/trino.h"

namespace backtrail::store::trino {
namespace {

using Octets = std::array<unsigned char, 16>;
constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;

duckdb_uhugeint mask(duckdb_uhugeint a, unsigned bits) {
  const unsigned upper = bits < 64 ? bits : 64;
  const unsigned lower = bits > 64 ? bits - 64 : 0;
  a.upper &= upper == 0 ? 0 : ~std::uint64_t{0} << (64 - upper);
  a.lower &= lower == 0 ? 0 : ~std::uint64_t{0} << (64 - lower);
  return a;
}

}  // namespace

std::optional<duckdb_uhugeint> parse_address(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN + 1> z{};
  if (text.size() >= z.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::memcpy(z.data(), text.data(), text.size());
  Octets octets{};
  std::array<unsigned char, 4> v4{};
  if (inet_pton(AF_INET, z.data(), v4.data()) == 1) {
    std::memcpy(octets.data(), kMapped.data(), kMapped.size());
    std::memcpy(octets.data() + kMapped.size(), v4.data(), v4.size());
  } else if (inet_pton(AF_INET6, z.data(), octets.data()) != 1) {
    return std::nullopt;
  }
  duckdb_uhugeint out{};
  for (std::size_t i = 0; i < 8; ++i) {
    out.upper = out.upper << 8 | octets[i];
    out.lower = out.lower << 8 | octets[8 + i];
  }
  return out;
}

std::string format_address(duckdb_uhugeint address) {
  Octets octets{};
  for (std::size_t i = 8; i-- > 0;) {
    octets[i] = static_cast<unsigned char>(address.upper & 255);
    octets[8 + i] = static_cast<unsigned char>(address.lower & 255);
    address.upper >>= 8;
    address.lower >>= 8;
  }
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool v4 = std::memcmp(octets.data(), kMapped.data(), kMapped.size()) == 0;
  if (v4)
    inet_ntop(AF_INET, octets.data() + kMapped.size(), text.data(), text.size());
  else
    inet_ntop(AF_INET6, octets.data(), text.data(), text.size());
  return text.data();
}

bool Network::contains(duckdb_uhugeint address) const {
  const auto masked = mask(address, bits);
  return masked.upper == first.upper && masked.lower == first.lower;
}

std::optional<Network> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto base = parse_address(text.substr(0, slash));
  if (!base) return std::nullopt;
  const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  unsigned bits = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + slash + 1, end, bits);
  if (read.ec != std::errc() || read.ptr != end || bits > (v4 ? 32U : 128U)) return std::nullopt;
  Network network{.first = {}, .bits = v4 ? bits + kMappedBits : bits};
  network.first = mask(*base, network.bits);
  network.host_bits = network.first.upper != base->upper || network.first.lower != base->lower;
  return network;
}

}  // namespace backtrail::store::trino
