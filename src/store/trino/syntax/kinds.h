#pragma once

#include <span>
#include <string_view>

#include "store/trino/syntax/tokens.h"

namespace backtrail::store::trino {

/// A view of neighbouring nodes; they must outlive it.
using NodesView = std::span<const Node>;

/// What an expression's text gives away about its type.
[[nodiscard]] Kind kind_of(NodesView expression);
/// Tells names what `expression AS name` and `(VALUES …) AS t(name, …)` anywhere in the query say
/// about them; a name with two meanings stays unknown.
void learn_alias_kinds(Nodes& query);
/// The kind of a type as Trino spells it (`array(varchar)`, `timestamp(3) with time zone`).
[[nodiscard]] Kind kind_of_type(NodesView type);

/// Where the operand that ends just before `end` begins (names with dots, calls, brackets, literals
/// with a type before them, CASE … END); `end` itself when there is none.
[[nodiscard]] std::size_t operand_begin(const Nodes& nodes, std::size_t end);
/// Where the operand that begins at `begin` ends.
[[nodiscard]] std::size_t operand_end(const Nodes& nodes, std::size_t begin);

/// A lone call `name(…)`, brackets around it passed.
struct CallView {
  std::string name{};
  const Node* arguments = nullptr;  // its group
};
[[nodiscard]] CallView as_call(NodesView expression);

}  // namespace backtrail::store::trino
