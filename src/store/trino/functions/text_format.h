#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace backtrail::store::trino {

/// Java's format: %s %d %f %e %x %X %o %b %c %% %n with flags, width, precision and `n$`; arguments
/// as SQL writes them as text. Errors `sql.format`. At most 1 MiB of output.
[[nodiscard]] Result<std::string> format_text(std::string_view format,
                                              const std::vector<std::string_view>& arguments);

}  // namespace backtrail::store::trino
