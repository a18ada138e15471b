#pragma once

#include <duckdb.h>

#include <optional>
#include <string>
#include <string_view>

namespace backtrail::store::trino {

/// An IPv4 or IPv6 address; IPv4 as ::ffff:a.b.c.d, so that order and equality are Trino's.
[[nodiscard]] std::optional<duckdb_uhugeint> parse_address(std::string_view text);

/// A network. IPv4 networks also hold mapped IPv6 addresses.
struct Network {
  duckdb_uhugeint first{};
  unsigned bits = 0;       // of 128
  bool host_bits = false;  // bits behind the prefix were set in the text; `first` has them cleared

  [[nodiscard]] bool contains(duckdb_uhugeint address) const;
};
/// `10.0.0.0/8`, `2001:db8::/32`; nothing for other text.
[[nodiscard]] std::optional<Network> parse_network(std::string_view text);

}  // namespace backtrail::store::trino
