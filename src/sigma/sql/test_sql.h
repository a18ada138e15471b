#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "sigma/detail/compiled.h"
#include "sigma/sql/dialect.h"

namespace backtrail::sigma::sql {

/// One field test as SQL, and how dear it is (as StoredField::cost).
struct TestSql {
  std::string sql{};
  int cost = 1;
};

/// True where the test fires, else false or NULL. Notes are appended. Errors as `to_sql`.
[[nodiscard]] Result<TestSql> test_sql(const Dialect& dialect, const detail::FieldTest& test,
                                       bool missing_columns_are_absent,
                                       std::vector<std::string>& notes);

}  // namespace backtrail::sigma::sql
