#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace backtrail::sigma::detail {

[[nodiscard]] std::string base64(std::string_view bytes);
/// What the text looks like inside longer base64 text, by its position modulo 3: characters that
/// also depend on neighbours are cut. A variant is empty when the text is a single byte.
[[nodiscard]] std::array<std::string, 3> base64_offsets(std::string_view bytes);

enum class Utf16 { little, big, marked };  // marked: little endian after FF FE
[[nodiscard]] std::string to_utf16(std::string_view utf8, Utf16 form);

/// The positions of dashes and slashes that start an option: not after a word character, before
/// one.
[[nodiscard]] std::vector<std::size_t> option_dashes(std::string_view text);
/// `-`, `/`, en dash, em dash, horizontal bar.
inline constexpr std::array<std::string_view, 5> kDashes = {"-", "/", "–", "—", "―"};

}  // namespace backtrail::sigma::detail
