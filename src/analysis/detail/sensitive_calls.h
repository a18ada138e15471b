#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace backtrail::analysis {

/// The list of calls worth their own line (rules/lists/sensitive_calls.yml).
class SensitiveCalls {
 public:
  struct Group {
    std::string name{};
    std::string tactic{};
    double weight = 0;
  };

  /// Error `content.sensitive_calls` with the line of what is wrong.
  [[nodiscard]] static Result<SensitiveCalls> parse(std::string_view yaml);
  /// The list that ships inside the program.
  [[nodiscard]] static Result<SensitiveCalls> shipped();

  /// The group of a call, null when it is in none. `source` as logged ("iam.amazonaws.com").
  [[nodiscard]] const Group* find(std::string_view source, std::string_view action) const;
  [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }

 private:
  std::vector<Group> groups_{};
  std::map<std::string, std::size_t, std::less<>> exact_{};      // "iam:CreateUser"
  std::map<std::string, std::size_t, std::less<>> beginning_{};  // "lambda:AddPermission20150331"
};

/// "iam.amazonaws.com", "CreateUser" → "iam:CreateUser".
[[nodiscard]] std::string call_name(std::string_view source, std::string_view action);

}  // namespace backtrail::analysis
