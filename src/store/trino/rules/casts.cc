#include "base/text.h"
#include "store/trino/rules/rules.h"

namespace backtrail::store::trino {
namespace {

bool is_literal(NodesView e) {
  if (e.size() == 1) return e[0].kind == TokenKind::string || e[0].kind == TokenKind::number;
  return e.size() == 2 && is_symbol(e[0], "-") && e[1].kind == TokenKind::number;
}

Nodes make_cast(bool try_cast, std::uint32_t at, Nodes value, Nodes type) {
  return expand(try_cast ? "TRY_CAST($1 AS $2)" : "CAST($1 AS $2)", at,
                {std::move(value), std::move(type)});
}

/// The text of a value as Trino spells it.
Nodes as_text(Kind kind, std::uint32_t at, Nodes value) {
  switch (kind) {
    case Kind::text:
    case Kind::whole:
    case Kind::boolean:
    case Kind::date:
    case Kind::timestamp:
    case Kind::null:
      return make_cast(false, at, std::move(value), word("varchar", at));
    default:
      return call("trino_text", at, {std::move(value)});
  }
}

Replacement cast_rule(CallSite& site) {
  std::size_t as = site.inside.size();
  while (as > 0 && !is_word(site.inside[as - 1], "as")) --as;
  if (as <= 1 || as == site.inside.size()) return std::optional<Nodes>();
  const std::uint32_t at = site.at;
  Nodes value(site.inside.begin(), site.inside.begin() + static_cast<std::ptrdiff_t>(as) - 1);
  Nodes type(site.inside.begin() + static_cast<std::ptrdiff_t>(as), site.inside.end());
  const Kind target = kind_of_type(type);
  Kind source = kind_of(value);
  // A moment in a zone is cast as that zone's clock shows it.
  if (target == Kind::date || target == Kind::timestamp || target == Kind::text)
    if (auto wall = zoned_as_wall(value)) {
      if (target == Kind::text) {
        Nodes zone = zone_of(value);
        return std::optional(expand("(format_datetime($1, 'yyyy-MM-dd HH:mm:ss.SSS') || ' ' || $2)",
                                    at, {std::move(*wall), std::move(zone)}));
      }
      value = std::move(*wall);
      source = Kind::timestamp;
    }
  // DuckDB may evaluate a term of WHERE on rows that another term excludes.
  const bool try_cast = site.name == "try_cast" || (site.context.filter && !is_literal(value));
  switch (target) {
    case Kind::text: {
      const bool limited = type.size() == 2 && is_group(type[1], '(');
      Nodes text = as_text(source, at, std::move(value));
      if (!limited) return std::optional(std::move(text));
      return std::optional(call("trino_cut", at, {std::move(text), std::move(type[1].children)}));
    }
    case Kind::whole:
      if (source != Kind::whole && source != Kind::null && source != Kind::decimal)
        value =
            call(source == Kind::json ? "trino_json_whole" : "trino_whole", at, {std::move(value)});
      break;
    case Kind::boolean:
      if (source != Kind::boolean && source != Kind::null)
        value =
            call(source == Kind::json ? "trino_json_truth" : "trino_truth", at, {std::move(value)});
      break;
    case Kind::json:
      return std::optional(call("to_json", at, {std::move(value)}));
    case Kind::array:
    case Kind::map:
    case Kind::row:
      // A row whose member is missing in the JSON: NULL in Trino, an error in DuckDB.
      if (source == Kind::json)
        return std::optional(make_cast(true, at, std::move(value), rewrite_type(std::move(type))));
      break;
    default:
      break;
  }
  return std::optional(make_cast(try_cast, at, std::move(value), rewrite_type(std::move(type))));
}

}  // namespace

std::vector<NamedRule> cast_rules() { return {{"cast", cast_rule}, {"try_cast", cast_rule}}; }

}  // namespace backtrail::store::trino
