#pragma once

#include "base/result.h"

namespace backtrail::cli {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitFindings = 3;
inline constexpr int kExitIncomplete = 4;
inline constexpr int kExitPermission = 5;
inline constexpr int kExitIntegrity = 6;
inline constexpr int kExitInterrupted = 130;

/// A wrong command line: exit code 2.
[[nodiscard]] inline Error usage_error(std::string_view id, std::string_view message) {
  return invalid_argument("usage." + std::string(id), message);
}

/// The exit code of a command that ended with this error.
[[nodiscard]] inline int exit_code_of(const Error& error) {
  if (error.id.starts_with("usage.") || error.id.starts_with("time.")) return kExitUsage;
  switch (error.code) {
    case ErrorCode::permission_denied:
      return kExitPermission;
    case ErrorCode::data_loss:
      return kExitIntegrity;
    case ErrorCode::cancelled:
      return kExitInterrupted;
    default:
      return kExitFailed;
  }
}

}  // namespace backtrail::cli
