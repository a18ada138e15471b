#pragma once

#include <set>
#include <string>
#include <vector>

#include "sigma/detail/compiled.h"
#include "sigma/detail/issues.h"
#include "sigma/detail/tests_table.h"
#include "sigma/detail/yaml.h"

namespace backtrail::sigma::detail {

/// What readers of one document share.
struct ReadContext {
  Issues& issues;
  TestTable& tests;
  const LoadOptions& options;
  std::set<std::string> fields{};  // every field path met, fieldref targets included
  bool selectors = false;          // the rule is of Sigma 3, whose keys may hold array selectors
  std::size_t patterns = 0;        // made so far
};

/// The most patterns that the modifiers of one document may make.
inline constexpr std::size_t kMaxPatterns = 100'000;

/// A named search of a `detection` or `filter` map.
struct Selection {
  std::string name{};
  Place place{};
  Node node{};
};

/// Reads one search: a map (all of its items), a list of maps (any), plain values (keywords, any).
/// nullopt after `issues.fail`.
[[nodiscard]] std::optional<Node> read_search(const Yaml& value, ReadContext& context);

/// Reads `field|modifier|…: value(s)`.
[[nodiscard]] std::optional<Node> read_item(const Yaml& key, const Yaml& value,
                                            ReadContext& context);

/// The selections and compiled conditions of a `detection` or `filter` map. `reserved` names are
/// not selections. False after `issues.fail`.
struct Searches {
  std::vector<Selection> selections{};
  std::vector<Condition> conditions{};
};
[[nodiscard]] bool read_searches(const Yaml& section, std::string_view section_name,
                                 const std::set<std::string_view>& reserved, ReadContext& context,
                                 Searches& out);

}  // namespace backtrail::sigma::detail
