#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backtrail {

/// The JSON value in a form that does not depend on how it was written: members by key (repeated
/// keys stay, in their order), texts unescaped, numbers by exact decimal value (1.50e2 is 150). For
/// comparing and hashing; not JSON. Equal forms mean equal values. nullopt where `json` is not one
/// JSON value.
[[nodiscard]] std::optional<std::string> json_value_form(std::string_view json);

}  // namespace backtrail
