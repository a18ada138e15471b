#include <algorithm>

#include "store/trino/rules/rules.h"

namespace backtrail::store::trino {
namespace {

Nodes with_after(Nodes made, CallSite& site) {
  append(made, std::move(site.after));
  return made;
}

std::vector<Nodes> arguments_of(CallSite& site) { return split_at(std::move(site.inside), ","); }

std::size_t count_arguments(const CallSite& site) {
  std::size_t n = site.inside.empty() ? 0 : 1;
  for (const Node& node : site.inside) n += is_symbol(node, ",");
  return n;
}

/// The same call under DuckDB's name.
template <const char* name>
Replacement rename_rule(CallSite& site) {
  return std::optional(with_after(call(name, site.at, arguments_of(site)), site));
}
constexpr char kAnyValue[] = "any_value";
constexpr char kBoolAnd[] = "bool_and";
constexpr char kBitAnd[] = "bit_and";
constexpr char kBitOr[] = "bit_or";
constexpr char kBitXor[] = "bit_xor";
constexpr char kGeomean[] = "geomean";

/// Exact in place of approximate: the same answer on every run and number of threads.
Replacement approx_distinct_rule(CallSite& site) {
  auto parts = arguments_of(site);
  if (parts.empty()) return std::optional<Nodes>();
  return std::optional(
      with_after(expand("count(DISTINCT $1)", site.at, {std::move(parts[0])}), site));
}

Replacement approx_percentile_rule(CallSite& site) {
  if (count_arguments(site) != 2)
    return unsupported(site.at,
                       "approx_percentile with weights: only approx_percentile(x, p) runs here");
  return std::optional(with_after(call("quantile_disc", site.at, arguments_of(site)), site));
}

/// With two arguments a NULL beside the greatest y counts, as in Trino.
Replacement by_rule(CallSite& site) {
  const bool max = site.name == "max_by";
  const bool many = count_arguments(site) == 3;
  return std::optional(with_after(
      call(many ? (max ? "arg_max" : "arg_min") : (max ? "arg_max_null" : "arg_min_null"), site.at,
           arguments_of(site)),
      site));
}

Replacement map_agg_rule(CallSite& site) {
  if (count_arguments(site) != 2) return std::optional<Nodes>();
  auto parts = arguments_of(site);
  Nodes list = with_after(
      expand("list({'k': $1, 'v': $2})", site.at, {std::move(parts[0]), std::move(parts[1])}),
      site);
  return std::optional(call(site.name == "map_agg" ? "trino_map_of" : "trino_multimap_of", site.at,
                            {std::move(list)}));
}

/// listagg(x, d) WITHIN GROUP (ORDER BY n) → listagg(x, d ORDER BY n)
Replacement listagg_rule(CallSite& site) {
  Nodes inside = std::move(site.inside);
  // ON OVERFLOW …: nothing overflows here.
  const auto overflow = std::find_if(inside.begin(), inside.end(),
                                     [](const Node& n) { return is_word(n, "overflow"); });
  if (overflow != inside.end() && overflow != inside.begin())
    inside.erase(overflow - 1, inside.end());
  if (std::none_of(inside.begin(), inside.end(), [](const Node& n) { return is_symbol(n, ","); }))
    append(inside, expand(", ''", site.at, {}));
  Nodes after = std::move(site.after);
  if (after.size() >= 3 && is_word(after[0], "within") && is_word(after[1], "group") &&
      is_group(after[2], '(')) {
    if (!after[2].children.empty()) after[2].children.front().gap = ' ';
    append(inside, std::move(after[2].children));
    after.erase(after.begin(), after.begin() + 3);
  }
  Nodes made = call("listagg", site.at, {std::move(inside)});
  append(made, std::move(after));
  return std::optional(std::move(made));
}

Replacement set_agg_rule(CallSite& site) {
  return std::optional(
      with_after(expand("list(DISTINCT $1)", site.at, {std::move(site.inside)}), site));
}

Replacement set_union_rule(CallSite& site) {
  Nodes list = with_after(call("list", site.at, {std::move(site.inside)}), site);
  return std::optional(expand("trino_array_distinct(flatten($1))", site.at, {std::move(list)}));
}

/// lag(x) IGNORE NULLS OVER … → lag(x IGNORE NULLS) OVER …
Replacement nulls_rule(CallSite& site) {
  if (site.after.size() < 2 || !is_word(site.after[1], "nulls")) return std::optional<Nodes>();
  Nodes inside = std::move(site.inside);
  Nodes after = std::move(site.after);
  append(inside, take_range(after, 0, 2));
  after.erase(after.begin(), after.begin() + 2);
  Nodes made = call(site.name, site.at, {std::move(inside)});
  append(made, std::move(after));
  return std::optional(std::move(made));
}

Replacement unsupported_rule(CallSite& site) {
  return unsupported(site.at, site.name + " has no counterpart here");
}

}  // namespace

std::vector<NamedRule> aggregate_rules() {
  return {{"arbitrary", rename_rule<kAnyValue>},
          {"every", rename_rule<kBoolAnd>},
          {"bitwise_and_agg", rename_rule<kBitAnd>},
          {"bitwise_or_agg", rename_rule<kBitOr>},
          {"bitwise_xor_agg", rename_rule<kBitXor>},
          {"geometric_mean", rename_rule<kGeomean>},
          {"approx_distinct", approx_distinct_rule},
          {"approx_percentile", approx_percentile_rule},
          {"max_by", by_rule},
          {"min_by", by_rule},
          {"map_agg", map_agg_rule},
          {"multimap_agg", map_agg_rule},
          {"listagg", listagg_rule},
          {"set_agg", set_agg_rule},
          {"set_union", set_union_rule},
          {"lag", nulls_rule},
          {"lead", nulls_rule},
          {"first_value", nulls_rule},
          {"last_value", nulls_rule},
          {"nth_value", nulls_rule},
          {"checksum", unsupported_rule},
          {"numeric_histogram", unsupported_rule},
          {"reduce_agg", unsupported_rule}};
}

}  // namespace backtrail::store::trino
