#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "sigma/sigma.h"

/// Runs the test files of rules: {"rule": id, "positive": [{"name", "events": […]}], "negative":
/// […]}.
namespace backtrail::cli {

struct RuleTestResult {
  std::string file{};
  std::string rule{};
  std::string title{};
  std::string test{};  // name of the case
  bool positive = true;
  bool passed = false;
  std::string reason{};  // why it failed
};

/// Every test of the file. A single-event rule: each event of a positive case matches, none of a
/// negative one does. A correlation: it fires over the events of a positive case, and not over a
/// negative one's. Error `rules.test_file` for a file of another form.
[[nodiscard]] Result<std::vector<RuleTestResult>> run_rule_tests(
    const std::string& file, const Json& tests, const std::shared_ptr<const sigma::RuleSet>& rules);

}  // namespace backtrail::cli
