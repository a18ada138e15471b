#include "base/text.h"

#include <algorithm>
#include <array>

#include "store/trino/rules/rules.h"

namespace backtrail::store::trino {
namespace {

std::size_t count_arguments(const CallSite& site) {
  std::size_t n = site.inside.empty() ? 0 : 1;
  for (const Node& node : site.inside) n += is_symbol(node, ",");
  return n;
}

Replacement if_rule(CallSite& site) {
  auto parts = split_at(std::move(site.inside), ",");
  if (parts.size() == 2)
    return std::optional(expand("CASE WHEN $1 THEN $2 END", site.at, std::move(parts)));
  if (parts.size() == 3)
    return std::optional(expand("CASE WHEN $1 THEN $2 ELSE $3 END", site.at, std::move(parts)));
  return invalid_argument("sql.syntax", "if takes two or three arguments");
}

/// concat_ws(separator, array)
Replacement concat_ws_rule(CallSite& site) {
  if (count_arguments(site) != 2) return std::optional<Nodes>();
  const auto comma = std::find_if(site.inside.begin(), site.inside.end(),
                                  [](const Node& n) { return is_symbol(n, ","); });
  const Kind kind = kind_of(NodesView(comma + 1, site.inside.end()));
  if (kind == Kind::text) return std::optional<Nodes>();
  if (kind != Kind::array)
    return std::optional(call("trino_concat_ws", site.at, split_at(std::move(site.inside), ",")));
  auto parts = split_at(std::move(site.inside), ",");
  return std::optional(expand("array_to_string($2, $1)", site.at, std::move(parts)));
}

/// concat of arrays, and of more parts than the macro knows.
Replacement concat_rule(CallSite& site) {
  const auto comma = std::find_if(site.inside.begin(), site.inside.end(),
                                  [](const Node& n) { return is_symbol(n, ","); });
  const bool arrays = kind_of(NodesView(site.inside.begin(), comma)) == Kind::array;
  if (!arrays && count_arguments(site) <= 8) return std::optional<Nodes>();
  auto parts = split_at(std::move(site.inside), ",");
  if (arrays) {
    for (Nodes& part : parts) {
      const Kind kind = kind_of(part);
      if (kind != Kind::array && kind != Kind::unknown && kind != Kind::null)
        part = expand("[$1]", site.at, {std::move(part)});
    }
    return std::optional(call("list_concat", site.at, std::move(parts)));
  }
  Node group{.kind = TokenKind::group, .text = "(", .at = site.at, .end = site.at};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) group.children.push_back({.kind = TokenKind::symbol, .text = "||", .at = site.at});
    append(group.children, expand("($1)", site.at, {std::move(parts[i])}));
  }
  Nodes out;
  out.push_back(std::move(group));
  return std::optional(std::move(out));
}

/// More arguments than the macros know.
Replacement extreme_rule(CallSite& site) {
  if (count_arguments(site) <= 4) return std::optional<Nodes>();
  return std::optional(expand(site.name == "greatest" ? "array_max([$1])" : "array_min([$1])",
                              site.at, {std::move(site.inside)}));
}

/// Clauses of the SQL/JSON functions (RETURNING …, NULL ON ERROR, …) give what happens anyway.
Replacement json_path_rule(CallSite& site) {
  static constexpr std::array<std::string_view, 10> kClauses = {
      "returning", "null", "error", "empty", "default", "with", "without", "keep", "omit", "true"};
  std::size_t commas = 0, end = 0;
  for (; end < site.inside.size(); ++end) {
    commas += is_symbol(site.inside[end], ",");
    const bool clause =
        commas > 0 && std::any_of(kClauses.begin(), kClauses.end(),
                                  [&](std::string_view w) { return is_word(site.inside[end], w); });
    if (clause) break;
  }
  if (end == site.inside.size()) return std::optional<Nodes>();
  Nodes type;
  if (is_word(site.inside[end], "returning") && end + 1 < site.inside.size()) {
    type = take_range(site.inside, end + 1, std::min(end + 2, site.inside.size()));
    if (end + 2 < site.inside.size() && is_group(site.inside[end + 2], '('))
      type.push_back(std::move(site.inside[end + 2]));
  }
  site.inside.resize(end);
  Nodes made = call(layer_name(site.name), site.at, split_at(std::move(site.inside), ","));
  if (type.empty()) return std::optional(std::move(made));
  return std::optional(
      expand("CAST($1 AS $2)", site.at, {std::move(made), rewrite_type(std::move(type))}));
}

}  // namespace

std::vector<NamedRule> text_rules() {
  return {{"if", if_rule},
          {"concat", concat_rule},
          {"concat_ws", concat_ws_rule},
          {"greatest", extreme_rule},
          {"least", extreme_rule},
          {"json_value", json_path_rule},
          {"json_query", json_path_rule},
          {"json_exists", json_path_rule}};
}

namespace {

void append_code_point(std::string& out, std::uint32_t c) {
  const auto byte = [&](std::uint32_t b) { out += static_cast<char>(b); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xc0 | c >> 6);
    byte(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    byte(0xe0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3f));
    byte(0x80 | (c & 0x3f));
  } else {
    byte(0xf0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3f));
    byte(0x80 | (c >> 6 & 0x3f));
    byte(0x80 | (c & 0x3f));
  }
}

/// `\00e9` and `\+01F600`; other text stays.
std::string undo_unicode_escapes(std::string_view text, char escape) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != escape) {
      out += text[i];
      continue;
    }
    if (text.substr(i + 1).starts_with(escape)) {
      out += text[++i];
      continue;
    }
    const bool longer = text.substr(i + 1).starts_with('+');
    const std::size_t digits = longer ? 6 : 4;
    const auto hex = text.substr(std::min(i + (longer ? 2 : 1), text.size()), digits);
    std::uint32_t code = 0;
    bool ok = hex.size() == digits;
    for (const char c : hex) {
      const bool digit = c >= '0' && c <= '9';
      const char lower = static_cast<char>(c | 0x20);
      ok = ok && (digit || (lower >= 'a' && lower <= 'f'));
      code = code << 4 | static_cast<std::uint32_t>(digit ? c - '0' : lower - 'a' + 10);
    }
    if (!ok || code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
      out += text[i];
      continue;
    }
    append_code_point(out, code);
    i += digits + (longer ? 1 : 0);
  }
  return out;
}

/// `'2023-07-10 11:42:31 +02:00'` as DuckDB reads it; nothing when there is no zone.
std::optional<std::string> moment_literal(std::string text) {
  const auto clock = text.find(':');
  if (clock == std::string::npos) return std::nullopt;
  const auto zone = text.find_first_not_of("0123456789:. '", clock);
  if (zone == std::string::npos) return std::nullopt;
  if (text[zone] == '+' || text[zone] == '-')
    text.erase(text.find_last_not_of(' ', zone - 1) + 1,
               zone - 1 - text.find_last_not_of(' ', zone - 1));
  return text;
}

}  // namespace

void rewrite_literals(Nodes& nodes) {
  Nodes out;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const bool touches_string =
        i + 1 < nodes.size() && nodes[i + 1].kind == TokenKind::string && nodes[i + 1].gap == 0;
    if (touches_string && is_word(nodes[i], "x")) {
      Nodes made = call("from_hex", nodes[i].at, {{nodes[i + 1]}});
      made.front().gap = nodes[i].gap;
      append(out, std::move(made));
      ++i;
      continue;
    }
    // DECIMAL '1.50' has the scale that is written, as the plain number.
    if (is_word(nodes[i], "decimal") && i + 1 < nodes.size() &&
        nodes[i + 1].kind == TokenKind::string)
      if (const std::string digits = text_of(nodes[i + 1]);
          !digits.empty() && digits.find_first_not_of("0123456789.") == std::string::npos &&
          digits != ".") {
        out.push_back(
            {.kind = TokenKind::number, .text = digits, .at = nodes[i].at, .gap = nodes[i].gap});
        ++i;
        continue;
      }
    // TIMESTAMP '… UTC' is a moment; DuckDB has another name for that type.
    if (is_word(nodes[i], "timestamp") && i + 1 < nodes.size() &&
        nodes[i + 1].kind == TokenKind::string)
      if (auto moment = moment_literal(nodes[i + 1].text)) {
        nodes[i].text = "TIMESTAMPTZ";
        nodes[i + 1].text = std::move(*moment);
      }
    const bool unicode = i + 2 < nodes.size() && is_word(nodes[i], "u") &&
                         is_symbol(nodes[i + 1], "&") && nodes[i + 2].kind == TokenKind::string &&
                         nodes[i + 1].gap == 0 && nodes[i + 2].gap == 0;
    if (!unicode) {
      out.push_back(std::move(nodes[i]));
      continue;
    }
    char escape = '\\';
    Node literal = std::move(nodes[i + 2]);
    literal.gap = nodes[i].gap;
    i += 2;
    if (i + 2 < nodes.size() && is_word(nodes[i + 1], "uescape") && nodes[i + 2].text.size() == 3) {
      escape = nodes[i + 2].text[1];
      i += 2;
    }
    literal.text = quote_text(undo_unicode_escapes(text_of(literal), escape));
    out.push_back(std::move(literal));
  }
  nodes = std::move(out);
}

}  // namespace backtrail::store::trino
