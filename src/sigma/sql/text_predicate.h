#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sigma/detail/compiled.h"
#include "sigma/sql/dialect.h"

namespace backtrail::sigma::sql {

/// A condition over one text `x` (an SQL expression).
struct TextPredicate {
  std::string sql{};
  /// Whether it could hold for a text that starts with `{`: only then the decoded form of
  /// URL-encoded objects needs a look.
  bool may_match_object = false;
};

/// Any of the text and regular-expression patterns of a test (others are passed over) on `x`. Empty
/// SQL when the test has none.
[[nodiscard]] Result<TextPredicate> text_predicate(const Dialect& dialect,
                                                   const detail::FieldTest& test,
                                                   std::string_view x);

/// Notes that the literals of the test's patterns ask for.
void note_folding(const Dialect& dialect, const detail::FieldTest& test,
                  std::vector<std::string>& notes);

}  // namespace backtrail::sigma::sql
