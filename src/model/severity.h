#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace backtrail::model {

/// Sigma's levels, spelled as stored.
enum class Severity : std::uint8_t { informational, low, medium, high, critical };

[[nodiscard]] std::string_view to_string(Severity s);
/// Exact lower-case names only.
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view text);

}  // namespace backtrail::model
