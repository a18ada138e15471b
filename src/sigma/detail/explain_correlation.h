#pragma once

#include <string>

namespace backtrail::sigma::detail {

struct Correlation;

/// What it asks for, for people: `value_count of requestParameters.secretId >= 10 within 10m, by
/// userIdentity.principalId`.
[[nodiscard]] std::string describe(const Correlation& correlation);

}  // namespace backtrail::sigma::detail
