#pragma once

#include <string>
#include <string_view>

namespace backtrail::sigma::sql {

/// A text literal; NUL, which SQL text cannot hold, becomes chr(0).
[[nodiscard]] std::string quote_text(std::string_view text);
/// `a.b` as `"a"."b"`.
[[nodiscard]] std::string quote_name(std::string_view dotted);

}  // namespace backtrail::sigma::sql
