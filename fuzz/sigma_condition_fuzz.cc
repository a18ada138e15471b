// Any bytes as a condition: parsing gives an expression or an error, never both, and what parses binds
// to selections or says why not.
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sigma/detail/condition.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace backtrail::sigma::detail;
  static const std::vector<Selection> kSelections = {
      {.name = "selection"}, {.name = "filter_main"}, {.name = "filter_1"}, {.name = "_hidden"}};
  const ConditionText text{
      .text = std::string_view(reinterpret_cast<const char*>(data), size), .place = {1, 1}};
  Issues issues;
  const auto expr = parse_condition(text, issues);
  BACKTRAIL_CHECK(expr.has_value() != issues.failed(), "a result or an error");
  if (!expr) return 0;
  std::vector<bool> used(kSelections.size());
  const auto root = bind_condition(*expr, kSelections, used, text, issues);
  BACKTRAIL_CHECK(root.has_value() != issues.failed(), "a result or an error");
  return 0;
}
