#pragma once

#include <stop_token>

#include "base/result.h"

namespace backtrail {

/// The error of work that stopped because its stop token asked for it; exit code 130.
[[nodiscard]] inline Error cancelled_error(std::string_view what) {
  return make_error(ErrorCode::cancelled, "interrupted",
                    std::string(what) + " was interrupted; run the same command again to go on");
}

}  // namespace backtrail
