#pragma once

#include <string>
#include <string_view>

#include "analysis/detail/sql.h"

namespace backtrail::analysis {

/// Restricts rows of view `events` to those that name a resource by its ARN, id or name: as the event's
/// resource, as a value of a call's parameters or answer, or among its resources.
void add_resource(Where& where, std::string_view resource);

/// SQL: a row of cloudtrail_logs (`row` stands before its columns: "l.") names a resource. `name`: SQL of its ARN, id or
/// name; `quoted`: of that as JSON text.
[[nodiscard]] std::string call_names(std::string_view row, std::string_view name, std::string_view quoted);

}  // namespace backtrail::analysis
