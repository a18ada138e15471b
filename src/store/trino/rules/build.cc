#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "store/trino/rules/rules.h"

namespace backtrail::store::trino {

Nodes word(std::string_view text, std::uint32_t at) {
  return {{.kind = TokenKind::word, .text = std::string(text), .at = at}};
}

void append(Nodes& to, Nodes from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

Nodes take_range(Nodes& nodes, std::size_t begin, std::size_t end) {
  const auto from = std::make_move_iterator(nodes.begin());
  return {from + static_cast<std::ptrdiff_t>(begin), from + static_cast<std::ptrdiff_t>(end)};
}

Nodes take_from(Nodes& nodes, std::size_t begin) {
  Nodes out = take_range(nodes, begin, nodes.size());
  nodes.resize(begin);
  return out;
}

Nodes call(std::string_view name, std::uint32_t at, std::vector<Nodes> arguments) {
  Node group{.kind = TokenKind::group, .text = "(", .at = at, .gap = 0, .end = at};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0)
      group.children.push_back({.kind = TokenKind::symbol, .text = ",", .at = at, .gap = 0});
    append(group.children, std::move(arguments[i]));
  }
  Nodes out = word(name, at);
  out.push_back(std::move(group));
  return out;
}

Error unsupported(std::uint32_t at, std::string_view what) {
  // rewrite() knows the text and puts the place in front.
  return make_error(ErrorCode::unimplemented, fmt::format("sql.unsupported@{}", at), what);
}

std::string layer_name(std::string_view name) {
  static const std::set<std::string_view> different = {"array_distinct",
                                                       "array_intersect",
                                                       "bit_count",
                                                       "random",
                                                       "array_position",
                                                       "array_sort",
                                                       "concat",
                                                       "contains",
                                                       "date_add",
                                                       "date_diff",
                                                       "date_trunc",
                                                       "element_at",
                                                       "format",
                                                       "greatest",
                                                       "json_array_length",
                                                       "json_exists",
                                                       "json_extract",
                                                       "json_value",
                                                       "least",
                                                       "md5",
                                                       "millisecond",
                                                       "regexp_extract",
                                                       "regexp_extract_all",
                                                       "regexp_replace",
                                                       "repeat",
                                                       "replace",
                                                       "sha1",
                                                       "sha256",
                                                       "split",
                                                       "split_part",
                                                       "strpos",
                                                       "substr",
                                                       "substring",
                                                       "to_base",
                                                       "to_base64",
                                                       "to_milliseconds",
                                                       "typeof",
                                                       "url_decode",
                                                       "url_encode"};
  return different.contains(name) ? "trino_" + std::string(name) : std::string(name);
}

CallRule find_call_rule(std::string_view name) {
  static const std::map<std::string_view, CallRule> rules = [] {
    std::map<std::string_view, CallRule> made;
    for (const auto& family :
         {aggregate_rules(), array_rules(), cast_rules(), text_rules(), time_rules()})
      for (const NamedRule& rule : family) made.emplace(rule.name, rule.rule);
    return made;
  }();
  const auto found = rules.find(name);
  return found == rules.end() ? nullptr : found->second;
}

}  // namespace backtrail::store::trino
