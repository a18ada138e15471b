#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/record.h"
#include "sigma/detail/compiled.h"

namespace backtrail::sigma::match {

/// A condition can hold only where the slot's text, folded, is one of these (sorted, unique). Says
/// nothing of records whose slot holds an object or an array.
struct Requirement {
  int slot = 0;
  std::vector<std::string> literals{};
};

/// What a condition needs, at most one requirement per slot; empty when nothing is sure.
[[nodiscard]] std::vector<Requirement> requirements(const detail::Node& node,
                                                    const std::vector<detail::FieldTest>& tests,
                                                    const model::RecordLayout& layout);

/// The same for alternatives: what all of them need.
[[nodiscard]] std::vector<Requirement> requirements_of_any(
    std::vector<std::vector<Requirement>> alternatives);

}  // namespace backtrail::sigma::match
