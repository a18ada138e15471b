#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "store/trino/rules/rules.h"

namespace backtrail::store::trino {
namespace {

struct Lambda {
  std::vector<Node> parameters{};
  Nodes body{};
};

/// `x -> …` or `(x, y) -> …`.
std::optional<Lambda> as_lambda(Nodes& argument) {
  if (argument.size() < 3 || !is_symbol(argument[1], "->")) return std::nullopt;
  Lambda lambda;
  if (is_group(argument[0], '(')) {
    for (Nodes& part : split_at(std::move(argument[0].children), ",")) {
      if (part.size() != 1) return std::nullopt;
      lambda.parameters.push_back(std::move(part[0]));
    }
  } else if (argument[0].kind == TokenKind::word || argument[0].kind == TokenKind::quoted) {
    lambda.parameters.push_back(std::move(argument[0]));
  }
  if (lambda.parameters.empty()) return std::nullopt;
  lambda.body = take_range(argument, 2, argument.size());
  return lambda;
}

bool is_lambda(const Nodes& argument) {
  return argument.size() >= 3 && is_symbol(argument[1], "->") &&
         argument[0].kind != TokenKind::symbol && argument[0].kind != TokenKind::number;
}

/// DuckDB's spelling, which versions 1.5 and 2.0 both read.
Nodes write_lambda(Lambda lambda, std::uint32_t at) {
  Nodes out = word("lambda", at);
  for (std::size_t i = 0; i < lambda.parameters.size(); ++i) {
    if (i > 0) out.push_back({.kind = TokenKind::symbol, .text = ",", .at = at, .gap = 0});
    lambda.parameters[i].gap = ' ';
    out.push_back(std::move(lambda.parameters[i]));
  }
  out.push_back({.kind = TokenKind::symbol, .text = ":", .at = at, .gap = 0});
  if (!lambda.body.empty()) lambda.body.front().gap = ' ';
  append(out, std::move(lambda.body));
  return out;
}

/// Puts `with` in place of a parameter's name, save after a dot (a field of that name).
void replace_name(Nodes& nodes, const std::string& name, const Nodes& with) {
  Nodes out;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Node& node = nodes[i];
    const bool field = !out.empty() && is_symbol(out.back(), ".");
    const bool called = i + 1 < nodes.size() && is_group(nodes[i + 1], '(');
    if ((node.kind == TokenKind::word || node.kind == TokenKind::quoted) && !field && !called &&
        name_of(node) == name) {
      const char gap = node.gap;
      out.insert(out.end(), with.begin(), with.end());
      out[out.size() - with.size()].gap = gap;
      continue;
    }
    replace_name(node.children, name, with);
    out.push_back(std::move(node));
  }
  nodes = std::move(out);
}

/// A lambda of two parameters as one of a single parameter `e`: each becomes a part of it.
Nodes join_parameters(Lambda lambda, std::uint32_t at, std::string_view first,
                      std::string_view second) {
  const std::string element =
      fmt::format("element_{}", at);  // unique, so that nested ones stay apart
  for (std::size_t i = 0; i < lambda.parameters.size() && i < 2; ++i)
    replace_name(lambda.body, name_of(lambda.parameters[i]),
                 expand(fmt::format("{}{}", element, i == 0 ? first : second), at, {}));
  lambda.parameters = {{.kind = TokenKind::word, .text = element, .at = at}};
  return write_lambda(std::move(lambda), at);
}

constexpr std::size_t kMostStartNodes = 100;
std::size_t count_nodes(const Nodes& nodes) {
  std::size_t n = nodes.size();
  for (const Node& node : nodes) n += count_nodes(node.children);
  return n;
}

std::vector<Nodes> arguments_of(CallSite& site) { return split_at(std::move(site.inside), ","); }

/// The pieces of `f(a, x -> body)`; nothing when the call is not of that form (it then stays as it
/// is).
struct OverLambda {
  std::vector<Nodes> others{};
  Lambda lambda{};
};
std::optional<OverLambda> over_lambda(CallSite& site, std::size_t others, std::size_t parameters) {
  // Lambdas hold commas only in their parameter group, so splitting is safe.
  std::size_t commas = 0;
  for (const Node& node : site.inside) commas += is_symbol(node, ",");
  if (commas != others) return std::nullopt;
  std::size_t last = site.inside.size();
  while (last > 0 && !is_symbol(site.inside[last - 1], ",")) --last;
  const NodesView tail = NodesView(site.inside).subspan(last);
  if (tail.size() < 3 || !is_symbol(tail[1], "->")) return std::nullopt;
  const std::size_t given =
      is_group(tail[0], '(') ? split_at(tail[0].children, ",").size() : std::size_t{1};
  if (given != parameters) return std::nullopt;
  OverLambda found;
  found.others = arguments_of(site);
  auto lambda = as_lambda(found.others.back());
  if (!lambda) return std::nullopt;
  found.lambda = std::move(*lambda);
  found.others.pop_back();
  return found;
}

/// `f(a, x -> …)` → `list_f(a, lambda x: …)`.
template <const char* name>
Replacement list_rule(CallSite& site) {
  auto found = over_lambda(site, 1, 1);
  if (!found) return std::optional<Nodes>();
  return std::optional(
      call(name, site.at,
           {std::move(found->others[0]), write_lambda(std::move(found->lambda), site.at)}));
}
constexpr char kTransform[] = "list_transform";
constexpr char kFilter[] = "list_filter";

/// True, unknown and false as 2, 1 and 0: OR is the greatest of them, AND the least. The array
/// subscript turns the number into a boolean again.
Replacement match_rule(CallSite& site) {
  auto found = over_lambda(site, 1, 1);
  if (!found) return std::optional<Nodes>();
  found->lambda.body =
      expand("coalesce(2 * CAST(($1) AS integer), 1)", site.at, {std::move(found->lambda.body)});
  const bool all = site.name == "all_match";
  const bool none = site.name == "none_match";
  return std::optional(expand(
      fmt::format("([{}, NULL, {}])[1 + list_{}(list_transform($1, $2) || [{}])]",
                  none ? "true" : "false", none ? "false" : "true", all ? "min" : "max",
                  all ? 2 : 0),
      site.at, {std::move(found->others[0]), write_lambda(std::move(found->lambda), site.at)}));
}

Replacement zip_with_rule(CallSite& site) {
  auto found = over_lambda(site, 2, 2);
  if (!found) return std::optional<Nodes>();
  return std::optional(expand("list_transform(list_zip($1, $2), $3)", site.at,
                              {std::move(found->others[0]), std::move(found->others[1]),
                               join_parameters(std::move(found->lambda), site.at, "[1]", "[2]")}));
}

Replacement map_lambda_rule(CallSite& site) {
  auto found = over_lambda(site, 1, 2);
  if (!found) return std::optional<Nodes>();
  const std::string element = fmt::format("element_{}", site.at);
  if (site.name == "transform_values")
    found->lambda.body = expand(fmt::format("{{'key': {}.key, 'value': $1}}", element), site.at,
                                {std::move(found->lambda.body)});
  if (site.name == "transform_keys")
    found->lambda.body = expand(fmt::format("{{'key': $1, 'value': {}.value}}", element), site.at,
                                {std::move(found->lambda.body)});
  return std::optional(
      expand(site.name == "map_filter" ? "map_from_entries(list_filter(map_entries($1), $2))"
                                       : "map_from_entries(list_transform(map_entries($1), $2))",
             site.at,
             {std::move(found->others[0]),
              join_parameters(std::move(found->lambda), site.at, ".key", ".value")}));
}

/// reduce(a, start, (state, x) -> …, state -> …)
Replacement reduce_rule(CallSite& site) {
  auto parts = split_at(site.inside, ",");
  if (parts.size() != 4 || !is_lambda(parts[2]) || !is_lambda(parts[3]))
    return std::optional<Nodes>();
  auto step = as_lambda(parts[2]);
  auto finish = as_lambda(parts[3]);
  if (!step || !finish || step->parameters.size() != 2 || finish->parameters.size() != 1)
    return std::optional<Nodes>();
  const bool identity =
      finish->body.size() == 1 && name_of(finish->body[0]) == name_of(finish->parameters[0]);
  // list_reduce wants state and elements of one type, so both travel in a struct. The start is
  // written twice, hence its bound.
  if (count_nodes(parts[1]) > kMostStartNodes)
    return unsupported(site.at, "reduce with so long a start value");
  const std::string state = fmt::format("state_{}", site.at),
                    next = fmt::format("next_{}", site.at);
  replace_name(step->body, name_of(step->parameters[0]), expand(state + ".s", site.at, {}));
  replace_name(step->body, name_of(step->parameters[1]), expand(next + ".x", site.at, {}));
  Nodes reduced = expand(
      fmt::format(
          "(list_reduce(list_transform($1, lambda {1}: {{'s': $2, 'x': {1}}}), lambda {0}, {1}: "
          "{{'s': $3, 'x': {1}.x}}, {{'s': $2, 'x': NULL}})).s",
          state, next),
      site.at, {std::move(parts[0]), std::move(parts[1]), std::move(step->body)});
  if (identity) return std::optional(std::move(reduced));
  return std::optional(expand("(list_transform([$1], $2))[1]", site.at,
                              {std::move(reduced), write_lambda(std::move(*finish), site.at)}));
}

Replacement find_first_rule(CallSite& site) {
  auto found = over_lambda(site, 1, 1);
  if (!found) return std::optional<Nodes>();
  return std::optional(expand(
      site.name == "find_first" ? "(list_filter($1, $2))[1]"
                                : "list_position(list_transform($1, $2), true)",
      site.at, {std::move(found->others[0]), write_lambda(std::move(found->lambda), site.at)}));
}

Replacement array_sort_rule(CallSite& site) {
  const bool comparator = std::any_of(site.inside.begin(), site.inside.end(),
                                      [](const Node& n) { return is_symbol(n, "->"); });
  if (!comparator) return std::optional<Nodes>();
  return unsupported(site.at,
                     "array_sort with a comparison of your own: only array_sort(array) runs here; "
                     "unnest the array and use ORDER BY");
}

/// contains(network, address) beside contains(array, element): told apart by what the text shows.
Replacement contains_rule(CallSite& site) {
  const auto comma = std::find_if(site.inside.begin(), site.inside.end(),
                                  [](const Node& n) { return is_symbol(n, ","); });
  if (comma == site.inside.end()) return std::optional<Nodes>();
  const Kind first = kind_of(NodesView(site.inside.begin(), comma));
  const Kind second = kind_of(NodesView(comma + 1, site.inside.end()));
  if (first != Kind::text && second != Kind::address) return std::optional<Nodes>();
  return std::optional(call("trino_contains_address", site.at, arguments_of(site)));
}

/// sequence of dates; DuckDB's gives timestamps and wants the step.
Replacement sequence_rule(CallSite& site) {
  const auto comma = std::find_if(site.inside.begin(), site.inside.end(),
                                  [](const Node& n) { return is_symbol(n, ","); });
  if (kind_of(NodesView(site.inside.begin(), comma)) != Kind::date) return std::optional<Nodes>();
  auto parts = split_at(std::move(site.inside), ",");
  if (parts.size() == 2) parts.push_back(expand("INTERVAL 1 day", site.at, {}));
  if (parts.size() != 3)
    return invalid_argument("sql.syntax", "sequence takes two or three arguments");
  return std::optional(
      expand("CAST(generate_series(CAST($1 AS timestamp), CAST($2 AS timestamp), $3) AS date[])",
             site.at, std::move(parts)));
}

/// reverse of an array beside reverse of text.
Replacement reverse_rule(CallSite& site) {
  if (kind_of(site.inside) != Kind::array) return std::optional<Nodes>();
  return std::optional(call("list_reverse", site.at, arguments_of(site)));
}

}  // namespace

std::vector<NamedRule> array_rules() {
  return {{"sequence", sequence_rule},
          {"reverse", reverse_rule},
          {"transform", list_rule<kTransform>},
          {"filter", list_rule<kFilter>},
          {"any_match", match_rule},
          {"all_match", match_rule},
          {"none_match", match_rule},
          {"zip_with", zip_with_rule},
          {"map_filter", map_lambda_rule},
          {"transform_values", map_lambda_rule},
          {"transform_keys", map_lambda_rule},
          {"reduce", reduce_rule},
          {"find_first", find_first_rule},
          {"find_first_index", find_first_rule},
          {"array_sort", array_sort_rule},
          {"contains", contains_rule}};
}

}  // namespace backtrail::store::trino
