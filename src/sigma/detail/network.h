#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sigma/detail/compiled.h"

namespace backtrail::sigma::detail {

/// An address in network order; IPv4 in the first four bytes. IPv4-mapped IPv6 is read as IPv4.
struct Address {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};
};

/// The text of exactly one address: no port, no brackets, no zone, no prefix.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

/// `10.0.0.0/8`, `2001:db8::/32`, or an address alone. Errors: `sigma.cidr` (not a network; host
/// bits set).
[[nodiscard]] Result<CidrPattern> parse_cidr(std::string_view text);

[[nodiscard]] bool contains(const CidrPattern& network, const Address& address);

}  // namespace backtrail::sigma::detail
