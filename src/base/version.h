#pragma once

#include <string_view>

namespace backtrail {

/// The program's version ("0.1.0"), as `--version` prints it and the ledger records it.
[[nodiscard]] std::string_view program_version();

}  // namespace backtrail
