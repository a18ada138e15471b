#pragma once

#include <duckdb.h>

#include <optional>
#include <string>
#include <string_view>

namespace backtrail::store {

/// An IPv4 or IPv6 address (`parse_address`) as a number; IPv4 as ::ffff:a.b.c.d, so that order and equality are
/// Trino's.
[[nodiscard]] std::optional<duckdb_uhugeint> address_number(std::string_view text);
/// The text of such a number, as Trino writes it.
[[nodiscard]] std::string address_text(duckdb_uhugeint number);

}  // namespace backtrail::store
