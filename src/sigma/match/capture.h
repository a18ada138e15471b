#pragma once

#include <optional>
#include <string>

#include "model/record.h"

namespace backtrail::sigma::match {

/// The value of a group-by or value field as text: a scalar's text; of an array or a path through
/// arrays the distinct members' texts, sorted and joined with `,`; an object's compact JSON.
/// nullopt when the field is absent or null.
[[nodiscard]] std::optional<std::string> capture_field(const model::FieldRef& field,
                                                       const model::Record& record);

}  // namespace backtrail::sigma::match
