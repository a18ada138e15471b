#include "store/detail/address_number.h"

#include "base/network.h"

namespace backtrail::store {

std::optional<duckdb_uhugeint> address_number(std::string_view text) {
  const std::optional<Address> address = parse_address(text);
  if (!address) return std::nullopt;
  const auto bytes = to_v6(*address);
  duckdb_uhugeint out{};
  for (std::size_t i = 0; i < 8; ++i) {
    out.upper = out.upper << 8 | bytes[i];
    out.lower = out.lower << 8 | bytes[8 + i];
  }
  return out;
}

std::string address_text(duckdb_uhugeint number) {
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 8; i-- > 0;) {
    bytes[i] = static_cast<std::uint8_t>(number.upper & 255);
    bytes[8 + i] = static_cast<std::uint8_t>(number.lower & 255);
    number.upper >>= 8;
    number.lower >>= 8;
  }
  return format_address(from_v6(bytes));
}

}  // namespace backtrail::store
