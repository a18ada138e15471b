#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sigma/detail/compiled.h"

namespace backtrail::sigma::detail {

struct Issue {
  Place place{};
  std::string id{};  // "sigma.…"
  std::string message{};
};

/// What is found while one YAML document is read: the error that refuses it (the first one stays)
/// and any number of warnings.
class Issues {
 public:
  /// Always false, so that a reader can `return issues.fail(…)`.
  bool fail(Place place, std::string_view id, std::string message) {
    if (!error_) error_ = Issue{place, std::string(id), std::move(message)};
    return false;
  }
  void warn(Place place, std::string_view id, std::string message) {
    warnings_.push_back({place, std::string(id), std::move(message)});
  }
  [[nodiscard]] bool failed() const { return error_.has_value(); }
  [[nodiscard]] const std::optional<Issue>& error() const { return error_; }
  [[nodiscard]] const std::vector<Issue>& warnings() const { return warnings_; }

 private:
  std::optional<Issue> error_;
  std::vector<Issue> warnings_;
};

/// `; did you mean "x"?` or nothing.
[[nodiscard]] std::string suggestion(std::string_view word,
                                     const std::vector<std::string>& candidates);

}  // namespace backtrail::sigma::detail
