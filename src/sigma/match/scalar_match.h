#pragma once

#include <optional>
#include <string_view>

#include "model/record.h"
#include "sigma/detail/compiled.h"

namespace backtrail::sigma::match {

[[nodiscard]] bool matches(const detail::NumberPattern& p, const model::Value& v);
[[nodiscard]] bool matches(const detail::ComparePattern& p, const model::Value& v);
[[nodiscard]] bool matches(const detail::CidrPattern& p, const model::Value& v);
[[nodiscard]] bool matches(const detail::TimePartPattern& p, const model::Value& v);

[[nodiscard]] bool compare(detail::CompareOp op, double left, double right);

/// A JSON number, or text that is a number and nothing else.
[[nodiscard]] std::optional<double> number_of(const model::Value& v);

/// The part of the wall-clock time as logged, when `parse_log_time` accepts the text.
[[nodiscard]] std::optional<int> time_part_of(detail::TimePart part, std::string_view text);

/// The text of a scalar as rules compare it; nullopt for null, objects and arrays.
[[nodiscard]] std::optional<std::string_view> scalar_text(const model::Value& v);

}  // namespace backtrail::sigma::match
