#pragma once

#include <optional>
#include <string>
#include <vector>

#include "store/trino/syntax/tokens.h"

/// What is wrong with queries as they are published, or what their author would want to know.
namespace backtrail::store::trino {

struct Hint {
  std::size_t offset = 0;
  std::string message{};
};

/// `FROM t AND x = 1`: AND where WHERE is missing.
[[nodiscard]] std::optional<Hint> hint_for_missing_where(const Nodes& query);
/// `<EVENT DATA STORE ID>`, `${…}`, `{{…}}`: a template that was not filled in.
[[nodiscard]] std::optional<Hint> hint_for_placeholder(const Nodes& query);

/// Notes on a query that runs: ISO text compared with text of another shape, moments in a zone.
[[nodiscard]] std::vector<Note> notes_on(const Nodes& query);

}  // namespace backtrail::store::trino
