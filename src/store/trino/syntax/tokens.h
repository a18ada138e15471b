#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/trino/trino.h"

namespace backtrail::store::trino {

enum class TokenKind : std::uint8_t {
  word,    // unquoted name or keyword, as written
  quoted,  // "quoted name", quotes included
  string,  // 'text', quotes included; also E'…' and $$…$$ of DuckDB
  number,
  symbol,  // operators, comma, dot, semicolon
  group,   // ( … ), [ … ] or { … } with what is inside
};

/// What is known about the type of an expression; of most columns nothing.
enum class Kind : std::uint8_t {
  unknown,
  null,
  text,
  whole,
  decimal,
  real,
  boolean,
  date,
  timestamp,
  instant,
  interval,
  array,
  map,
  row,
  json,
  address,
  bytes,
};

struct Node;
using Nodes = std::vector<Node>;

/// A token, or a bracketed group of tokens. Rules move nodes about; each keeps the place it came
/// from, so the map from rewritten to original positions falls out of writing the tree.
struct Node {
  TokenKind kind = TokenKind::symbol;
  std::string text{};          // a group: its opening bracket
  std::uint32_t at = 0;        // offset in the user's text
  char gap = ' ';              // white space before it: 0, ' ' or '\n'
  Nodes children{};            // of a group
  std::uint32_t end = 0;       // of a group: offset of its closing bracket
  Kind alias = Kind::unknown;  // of a name: what learn_alias_kinds found
};

inline constexpr std::size_t kMaxQueryBytes = std::size_t{1} << 20;
inline constexpr int kMaxDepth = 200;

/// Splits a query into a tree of tokens; comments vanish. Errors as trino::rewrite.
[[nodiscard]] Result<Nodes> parse_tokens(std::string_view query);

/// Writes the tree as text, with the position of each token.
[[nodiscard]] Rewritten write_tokens(const Nodes& nodes);

/// `line 3, column 14` of a byte offset; columns count code points.
[[nodiscard]] std::string place_of(std::string_view query, std::size_t offset);

[[nodiscard]] bool is_word(const Node& node, std::string_view lower_case_word);
[[nodiscard]] bool is_symbol(const Node& node, std::string_view symbol);
[[nodiscard]] bool is_group(const Node& node, char open);
/// The name that a word or quoted name stands for: words in lower case, quotes undone.
[[nodiscard]] std::string name_of(const Node& node);
/// The text that a plain string token stands for.
[[nodiscard]] std::string text_of(const Node& node);
[[nodiscard]] std::string quote_text(std::string_view text);
[[nodiscard]] std::string quote_name(std::string_view name);

/// Splits at top-level symbols, e.g. arguments at ','. An empty list gives no parts.
[[nodiscard]] std::vector<Nodes> split_at(Nodes nodes, std::string_view symbol);

/// Nodes of a template in DuckDB's SQL: `$1` … `$9` are replaced by the parts (moved at first use,
/// copied at later ones: use a part twice only when it is small). All carry position `at`.
[[nodiscard]] Nodes expand(std::string_view pattern, std::uint32_t at, std::vector<Nodes> parts);

}  // namespace backtrail::store::trino
