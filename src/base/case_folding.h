#pragma once

#include <string>
#include <string_view>

namespace backtrail {

/// Unicode simple case folding of UTF-8 text (statuses C and S of Unicode 14's CaseFolding.txt; not
/// the Turkic ones): two texts are equal without regard to case when their foldings are equal
/// bytes. The length may change (KELVIN SIGN, three bytes, folds to `k`). Invalid bytes stay as
/// they are.
[[nodiscard]] std::string fold_case(std::string_view text);
/// The same, appended to `out` after clearing it: no allocation once `out` has grown.
void fold_case_into(std::string_view text, std::string& out);
[[nodiscard]] char32_t fold_case(char32_t c);
[[nodiscard]] bool is_ascii(std::string_view text);
/// Writes the folding of ASCII text, `text.size()` bytes, to `out`, which must not overlap it.
/// False where some byte is not ASCII; what was written then says nothing.
[[nodiscard]] bool fold_ascii(std::string_view text, char* out);

}  // namespace backtrail
