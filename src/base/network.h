#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

/// IP addresses and networks as logs and rules write them.
namespace backtrail {

/// An address in network order; IPv4 in the first four bytes. IPv4-mapped IPv6 is read as IPv4.
struct Address {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};
};

struct Network {
  std::string text{};  // as it was written
  bool v6 = false;
  std::array<std::uint8_t, 16> address{};  // network order; IPv4 in the first four bytes
  int prefix = 0;                          // bits
  friend bool operator==(const Network&, const Network&) = default;
};

/// The text of exactly one address: no port, no brackets, no zone, no prefix.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);
[[nodiscard]] std::string format_address(const Address& address);

/// The address as IPv6, in network order: IPv4 as ::ffff:a.b.c.d; and what such bytes stand for.
[[nodiscard]] std::array<std::uint8_t, 16> to_v6(const Address& address);
[[nodiscard]] Address from_v6(const std::array<std::uint8_t, 16>& bytes);

/// `10.0.0.0/8`, `2001:db8::/32`, or an address alone. Errors: `network.invalid` (not a network;
/// host bits set).
[[nodiscard]] Result<Network> parse_network(std::string_view text);

[[nodiscard]] bool contains(const Network& network, const Address& address);

}  // namespace backtrail
