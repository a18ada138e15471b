#include "store/trino/functions/addresses.h"

#include <charconv>

#include "store/detail/address_number.h"

namespace backtrail::store::trino {
namespace {

constexpr unsigned kMappedBits = 96;

duckdb_uhugeint mask(duckdb_uhugeint a, unsigned bits) {
  const unsigned upper = bits < 64 ? bits : 64;
  const unsigned lower = bits > 64 ? bits - 64 : 0;
  a.upper &= upper == 0 ? 0 : ~std::uint64_t{0} << (64 - upper);
  a.lower &= lower == 0 ? 0 : ~std::uint64_t{0} << (64 - lower);
  return a;
}

}  // namespace

bool Network::contains(duckdb_uhugeint address) const {
  const auto masked = mask(address, bits);
  return masked.upper == first.upper && masked.lower == first.lower;
}

std::optional<Network> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto base = address_number(text.substr(0, slash));
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
