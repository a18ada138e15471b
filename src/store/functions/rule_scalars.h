#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace backtrail::store {

/// `%XX` decoded when the text starts with `%7B` (wrong sequences stay; bytes that are then no
/// UTF-8 become U+FFFD).
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);
/// Optional sign, digits, fraction, exponent, and nothing else; in the range of a double.
[[nodiscard]] std::optional<double> number_of(std::string_view text);
/// Date, hour and minute as written, without zone conversion, of a text that `parse_log_time`
/// accepts.
[[nodiscard]] std::optional<Timestamp> clock_of(std::string_view text);

}  // namespace backtrail::store
