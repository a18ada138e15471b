#include <fmt/format.h>

#include "base/text.h"
#include "store/trino/rules/rules.h"

namespace backtrail::store::trino {
namespace {

/// `row(a integer, varchar)`: members without a name get one, which DuckDB needs.
Nodes rewrite_row(Nodes members, std::uint32_t at) {
  Node group{.kind = TokenKind::group, .text = "(", .at = at, .gap = 0, .end = at};
  std::size_t number = 0;
  for (Nodes& member : split_at(std::move(members), ",")) {
    if (number++ > 0)
      group.children.push_back({.kind = TokenKind::symbol, .text = ",", .at = at, .gap = 0});
    if (member.empty()) continue;
    const bool starts_with_name = member.size() > 1 && member[1].kind == TokenKind::word &&
                                  !is_word(member[1], "with") && !is_word(member[1], "precision") &&
                                  !is_word(member[0], "interval");
    Nodes name = starts_with_name ? Nodes{member[0]} : word(fmt::format("field{}", number - 1), at);
    if (starts_with_name) member.erase(member.begin());
    // A quoted name may be any word, an unquoted one may be a word that DuckDB reserves.
    if (name[0].kind == TokenKind::word) name[0].text = quote_name(name[0].text);
    name[0].kind = TokenKind::quoted;
    append(group.children, std::move(name));
    append(group.children, rewrite_type(std::move(member)));
  }
  Nodes out = word("ROW", at);
  out.push_back(std::move(group));
  return out;
}

}  // namespace

Nodes rewrite_type(Nodes type) {
  if (type.empty() || type[0].kind != TokenKind::word) return type;
  const std::uint32_t at = type[0].at;
  const std::string name = to_lower_ascii(type[0].text);
  const bool has_group = type.size() > 1 && is_group(type[1], '(');
  Nodes out;
  std::size_t used = has_group ? 2 : 1;
  if (name == "array" && has_group) {
    out = rewrite_type(std::move(type[1].children));
    out.push_back({.kind = TokenKind::group, .text = "[", .at = at, .gap = 0, .end = at});
  } else if (name == "map" && has_group) {
    auto parts = split_at(std::move(type[1].children), ",");
    for (Nodes& part : parts) part = rewrite_type(std::move(part));
    out = call("MAP", at, std::move(parts));
  } else if ((name == "row" || name == "struct") && has_group) {
    out = rewrite_row(std::move(type[1].children), at);
  } else if (name == "varchar" || name == "char" || name == "string") {
    out = word("varchar", at);
  } else if (name == "varbinary") {
    out = word("blob", at);
  } else if (name == "timestamp" || name == "time") {
    const bool zone =
        type.size() >= used + 3 && is_word(type[used], "with") && is_word(type[used + 1], "time");
    const bool without = type.size() >= used + 3 && is_word(type[used], "without");
    out = word(name == "time" ? (zone ? "timetz" : "time")
               : zone         ? "timestamptz"
                              : "timestamp",
               at);
    if (zone || without) used += 3;
  } else if (name == "interval") {
    out = word("interval", at);
    used = type.size();
  } else {
    return type;
  }
  // What follows: `array` as a suffix, [] of DuckDB.
  for (std::size_t i = used; i < type.size(); ++i) {
    if (is_word(type[i], "array"))
      out.push_back({.kind = TokenKind::group, .text = "[", .at = at, .gap = 0, .end = at});
    else
      out.push_back(std::move(type[i]));
  }
  return out;
}

}  // namespace backtrail::store::trino
