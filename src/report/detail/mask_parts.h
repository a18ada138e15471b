#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// What the masking of secrets is made of (mask.h).
namespace backtrail::report {

/// In lower case, without '-' and '_', only what follows the last dot.
[[nodiscard]] std::string normalised_name(std::string_view name);

/// The end of a token with a known prefix that begins at `at`; `at` when there is none.
[[nodiscard]] std::size_t prefixed_token_end(std::string_view text, std::size_t at);

/// Replaces base64 texts (user data, start scripts) that hold a secret once decoded. The others
/// stay: what an intruder lets hosts run must be seen.
void mask_encoded_scripts(std::string& text);

}  // namespace backtrail::report
