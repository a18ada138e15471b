#pragma once

#include <string_view>

#include "base/network.h"
#include "base/result.h"
#include "sigma/detail/compiled.h"

namespace backtrail::sigma::detail {

/// `10.0.0.0/8`, `2001:db8::/32`, or an address alone. Errors: `sigma.cidr` (not a network; host
/// bits set).
[[nodiscard]] Result<CidrPattern> parse_cidr(std::string_view text);

}  // namespace backtrail::sigma::detail
