#include <fmt/format.h>

#include "base/text.h"
#include "sigma/detail/detection.h"
#include "sigma/detail/modifiers.h"
#include "sigma/detail/regex.h"

namespace backtrail::sigma::detail {
namespace {

struct ParsedKey {
  std::string field{};  // empty: keywords
  std::vector<std::pair<Modifier, std::string>> modifiers{};
  [[nodiscard]] bool has(Modifier m) const {
    for (const auto& entry : modifiers)
      if (entry.first == m) return true;
    return false;
  }
};

bool parse_key(const Yaml& key, ParsedKey& out, const ReadContext& context) {
  Issues& issues = context.issues;
  const std::vector<std::string_view> parts = split(key.text, '|');
  out.field = parts[0] == "." ? std::string() : std::string(parts[0]);
  if (out.field.size() > 1024)
    return issues.fail(key.place, "sigma.field", "a field name longer than 1,024 bytes");
  if (context.selectors && out.field.find('[') != std::string::npos)
    return issues.fail(key.place, "sigma.array_selector",
                       fmt::format("\"{}\": array selectors of Sigma 3 are not supported; without "
                                   "one, any member of the array may match",
                                   out.field));
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const auto modifier = modifier_named(parts[i]);
    if (!modifier)
      return issues.fail(
          key.place, "sigma.unknown_modifier",
          fmt::format("unknown modifier \"{}\" of field \"{}\"{}; known: {}", parts[i], out.field,
                      suggestion(parts[i], modifier_names()), join(modifier_names(), ", ")));
    if (*modifier == Modifier::exists && i + 1 < parts.size())
      return issues.fail(key.place, "sigma.modifier_order",
                         "modifier \"exists\" must be the last one");
    out.modifiers.emplace_back(*modifier, std::string(parts[i]));
  }
  return true;
}

bool read_value(const Yaml& v, bool keyword, ItemValue& out, Issues& issues) {
  out.place = v.place;
  out.kind = yaml_kind(v);
  if (v.is_map() || v.is_sequence())
    return issues.fail(v.place, "sigma.value",
                       fmt::format("expected text, a number, a boolean or null, got {}", out.kind));
  if (v.is_null()) {
    if (keyword)
      return issues.fail(v.place, "sigma.value", "a keyword cannot be null: it needs text");
    out.value = NullPattern{};
  } else if (const auto b = yaml_bool(v)) {
    out.value = *b;
  } else if (auto number = yaml_number(v)) {
    out.value = std::move(*number);
  } else {
    out.value = TextValue::parse(v.text);
  }
  return true;
}

std::string show(const Yaml& v) {
  if (v.is_null()) return "null";
  return v.plain ? v.text : "'" + v.text + "'";
}

std::string label_of(const Yaml& key, const std::vector<const Yaml*>& values) {
  std::string out = key.text.empty() ? "" : key.text + ": ";
  constexpr std::size_t kShown = 4;
  for (std::size_t i = 0; i < values.size() && i < kShown; ++i)
    out += (i == 0 ? "" : ", ") + truncate_utf8(show(*values[i]), 120);
  if (values.size() > kShown) out += fmt::format(", … ({} values)", values.size());
  return out;
}

void lint(const Yaml& key, const ParsedKey& parsed, const std::vector<const Yaml*>& values,
          Issues& issues) {
  if (parsed.has(Modifier::all) && values.size() < 2)
    issues.warn(key.place, "sigma.all_single_value",
                fmt::format("\"{}\": `all` changes nothing for a single value", key.text));
  const bool encoded =
      parsed.has(Modifier::wide) || parsed.has(Modifier::utf16) || parsed.has(Modifier::utf16be);
  if (encoded && !parsed.has(Modifier::base64) && !parsed.has(Modifier::base64offset))
    issues.warn(key.place, "sigma.encoding_without_base64",
                fmt::format("\"{}\": UTF-16 bytes occur in log text only inside base64", key.text));
  for (const Yaml* v : values) {
    static const std::set<std::string_view> kOldBooleans = {
        "yes", "no", "on", "off", "Yes", "No", "On", "Off", "YES", "NO", "ON", "OFF"};
    if (v->is_scalar() && v->plain && kOldBooleans.contains(v->text))
      issues.warn(v->place, "sigma.ambiguous_boolean",
                  fmt::format("{} is read as text (YAML 1.2), other tools read a boolean; quote it "
                              "or write true or false",
                              v->text));
  }
}

}  // namespace

std::optional<Node> read_item(const Yaml& key, const Yaml& value, ReadContext& context) {
  ParsedKey parsed;
  if (!parse_key(key, parsed, context)) return std::nullopt;
  const bool keyword = parsed.field.empty();

  std::vector<const Yaml*> values;
  if (value.is_sequence()) {
    for (const Yaml& v : value.items) values.push_back(&v);
  } else {
    values.push_back(&value);
  }
  static const Yaml kNull{};
  if (values.empty()) {
    if (keyword) {
      context.issues.fail(value.place, "sigma.value", "a list of keywords must not be empty");
      return std::nullopt;
    }
    context.issues.warn(value.place, "sigma.empty_list",
                        fmt::format("the empty list of \"{}\" means: the field is absent or null; "
                                    "write null when that is meant",
                                    key.text));
    values.push_back(&kNull);
  }
  lint(key, parsed, values, context.issues);
  if (parsed.has(Modifier::exists) && values.size() > 1) {
    context.issues.fail(value.place, "sigma.modifier_type",
                        "modifier \"exists\" takes one value, true or false");
    return std::nullopt;
  }

  ModifierContext modifiers{
      .issues = context.issues, .options = context.options, .keyword = keyword};
  std::vector<Variants> groups;
  for (const Yaml* v : values) {
    Variants variants(1);
    if (!read_value(*v, keyword, variants[0], context.issues)) return std::nullopt;
    for (const auto& [modifier, name] : parsed.modifiers)
      if (!apply_modifier(modifier, name, variants, modifiers)) return std::nullopt;
    context.patterns += variants.size();
    if (context.patterns > kMaxPatterns) {
      context.issues.fail(v->place, "sigma.too_many_variants",
                          fmt::format("the document's values and modifiers make more than {} "
                                      "patterns; split it",
                                      with_thousands(kMaxPatterns)));
      return std::nullopt;
    }
    groups.push_back(std::move(variants));
  }

  std::vector<std::vector<Pattern>> patterns;
  for (const Variants& group : groups) {
    std::vector<Pattern>& out = patterns.emplace_back();
    for (const ItemValue& v : group) {
      Pattern p = to_pattern(v, modifiers.cased, keyword);
      if (auto* regex = std::get_if<RegexPattern>(&p)) {
        auto checked = check_regex(std::move(*regex));
        if (!checked) {
          context.issues.fail(v.place, checked.error().id, checked.error().message);
          return std::nullopt;
        }
        p = std::move(*checked);
      }
      if (const auto* ref = std::get_if<FieldRefPattern>(&p)) context.fields.insert(ref->field);
      out.push_back(std::move(p));
    }
  }
  if (!keyword) context.fields.insert(parsed.field);

  const auto test_node = [&](std::vector<Pattern> any, std::string label) {
    return Node{.kind = Node::Kind::test,
                .test = context.tests.intern({.field = parsed.field, .any = std::move(any)}),
                .label = std::move(label),
                .place = key.place};
  };
  Node node;
  if (parsed.has(Modifier::all) && patterns.size() > 1) {
    node = {.kind = Node::Kind::all_of, .label = label_of(key, values), .place = key.place};
    for (std::size_t i = 0; i < patterns.size(); ++i)
      node.children.push_back(test_node(std::move(patterns[i]), label_of(key, {values[i]})));
  } else {
    std::vector<Pattern> any;
    for (std::vector<Pattern>& group : patterns)
      for (Pattern& p : group) any.push_back(std::move(p));
    node = test_node(std::move(any), label_of(key, values));
  }
  if (parsed.has(Modifier::neq)) {
    Node negated{.kind = Node::Kind::not_, .label = node.label, .place = key.place};
    negated.children.push_back(std::move(node));
    return negated;
  }
  return node;
}

}  // namespace backtrail::sigma::detail
