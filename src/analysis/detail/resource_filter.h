#pragma once

#include <string_view>

#include "analysis/detail/sql.h"

namespace backtrail::analysis {

/// Restricts rows of view `events` to those that name a resource by its ARN, id or name: as the event's
/// resource, as a value of a call's parameters or answer, or among its resources.
void add_resource(Where& where, std::string_view resource);

}  // namespace backtrail::analysis
