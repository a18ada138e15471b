#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace backtrail {

/// What the caller should do next (Abseil's vocabulary).
enum class ErrorCode : std::uint8_t {
  invalid_argument,     // the input is wrong: fix it
  not_found,            // there is no such thing
  already_exists,       // it is there already
  permission_denied,    // not allowed
  failed_precondition,  // fix the state first
  unavailable,          // retry this call
  resource_exhausted,   // back off, or make room
  data_loss,            // integrity is broken: stop
  cancelled,            // the user interrupted
  unimplemented,        // valid, but this program cannot do it
  internal,             // our bug
};

[[nodiscard]] std::string_view to_string(ErrorCode code);

/// A failed call. `id` is stable and documented (`sigma.unknown_modifier`); `message` is for an
/// analyst: what failed, on what, what to try. Context is added going up: `ingest x.json.gz <-
/// gunzip <- cut`.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string id{};
  std::string message{};

  /// The same error with `context` put before the message.
  [[nodiscard]] Error with_context(std::string_view context) const;
  friend bool operator==(const Error&, const Error&) = default;
};

[[nodiscard]] Error make_error(ErrorCode code, std::string_view id, std::string_view message);
[[nodiscard]] inline Error invalid_argument(std::string_view id, std::string_view message) {
  return make_error(ErrorCode::invalid_argument, id, message);
}
[[nodiscard]] inline Error not_found(std::string_view id, std::string_view message) {
  return make_error(ErrorCode::not_found, id, message);
}
[[nodiscard]] inline Error failed_precondition(std::string_view id, std::string_view message) {
  return make_error(ErrorCode::failed_precondition, id, message);
}
[[nodiscard]] inline Error data_loss(std::string_view id, std::string_view message) {
  return make_error(ErrorCode::data_loss, id, message);
}
[[nodiscard]] inline Error internal_error(std::string_view id, std::string_view message) {
  return make_error(ErrorCode::internal, id, message);
}
/// An operating-system error: `what` with strerror(number); permission, missing file and full disk
/// get their own codes.
[[nodiscard]] Error system_error(std::string_view what, int number);

namespace detail {
[[noreturn]] void check_failed(const char* condition, const char* file, int line,
                               std::string_view message);
}

/// A value or an Error, with the member names of std::expected. Dropping one does not compile.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = Error;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  [[nodiscard]] T& value() & { return checked(); }
  [[nodiscard]] const T& value() const& { return const_cast<Result*>(this)->checked(); }
  [[nodiscard]] T&& value() && { return std::move(checked()); }
  [[nodiscard]] T& operator*() & { return checked(); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] T&& operator*() && { return std::move(checked()); }
  [[nodiscard]] T* operator->() { return &checked(); }
  [[nodiscard]] const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const& {
    if (has_value()) detail::check_failed("!has_value()", __FILE__, __LINE__, "no error");
    return std::get<1>(state_);
  }
  [[nodiscard]] Error&& error() && {
    if (has_value()) detail::check_failed("!has_value()", __FILE__, __LINE__, "no error");
    return std::get<1>(std::move(state_));
  }

  template <typename U>
  [[nodiscard]] T value_or(U&& other) const& {
    return has_value() ? value() : static_cast<T>(std::forward<U>(other));
  }
  template <typename F>
  [[nodiscard]] auto and_then(F&& f) && -> std::invoke_result_t<F, T&&> {
    if (has_value()) return std::forward<F>(f)(std::move(checked()));
    return std::get<1>(std::move(state_));
  }
  template <typename F>
  [[nodiscard]] auto transform(F&& f) && -> Result<std::invoke_result_t<F, T&&>> {
    if (has_value()) return std::forward<F>(f)(std::move(checked()));
    return std::get<1>(std::move(state_));
  }
  /// The error with context put before its message; a value passes through.
  [[nodiscard]] Result with_context(std::string_view context) && {
    if (has_value()) return std::move(*this);
    return std::get<1>(state_).with_context(context);
  }

 private:
  T& checked() {
    if (!has_value())
      detail::check_failed("has_value()", __FILE__, __LINE__, std::get<1>(state_).message);
    return *std::get_if<0>(&state_);
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  using error_type = Error;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

  [[nodiscard]] bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  void value() const {
    if (error_) detail::check_failed("has_value()", __FILE__, __LINE__, error_->message);
  }
  [[nodiscard]] const Error& error() const {
    if (!error_) detail::check_failed("!has_value()", __FILE__, __LINE__, "no error");
    return *error_;
  }
  [[nodiscard]] Result with_context(std::string_view context) && {
    if (!error_) return {};
    return error_->with_context(context);
  }

 private:
  std::optional<Error> error_;
};

/// Aborts in every build when a program invariant is broken; never for input or environment.
#define BACKTRAIL_CHECK(cond, message)                                                  \
  do {                                                                                  \
    if (!(cond)) ::backtrail::detail::check_failed(#cond, __FILE__, __LINE__, message); \
  } while (false)

#define BACKTRAIL_CONCAT_(a, b) a##b
#define BACKTRAIL_CONCAT(a, b) BACKTRAIL_CONCAT_(a, b)
/// Returns the error of a Result<void>-like expression to the caller.
#define BACKTRAIL_RETURN_IF_ERROR(expr)                                  \
  do {                                                                   \
    if (auto backtrail_result_ = (expr); !backtrail_result_.has_value()) \
      return ::backtrail::Error(std::move(backtrail_result_).error());   \
  } while (false)
/// `BACKTRAIL_ASSIGN(auto x, call());`: x becomes the value, or the error is returned to the
/// caller.
#define BACKTRAIL_ASSIGN(lhs, expr) \
  BACKTRAIL_ASSIGN_(BACKTRAIL_CONCAT(backtrail_tmp_, __LINE__), lhs, expr)
#define BACKTRAIL_ASSIGN_(tmp, lhs, expr)                                  \
  auto tmp = (expr);                                                       \
  if (!tmp.has_value()) return ::backtrail::Error(std::move(tmp).error()); \
  lhs = std::move(tmp).value()

}  // namespace backtrail
