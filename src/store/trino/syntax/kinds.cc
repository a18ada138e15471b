#include "store/trino/syntax/kinds.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "base/text.h"

namespace backtrail::store::trino {
namespace {

using Names = std::map<std::string_view, Kind>;

const Names& type_names() {
  static const Names names = {{"varchar", Kind::text},
                              {"char", Kind::text},
                              {"string", Kind::text},
                              {"tinyint", Kind::whole},
                              {"smallint", Kind::whole},
                              {"integer", Kind::whole},
                              {"int", Kind::whole},
                              {"bigint", Kind::whole},
                              {"decimal", Kind::decimal},
                              {"numeric", Kind::decimal},
                              {"double", Kind::real},
                              {"real", Kind::real},
                              {"float", Kind::real},
                              {"boolean", Kind::boolean},
                              {"date", Kind::date},
                              {"timestamp", Kind::timestamp},
                              {"timestamptz", Kind::instant},
                              {"interval", Kind::interval},
                              {"array", Kind::array},
                              {"map", Kind::map},
                              {"row", Kind::row},
                              {"struct", Kind::row},
                              {"json", Kind::json},
                              {"ipaddress", Kind::address},
                              {"varbinary", Kind::bytes},
                              {"blob", Kind::bytes}};
  return names;
}

/// Results of functions, Trino's names and those that rules write.
const Names& call_results() {
  static const Names names = [] {
    Names made;
    const auto put = [&](Kind kind, std::initializer_list<std::string_view> list) {
      for (const auto name : list) made.emplace(name, kind);
    };
    put(Kind::text, {"lower",
                     "upper",
                     "concat",
                     "substr",
                     "substring",
                     "trim",
                     "ltrim",
                     "rtrim",
                     "replace",
                     "regexp_replace",
                     "regexp_extract",
                     "json_extract_scalar",
                     "json_format",
                     "json_value",
                     "date_format",
                     "format_datetime",
                     "to_iso8601",
                     "split_part",
                     "array_join",
                     "typeof",
                     "url_decode",
                     "url_encode",
                     "url_extract_host",
                     "url_extract_path",
                     "from_utf8",
                     "to_hex",
                     "to_base64",
                     "format",
                     "reverse",
                     "lpad",
                     "rpad",
                     "concat_ws",
                     "array_to_string",
                     "listagg",
                     "trino_text",
                     "trino_cut",
                     "printf",
                     "chr"});
    put(Kind::whole,
        {"length",      "strpos",       "position",    "cardinality", "json_array_length",
         "json_size",   "date_diff",    "day",         "hour",        "minute",
         "second",      "month",        "year",        "week",        "quarter",
         "day_of_week", "day_of_month", "day_of_year", "count",       "count_if",
         "row_number",  "rank",         "dense_rank",  "codepoint",   "len",
         "from_base",   "crc32",        "isodow"});
    put(Kind::real,
        {"to_unixtime", "avg",      "sqrt", "exp",          "ln",     "log",      "log2",
         "log10",       "random",   "rand", "trino_divide", "stddev", "variance", "pi",
         "e",           "infinity", "nan",  "cbrt",         "power",  "pow"});
    put(Kind::boolean, {"contains", "regexp_like", "starts_with", "json_array_contains",
                        "is_in_cidr", "any_match", "all_match", "none_match", "bool_or", "bool_and",
                        "every", "arrays_overlap", "is_json_scalar", "json_exists"});
    put(Kind::date, {"date", "from_iso8601_date", "last_day_of_month", "last_day"});
    put(Kind::timestamp, {"date_parse", "timezone", "localtimestamp"});
    put(Kind::instant, {"now", "from_unixtime", "from_iso8601_timestamp", "parse_datetime",
                        "to_timestamp", "at_timezone", "with_timezone"});
    put(Kind::array, {"split",           "array_agg",    "array_distinct",
                      "array_sort",      "array_except", "array_union",
                      "array_intersect", "array_remove", "filter",
                      "transform",       "flatten",      "sequence",
                      "slice",           "map_keys",     "map_values",
                      "map_entries",     "regexp_split", "regexp_extract_all",
                      "list_transform",  "list_filter",  "list_append",
                      "list_prepend",    "list_concat",  "list",
                      "repeat",          "list_zip",     "zip",
                      "zip_with",        "set_agg",      "generate_series"});
    put(Kind::map, {"map", "map_agg", "map_from_entries", "map_concat", "map_filter", "histogram",
                    "split_to_map", "trino_map_of", "trino_multimap_of", "transform_values",
                    "transform_keys"});
    put(Kind::json, {"json_parse", "json_extract", "json_array_get", "to_json"});
    put(Kind::bytes, {"to_utf8", "from_base64", "from_hex", "md5", "sha1", "sha256", "sha512"});
    put(Kind::row, {"row"});
    put(Kind::interval, {"to_days"});
    return made;
  }();
  return names;
}

Kind look_up(const Names& names, std::string_view name) {
  const auto found = names.find(name);
  return found == names.end() ? Kind::unknown : found->second;
}

Kind kind_of_call(const CallView& call) {
  const auto& inside = call.arguments->children;
  if (call.name == "cast" || call.name == "try_cast") {
    for (std::size_t i = inside.size(); i-- > 0;)
      if (is_word(inside[i], "as")) return kind_of_type(NodesView(inside).subspan(i + 1));
    return Kind::unknown;
  }
  // These give back what they are given.
  const bool second = call.name == "date_trunc", third = call.name == "date_add";
  if (second || third || call.name == "coalesce" || call.name == "try" || call.name == "min" ||
      call.name == "max" || call.name == "arbitrary" || call.name == "any_value") {
    const std::size_t wanted = third ? 2 : second ? 1 : 0;
    std::size_t index = 0, from = 0;
    for (std::size_t i = 0; i <= inside.size(); ++i) {
      if (i < inside.size() && !is_symbol(inside[i], ",")) continue;
      if (index++ == wanted) return kind_of(NodesView(inside).subspan(from, i - from));
      from = i + 1;
    }
    return Kind::unknown;
  }
  return look_up(call_results(), call.name);
}

std::string_view public_name(std::string_view name) {
  const bool layer = name.starts_with("trino_") && !call_results().contains(name);
  return layer ? name.substr(6) : name;
}

bool is_comparison(const Node& node) {
  if (node.kind == TokenKind::symbol)
    for (const auto s : {"=", "<", ">", "<=", ">=", "<>", "!="})
      if (node.text == s) return true;
  for (const auto w : {"and", "or", "not", "is", "like", "in", "between", "exists"})
    if (is_word(node, w)) return true;
  return false;
}

Kind kind_of_operand(NodesView e) {
  const Node& first = e.front();
  const Node& last = e.back();
  if (e.size() == 1) {
    switch (first.kind) {
      case TokenKind::string:
        return Kind::text;
      case TokenKind::number:
        return first.text.find_first_of("eE") != std::string::npos && !first.text.starts_with("0x")
                   ? Kind::real
               : first.text.find('.') != std::string::npos ? Kind::decimal
                                                           : Kind::whole;
      case TokenKind::group:
        return is_group(first, '[') ? Kind::array : kind_of(first.children);
      case TokenKind::word:
        if (is_word(first, "null")) return Kind::null;
        if (is_word(first, "true") || is_word(first, "false")) return Kind::boolean;
        if (is_word(first, "current_date")) return Kind::date;
        if (is_word(first, "current_timestamp")) return Kind::instant;
        if (is_word(first, "localtimestamp")) return Kind::timestamp;
        return first.alias;
      case TokenKind::quoted:
        return first.alias;
      default:
        return Kind::unknown;
    }
  }
  if (is_symbol(e[e.size() - 2], ".")) return last.alias;
  if (first.kind != TokenKind::word) return Kind::unknown;
  if (e.size() == 2 && last.kind == TokenKind::string) return kind_of_type(e.first(1));
  if (e.size() == 3 && is_word(first, "interval")) return Kind::interval;
  if (e.size() == 2 && is_group(last, '[') && is_word(first, "array")) return Kind::array;
  if (CallView call = as_call(e); call.arguments != nullptr) {
    call.name = std::string(public_name(call.name));
    return kind_of_call(call);
  }
  return Kind::unknown;
}

}  // namespace

Kind kind_of(NodesView e) {
  if (e.empty()) return Kind::unknown;
  bool joined = false, lambda = false;
  for (const Node& node : e) {
    if (is_word(node, "case") || is_word(node, "select")) return Kind::unknown;
    lambda = lambda || is_symbol(node, "->");
    joined = joined || is_symbol(node, "||");
  }
  if (lambda) return Kind::unknown;
  if (std::any_of(e.begin(), e.end(), is_comparison)) return Kind::boolean;
  if (joined) {
    const auto bar =
        std::find_if(e.begin(), e.end(), [](const Node& n) { return is_symbol(n, "||"); });
    const Kind left = kind_of(e.first(static_cast<std::size_t>(bar - e.begin())));
    return left == Kind::unknown ? Kind::text : left;
  }
  return kind_of_operand(e);
}

Kind kind_of_type(NodesView type) {
  if (type.empty() || type.front().kind != TokenKind::word) return Kind::unknown;
  if (is_group(type.back(), '[')) return Kind::array;
  const Kind kind = look_up(type_names(), to_lower_ascii(type.front().text));
  if (kind == Kind::timestamp)
    for (const Node& node : type)
      if (is_word(node, "with")) return Kind::instant;
  return kind;
}

CallView as_call(NodesView e) {
  while (e.size() == 1 && is_group(e.front(), '(')) e = e.front().children;
  if (e.size() != 2 || e[0].kind != TokenKind::word || !is_group(e[1], '(')) return {};
  return {to_lower_ascii(e[0].text), &e[1]};
}

std::size_t operand_begin(const Nodes& nodes, std::size_t end) {
  std::size_t at = end;
  if (at == 0) return end;
  if (is_word(nodes[at - 1], "end")) {
    int open = 0;
    while (at-- > 0) {
      if (is_word(nodes[at], "end")) ++open;
      if (is_word(nodes[at], "case") && --open == 0) return at;
    }
    return end;
  }
  // INTERVAL '7' day
  if (at >= 3 && nodes[at - 1].kind == TokenKind::word && nodes[at - 2].kind == TokenKind::string &&
      is_word(nodes[at - 3], "interval"))
    return at - 3;
  while (at > 0) {
    const Node& last = nodes[at - 1];
    if (is_group(last, '[')) {
      --at;
      if (at > 0 && (is_word(nodes[at - 1], "array"))) return at - 1;
      if (at == 0 || nodes[at - 1].kind == TokenKind::symbol) return at;  // a list literal
      continue;
    }
    if (last.kind == TokenKind::symbol) return end;
    --at;
    const bool call =
        is_group(last, '(') && at > 0 &&
        (nodes[at - 1].kind == TokenKind::word || nodes[at - 1].kind == TokenKind::quoted);
    if (call) {
      static constexpr std::array<std::string_view, 22> kNoFunction = {
          "and",  "or",     "not",  "in",   "select", "where",   "on",     "by",
          "when", "then",   "else", "case", "like",   "between", "having", "distinct",
          "from", "values", "as",   "is",   "all",    "any"};
      const bool keyword =
          std::any_of(kNoFunction.begin(), kNoFunction.end(),
                      [&](std::string_view w) { return is_word(nodes[at - 1], w); });
      if (!keyword) --at;
    }
    if (last.kind == TokenKind::string && at > 0 && nodes[at - 1].kind == TokenKind::word &&
        (kind_of_type(NodesView(nodes).subspan(at - 1, 1)) != Kind::unknown))
      return at - 1;
    if (at >= 2 && is_symbol(nodes[at - 1], ".")) {
      --at;
      continue;
    }
    return at;
  }
  return at;
}

std::size_t operand_end(const Nodes& nodes, std::size_t begin) {
  std::size_t at = begin;
  if (at >= nodes.size() || nodes[at].kind == TokenKind::symbol) return begin;
  const bool type = nodes[at].kind == TokenKind::word && at + 1 < nodes.size() &&
                    nodes[at + 1].kind == TokenKind::string;
  if (type) {
    const bool interval = is_word(nodes[at], "interval");
    at += 2;
    if (interval && at < nodes.size() && nodes[at].kind == TokenKind::word) ++at;
    return at;
  }
  ++at;
  while (at < nodes.size()) {
    if (nodes[at].kind == TokenKind::group)
      ++at;
    else if (is_symbol(nodes[at], ".") && at + 1 < nodes.size())
      at += 2;
    else
      break;
  }
  return at;
}

}  // namespace backtrail::store::trino
