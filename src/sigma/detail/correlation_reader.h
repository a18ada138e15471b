#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sigma/detail/compiled.h"
#include "sigma/detail/condition.h"
#include "sigma/detail/issues.h"
#include "sigma/detail/yaml.h"

namespace backtrail::sigma::detail {

/// A name in a correlation, and where it stands.
struct Named {
  std::string name{};
  Place place{};
};

/// A correlation as read: rules are still names.
struct CorrelationDraft {
  CorrelationType type = CorrelationType::event_count;
  std::vector<Named> rules{};
  std::vector<Named> group_by{};
  std::vector<Named> fields{};
  std::map<std::string, std::map<std::string, std::string>> aliases{};  // alias → rule → field
  std::chrono::microseconds timespan{};
  std::vector<Bound> bounds{};
  double percentile = 0;
  std::optional<ConditionExpr> expression{};
  ConditionText expression_text{};  // into the document's tree
  bool generate = false;
  Place place{};
};

/// Reads the `correlation` section. False after `issues.fail`.
[[nodiscard]] bool read_correlation(const Yaml& root, CorrelationDraft& out, Issues& issues);

/// `10s 5m 2h 1d 1w 1M 1y`; a month is 2,629,746 s, a year 31,556,952 s.
[[nodiscard]] std::optional<std::chrono::microseconds> parse_timespan(std::string_view text);

[[nodiscard]] std::string_view to_string(CorrelationType type);

}  // namespace backtrail::sigma::detail
