#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backtrail::ledger {

[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Strict: padding required, unused bits zero, no white space.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace backtrail::ledger
