#include "base/result.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace backtrail {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "invalid_argument";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::already_exists:
      return "already_exists";
    case ErrorCode::permission_denied:
      return "permission_denied";
    case ErrorCode::failed_precondition:
      return "failed_precondition";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::resource_exhausted:
      return "resource_exhausted";
    case ErrorCode::data_loss:
      return "data_loss";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::unimplemented:
      return "unimplemented";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

Error Error::with_context(std::string_view context) const {
  Error e = *this;
  e.message = std::string(context) + " <- " + message;
  return e;
}

Error make_error(ErrorCode code, std::string_view id, std::string_view message) {
  return Error{.code = code, .id = std::string(id), .message = std::string(message)};
}

Error system_error(std::string_view what, int number) {
  ErrorCode code = ErrorCode::unavailable;
  std::string_view id = "os.error";
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      code = ErrorCode::not_found, id = "os.not_found";
      break;
    case EEXIST:
      code = ErrorCode::already_exists, id = "os.exists";
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = ErrorCode::permission_denied, id = "os.permission";
      break;
    case ENOSPC:
    case EDQUOT:
      code = ErrorCode::resource_exhausted, id = "os.disk_full";
      break;
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      code = ErrorCode::resource_exhausted, id = "os.exhausted";
      break;
    default:
      break;
  }
  return make_error(code, id, std::string(what) + ": " + std::strerror(number));
}

namespace detail {
void check_failed(const char* condition, const char* file, int line, std::string_view message) {
  std::fprintf(stderr, "backtrail: internal error at %s:%d: %s: %.*s\n", file, line, condition,
               static_cast<int>(message.size()), message.data());
  std::abort();
}
}  // namespace detail

}  // namespace backtrail
