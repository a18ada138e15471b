#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "sigma/detail/correlation_reader.h"
#include "sigma/detail/detection.h"
#include "sigma/detail/yaml.h"

namespace backtrail::sigma::detail {

/// A detection rule as read; its conditions are compiled, its filters not yet applied.
struct DetectionDraft {
  std::vector<Condition> conditions{};
  std::vector<AppliedFilter> filters{};
};

struct FilterDraft {
  bool any_rule = false;
  std::vector<Named> rules{};
  std::vector<bool> found{};  // by `rules`: some rule has that id or name
  Node root{};
  std::uint32_t applied = 0;
};

/// One YAML document on its way into the rule set. Refused when `issues.failed()`.
struct Draft {
  std::string path{};
  int number = 0;
  Place place{};
  std::string_view text{};
  Yaml root{};
  Issues issues{};
  RuleInfo info{};
  std::set<std::string> fields{};
  bool replaced = false;  // a later document has the same id
  std::variant<std::monostate, DetectionDraft, FilterDraft, CorrelationDraft> body{};

  [[nodiscard]] bool alive() const { return !issues.failed() && !replaced; }
  [[nodiscard]] bool answers_to(std::string_view name) const {
    return !name.empty() && (info.id == name || info.name == name);
  }
};

/// Finds out what the document is and reads it.
void read_draft(Draft& draft, TestTable& tests, const LoadOptions& options);

/// Of documents with the same id the last stays; equal names get a warning.
void resolve_duplicates(std::vector<Draft>& drafts);

/// Puts each filter into the detection rules it names; filters that touch nothing get a warning.
/// `filter_index[i]` is the number that filter draft i will have.
void apply_filters(std::vector<Draft>& drafts, const std::vector<std::uint32_t>& filter_index);

/// Refuses correlations that cite an unknown rule, a refused rule, or each other in a circle.
/// Returns the drafts' numbers of those that stay, cited ones first.
[[nodiscard]] std::vector<std::size_t> order_correlations(std::vector<Draft>& drafts);

/// The compiled form of a correlation that `order_correlations` kept. `rule_index[i]` is the number
/// of draft i among the rules.
[[nodiscard]] bool bind_correlation(std::vector<Draft>& drafts, std::size_t which,
                                    const std::vector<std::uint32_t>& rule_index, Correlation& out);

/// The draft that a correlation or filter means: by id, else by name; -1 when there is none.
/// Refused drafts are found too.
[[nodiscard]] std::ptrdiff_t find_draft(const std::vector<Draft>& drafts, std::string_view name);

}  // namespace backtrail::sigma::detail
