#include "sigma/detail/modifiers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sigma/detail/encodings.h"
#include "sigma/detail/network.h"
#include "sigma/detail/regex.h"

namespace backtrail::sigma::detail {
namespace {

struct Name {
  std::string_view name;
  Modifier modifier;
};
constexpr std::array kNames = {
    Name{"all", Modifier::all},
    Name{"base64", Modifier::base64},
    Name{"base64offset", Modifier::base64offset},
    Name{"cased", Modifier::cased},
    Name{"cidr", Modifier::cidr},
    Name{"contains", Modifier::contains},
    Name{"day", Modifier::day},
    Name{"dotall", Modifier::dotall},
    Name{"endswith", Modifier::endswith},
    Name{"exists", Modifier::exists},
    Name{"expand", Modifier::expand},
    Name{"fieldref", Modifier::fieldref},
    Name{"gt", Modifier::gt},
    Name{"gte", Modifier::gte},
    Name{"hour", Modifier::hour},
    Name{"i", Modifier::ignore_case},
    Name{"ignorecase", Modifier::ignore_case},
    Name{"lt", Modifier::lt},
    Name{"lte", Modifier::lte},
    Name{"m", Modifier::multiline},
    Name{"minute", Modifier::minute},
    Name{"month", Modifier::month},
    Name{"multiline", Modifier::multiline},
    Name{"neq", Modifier::neq},
    Name{"re", Modifier::re},
    Name{"s", Modifier::dotall},
    Name{"startswith", Modifier::startswith},
    Name{"utf16", Modifier::utf16},
    Name{"utf16be", Modifier::utf16be},
    Name{"utf16le", Modifier::wide},
    Name{"week", Modifier::week},
    Name{"wide", Modifier::wide},
    Name{"windash", Modifier::windash},
    Name{"year", Modifier::year},
};

/// One modifier at work on one value; it may replace the value by several.
class Step {
 public:
  Step(Modifier modifier, std::string_view name, ModifierContext& context)
      : modifier_(modifier), name_(name), context_(context) {}

  /// Appends what `v` becomes to `out`.
  bool run(ItemValue v, Variants& out) {
    switch (modifier_) {
      case Modifier::all:
      case Modifier::neq:
      case Modifier::expand:
        break;
      case Modifier::cased:
        return cased(std::move(v), out);
      case Modifier::contains:
      case Modifier::startswith:
      case Modifier::endswith:
        return wildcards(std::move(v), out);
      case Modifier::exists:
        return exists(std::move(v), out);
      case Modifier::re:
        return re(std::move(v), out);
      case Modifier::ignore_case:
      case Modifier::multiline:
      case Modifier::dotall:
        return flag(std::move(v), out);
      case Modifier::windash:
        return windash(std::move(v), out);
      case Modifier::base64:
      case Modifier::base64offset:
        return base64_forms(std::move(v), out);
      case Modifier::wide:
        return utf16(std::move(v), Utf16::little, out);
      case Modifier::utf16be:
        return utf16(std::move(v), Utf16::big, out);
      case Modifier::utf16:
        return utf16(std::move(v), Utf16::marked, out);
      case Modifier::lt:
        return compare(std::move(v), CompareOp::lt, out);
      case Modifier::lte:
        return compare(std::move(v), CompareOp::lte, out);
      case Modifier::gt:
        return compare(std::move(v), CompareOp::gt, out);
      case Modifier::gte:
        return compare(std::move(v), CompareOp::gte, out);
      case Modifier::minute:
        return time_part(std::move(v), TimePart::minute, 0, 59, out);
      case Modifier::hour:
        return time_part(std::move(v), TimePart::hour, 0, 23, out);
      case Modifier::day:
        return time_part(std::move(v), TimePart::day, 1, 31, out);
      case Modifier::week:
        return time_part(std::move(v), TimePart::week, 1, 53, out);
      case Modifier::month:
        return time_part(std::move(v), TimePart::month, 1, 12, out);
      case Modifier::year:
        return time_part(std::move(v), TimePart::year, 1, 9999, out);
      case Modifier::cidr:
        return cidr(std::move(v), out);
      case Modifier::fieldref:
        return fieldref(std::move(v), out);
    }
    out.push_back(std::move(v));
    return true;
  }

 private:
  bool fail(const ItemValue& v, std::string_view id, std::string message) {
    return context_.issues.fail(v.place, id, std::move(message));
  }
  bool wrong_type(const ItemValue& v, std::string_view expected) {
    std::string_view got = v.kind;
    if (std::holds_alternative<RegexPattern>(v.value)) got = "a regular expression";
    if (std::holds_alternative<CidrPattern>(v.value)) got = "a network";
    if (std::holds_alternative<FieldRefPattern>(v.value)) got = "a field reference";
    if (std::holds_alternative<ComparePattern>(v.value)) got = "a comparison";
    if (std::holds_alternative<TimePartPattern>(v.value)) got = "a part of a time";
    return fail(v, "sigma.modifier_type",
                fmt::format("modifier \"{}\" takes {}, not {}", name_, expected, got));
  }
  /// Text that no modifier has touched, for modifiers that read it raw.
  const std::string* raw_text(const ItemValue& v, std::string_view expected) {
    const auto* text = std::get_if<TextValue>(&v.value);
    if (text == nullptr) {
      wrong_type(v, expected);
      return nullptr;
    }
    if (text->changed()) {
      fail(v, "sigma.modifier_order",
           fmt::format("modifier \"{}\" must come first: the one before it has changed the text "
                       "already (modifiers apply from left to right)",
                       name_));
      return nullptr;
    }
    return &text->source();
  }
  bool needs_field(const ItemValue& v) {
    if (!context_.keyword) return true;
    return fail(v, "sigma.modifier_type",
                fmt::format("modifier \"{}\" needs a field; keywords are searched in the whole "
                            "record",
                            name_));
  }

  bool cased(ItemValue v, Variants& out) {
    if (!std::holds_alternative<TextValue>(v.value) &&
        !std::holds_alternative<RegexPattern>(v.value) &&
        !std::holds_alternative<FieldRefPattern>(v.value))
      return wrong_type(v, "text");
    context_.cased = true;
    out.push_back(std::move(v));
    return true;
  }

  bool wildcards(ItemValue v, Variants& out) {
    const bool start = modifier_ != Modifier::startswith;
    const bool end = modifier_ != Modifier::endswith;
    if (modifier_ != Modifier::contains && !needs_field(v)) return false;
    if (auto* text = std::get_if<TextValue>(&v.value)) {
      if (start) text->open_start();
      if (end) text->open_end();
    } else if (auto* ref = std::get_if<FieldRefPattern>(&v.value)) {
      const bool open_start =
          start || ref->shape == TextShape::suffix || ref->shape == TextShape::contains;
      const bool open_end =
          end || ref->shape == TextShape::prefix || ref->shape == TextShape::contains;
      ref->shape = open_start && open_end ? TextShape::contains
                   : open_start           ? TextShape::suffix
                                          : TextShape::prefix;
    } else if (!std::holds_alternative<RegexPattern>(
                   v.value)) {  // a search matches anywhere anyway
      return wrong_type(v, "text (quote the value)");
    }
    out.push_back(std::move(v));
    return true;
  }

  bool exists(ItemValue v, Variants& out) {
    if (!needs_field(v)) return false;
    const auto* wanted = std::get_if<bool>(&v.value);
    if (wanted == nullptr) return wrong_type(v, "true or false");
    v.value = ExistsPattern{.expected = *wanted};
    out.push_back(std::move(v));
    return true;
  }

  bool re(ItemValue v, Variants& out) {
    const std::string* source = raw_text(v, "text (quote the expression)");
    if (source == nullptr) return false;
    v.value = RegexPattern{.source = std::string(*source)};
    out.push_back(std::move(v));
    return true;
  }

  bool flag(ItemValue v, Variants& out) {
    auto* regex = std::get_if<RegexPattern>(&v.value);
    if (regex == nullptr)
      return fail(v, "sigma.modifier_order",
                  fmt::format("modifier \"{}\" is a flag of \"re\" and stands behind it", name_));
    (modifier_ == Modifier::ignore_case ? regex->ignore_case
     : modifier_ == Modifier::multiline ? regex->multiline
                                        : regex->dotall) = true;
    out.push_back(std::move(v));
    return true;
  }

  bool windash(ItemValue v, Variants& out) {
    const auto* text = std::get_if<TextValue>(&v.value);
    if (text == nullptr) return wrong_type(v, "text");
    std::vector<std::vector<GlobToken>> forms = {{}};
    const auto extend = [&](const auto& alternatives, auto&& add) {
      std::vector<std::vector<GlobToken>> next;
      for (const auto& form : forms)
        for (const auto& alternative : alternatives) add(next.emplace_back(form), alternative);
      forms = std::move(next);
    };
    const auto literal = [](std::vector<GlobToken>& form, std::string_view t) {
      form.push_back({.text = std::string(t)});
    };
    for (const GlobToken& token : text->tokens()) {
      if (token.kind != GlobToken::Kind::literal) {
        for (auto& form : forms) form.push_back(token);
        continue;
      }
      std::size_t from = 0;
      for (const std::size_t at : option_dashes(token.text)) {
        for (auto& form : forms)
          literal(form, std::string_view(token.text).substr(from, at - from));
        if (forms.size() * kDashes.size() > kMaxVariants) return too_many(v);
        extend(kDashes, literal);
        from = at + 1;
      }
      for (auto& form : forms) literal(form, std::string_view(token.text).substr(from));
    }
    for (auto& form : forms)
      out.push_back(
          {.place = v.place, .kind = v.kind, .value = text->with_tokens(std::move(form))});
    return true;
  }
  bool too_many(const ItemValue& v) {
    return fail(v, "sigma.too_many_variants",
                fmt::format("modifier \"{}\" makes more than {} variants of this value; shorten it",
                            name_, kMaxVariants));
  }

  /// The text for an encoding of bytes: no wildcards.
  const TextValue* bytes_of(const ItemValue& v) {
    const auto* text = std::get_if<TextValue>(&v.value);
    if (text == nullptr) {
      wrong_type(v, "text (quote the value)");
      return nullptr;
    }
    if (text->has_wildcards()) {
      fail(v, "sigma.base64_wildcard",
           fmt::format("modifier \"{}\" encodes bytes and cannot encode wildcards; put it before "
                       "contains, and write a literal * as \\*",
                       name_));
      return nullptr;
    }
    return text;
  }
  bool base64_forms(ItemValue v, Variants& out) {
    const TextValue* text = bytes_of(v);
    if (text == nullptr) return false;
    const auto add = [&](std::string encoded) {
      out.push_back({.place = v.place,
                     .kind = v.kind,
                     .value = text->with_tokens({{.text = std::move(encoded)}})});
    };
    if (modifier_ == Modifier::base64) {
      add(base64(text->plain()));
      return true;
    }
    if (text->plain().size() < 2)
      return fail(v, "sigma.base64_short",
                  "base64offset of less than two bytes has nothing that is sure to occur");
    for (std::string& form : base64_offsets(text->plain())) add(std::move(form));
    return true;
  }

  bool utf16(ItemValue v, Utf16 form, Variants& out) {
    const auto* text = std::get_if<TextValue>(&v.value);
    if (text == nullptr) return wrong_type(v, "text (quote the value)");
    std::vector<GlobToken> tokens = text->tokens();
    for (GlobToken& t : tokens) {
      if (t.kind != GlobToken::Kind::literal) continue;
      t.text = to_utf16(t.text, form);
      if (form == Utf16::marked) form = Utf16::little;  // one mark, at the start
    }
    v.value = text->with_tokens(std::move(tokens));
    out.push_back(std::move(v));
    return true;
  }

  bool compare(ItemValue v, CompareOp op, Variants& out) {
    if (!needs_field(v)) return false;
    if (auto* part = std::get_if<TimePartPattern>(&v.value)) {
      part->op = op;
    } else if (const auto* number = std::get_if<NumberPattern>(&v.value)) {
      v.value = ComparePattern{.op = op, .value = number->real, .text = std::string(number->text)};
    } else {
      return wrong_type(v, "a number without quotes");
    }
    out.push_back(std::move(v));
    return true;
  }

  bool time_part(ItemValue v, TimePart part, int low, int high, Variants& out) {
    if (!needs_field(v)) return false;
    if (std::holds_alternative<ComparePattern>(v.value))
      return fail(v, "sigma.modifier_order",
                  fmt::format("write the part of the time first: \"{}|gt\"", name_));
    const auto* number = std::get_if<NumberPattern>(&v.value);
    if (number == nullptr || !number->integer)
      return wrong_type(v, "a whole number without quotes");
    if (*number->integer < low || *number->integer > high)
      return fail(v, "sigma.value_range",
                  fmt::format("modifier \"{}\" takes {} to {}, not {}", name_, low, high,
                              *number->integer));
    v.value = TimePartPattern{.part = part, .value = static_cast<int>(*number->integer)};
    out.push_back(std::move(v));
    return true;
  }

  bool cidr(ItemValue v, Variants& out) {
    if (!needs_field(v)) return false;
    const std::string* text = raw_text(v, "text");
    if (text == nullptr) return false;
    auto network = parse_cidr(*text);
    if (!network) return fail(v, network.error().id, network.error().message);
    v.value = std::move(*network);
    out.push_back(std::move(v));
    return true;
  }

  bool fieldref(ItemValue v, Variants& out) {
    if (!needs_field(v)) return false;
    const std::string* text = raw_text(v, "the name of a field");
    if (text == nullptr) return false;
    if (text->empty()) return fail(v, "sigma.modifier_type", "fieldref needs the name of a field");
    v.value = FieldRefPattern{.field = std::string(*text)};
    out.push_back(std::move(v));
    return true;
  }

  Modifier modifier_;
  std::string_view name_;
  ModifierContext& context_;
};

}  // namespace

std::optional<Modifier> modifier_named(std::string_view name) {
  const auto it = std::lower_bound(kNames.begin(), kNames.end(), name,
                                   [](const Name& n, std::string_view s) { return n.name < s; });
  if (it == kNames.end() || it->name != name) return std::nullopt;
  return it->modifier;
}

const std::vector<std::string>& modifier_names() {
  static const std::vector<std::string> kAll = [] {
    std::vector<std::string> out;
    for (const Name& n : kNames) out.emplace_back(n.name);
    return out;
  }();
  return kAll;
}

bool apply_modifier(Modifier modifier, std::string_view name, Variants& variants,
                    ModifierContext& context) {
  if (modifier == Modifier::expand) return expand_placeholders(variants, context);
  Step step(modifier, name, context);
  Variants out;
  for (ItemValue& v : variants) {
    if (!step.run(std::move(v), out)) return false;
    if (out.size() > kMaxVariants)
      return context.issues.fail(out.back().place, "sigma.too_many_variants",
                                 "the modifiers make too many variants of this value");
  }
  variants = std::move(out);
  return true;
}

Pattern to_pattern(const ItemValue& v, bool cased, bool keyword) {
  struct Visitor {
    bool cased, keyword;
    Pattern text(TextValue t) const {
      if (keyword) t.open_start(), t.open_end();
      return t.pattern(cased);
    }
    Pattern operator()(const TextValue& t) const { return text(t); }
    Pattern operator()(const NumberPattern& p) const {
      return keyword ? text(TextValue::literal(p.text)) : Pattern(p);
    }
    Pattern operator()(bool b) const { return text(TextValue::literal(b ? "true" : "false")); }
    Pattern operator()(const FieldRefPattern& p) const {
      FieldRefPattern copy = p;
      copy.cased = cased;
      return copy;
    }
    Pattern operator()(const NullPattern& p) const { return p; }
    Pattern operator()(const RegexPattern& p) const { return p; }
    Pattern operator()(const CidrPattern& p) const { return p; }
    Pattern operator()(const ComparePattern& p) const { return p; }
    Pattern operator()(const TimePartPattern& p) const { return p; }
    Pattern operator()(const ExistsPattern& p) const { return p; }
  };
  return std::visit(Visitor{cased, keyword}, v.value);
}

}  // namespace backtrail::sigma::detail
