#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "analysis/detail/detection.h"

namespace backtrail::testing {

inline std::vector<model::Finding> group_findings(const std::vector<analysis::Detection>& detections,
                                                  const std::map<std::string, std::string>& failures = {}) {
  analysis::Grouping grouping(failures);
  for (const analysis::Detection& d : detections) grouping.add(d);
  std::vector<model::Finding> out;
  EXPECT_TRUE(grouping.give([&](const model::Finding& f) -> Result<void> {
    out.push_back(f);
    return {};
  }));
  return out;
}

}  // namespace backtrail::testing
