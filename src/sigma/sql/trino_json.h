#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "sigma/sql/dialect.h"

/// Values of JSON text in stock Trino SQL. Arrays on the path are opened by SQL/JSON's lax mode,
/// those at its end by `[*]`.
namespace backtrail::sigma::sql::trino {

[[nodiscard]] Result<std::string> json_values(JsonValues which, std::string_view column,
                                              std::string_view path);
[[nodiscard]] Result<std::string> json_exists(std::string_view column, std::string_view path);
[[nodiscard]] Result<std::string> json_has_null(std::string_view column, std::string_view path);

}  // namespace backtrail::sigma::sql::trino
