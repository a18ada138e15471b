#pragma once

#include <string>
#include <string_view>

namespace backtrail::sources::detail {

/// What a file that is no known log seems to be, by its first bytes, and how it can be imported all the same;
/// for people. "" when there is nothing to say.
[[nodiscard]] std::string guess_of(std::string_view head);

}  // namespace backtrail::sources::detail
