#pragma once

#include <string>
#include <string_view>

#include "analysis/detail/sql.h"

namespace backtrail::analysis {

/// How users name a principal: its ARN, a session's ARN, the name of a user or role, a service, an
/// account, or an access key id.
class PrincipalFilter {
 public:
  explicit PrincipalFilter(std::string_view text);

  /// Restricts rows of view `events` (or a table with its columns) to this principal.
  void add_to(Where& where) const;
  /// Whether a principal as stored ("arn:…:role/path/Name") is meant.
  [[nodiscard]] bool matches(std::string_view principal) const;

 private:
  std::string text_;     // as typed; of a session ARN the role's name
  std::string account_;  // of a session ARN, as ":account:"
  std::string session_;  // of a session ARN
};

}  // namespace backtrail::analysis
