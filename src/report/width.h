#pragma once

#include <string>
#include <string_view>

namespace backtrail::report {

/// Terminal cells that valid UTF-8 takes: wide (East Asian, emoji) code points two, combining marks
/// none.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// At most `width` cells, cut at a code point; the last cell is `…` when something was cut.
[[nodiscard]] std::string fit(std::string_view text, std::size_t width);
/// Like `fit`, but keeps the end, for names whose end tells most (ARNs, paths).
[[nodiscard]] std::string fit_end(std::string_view text, std::size_t width);
/// Padded with spaces to `width` cells.
[[nodiscard]] std::string pad(std::string_view text, std::size_t width, bool right = false);

}  // namespace backtrail::report
