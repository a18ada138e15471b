#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "sigma/detail/compiled.h"

namespace backtrail::sigma::detail {

/// Collects the field tests of all rules; equal ones become one.
class TestTable {
 public:
  [[nodiscard]] std::uint32_t intern(FieldTest test);
  [[nodiscard]] std::vector<FieldTest> take() { return std::move(tests_); }

 private:
  std::vector<FieldTest> tests_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> by_hash_;
};

}  // namespace backtrail::sigma::detail
