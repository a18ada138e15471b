#pragma once

#include <duckdb.h>

#include <optional>
#include <string_view>

namespace backtrail::store::trino {

/// A network of addresses as numbers (`address_number`). IPv4 networks also hold mapped IPv6 addresses.
struct Network {
  duckdb_uhugeint first{};
  unsigned bits = 0;       // of 128
  bool host_bits = false;  // bits behind the prefix were set in the text; `first` has them cleared

  [[nodiscard]] bool contains(duckdb_uhugeint address) const;
};
/// `10.0.0.0/8`, `2001:db8::/32`; nothing for other text.
[[nodiscard]] std::optional<Network> parse_network(std::string_view text);

}  // namespace backtrail::store::trino
