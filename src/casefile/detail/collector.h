#pragma once

#include <string>

#include "base/json.h"

namespace backtrail::casefile {

[[nodiscard]] std::string host_name();
/// Who collects: tool, version, host and user, for the ledger.
[[nodiscard]] Json collector();

}  // namespace backtrail::casefile
