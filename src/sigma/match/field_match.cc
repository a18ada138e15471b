#include "sigma/match/field_match.h"

#include <algorithm>

#include "sigma/match/scalar_match.h"

namespace backtrail::sigma::match {

using model::Record;
using model::Value;

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool holds(detail::TextShape shape, std::string_view text, std::string_view part) {
  switch (shape) {
    case detail::TextShape::exact:
      return text == part;
    case detail::TextShape::prefix:
      return text.starts_with(part);
    case detail::TextShape::suffix:
      return text.ends_with(part);
    case detail::TextShape::contains:
      return text.find(part) != std::string_view::npos;
    default:
      return false;
  }
}

}  // namespace

void decode_percent(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
}

FieldMatch::FieldMatch(const detail::FieldTest& test, const model::RecordLayout& layout) {
  if (!test.field.empty()) field_ = model::bind_field(layout, test.field);
  if (!field_.rest.empty()) key_ = Finder('"' + field_.rest.front());
  for (const detail::Pattern& p : test.any) add(p, layout);

  if (!expressions_.empty()) cost_ = 4;
  if (!texts_.empty() && texts_.only_contains()) cost_ = std::max(cost_, 2);
  if (!field_.rest.empty()) cost_ += 10;
  if (!references_.empty()) cost_ += 12;
  if (field_.slot == model::kWholeRecord) cost_ += 50;
}

void FieldMatch::add(const detail::Pattern& pattern, const model::RecordLayout& layout) {
  if (const auto* text = std::get_if<detail::TextPattern>(&pattern)) {
    texts_.add(*text);
  } else if (const auto* regex = std::get_if<detail::RegexPattern>(&pattern)) {
    expressions_.push_back({.regex = detail::Regex(*regex),
                            .literal = Finder(detail::required_literal(*regex)),
                            .folded = regex->ignore_case});
  } else if (const auto* reference = std::get_if<detail::FieldRefPattern>(&pattern)) {
    references_.push_back({*reference, model::bind_field(layout, reference->field)});
  } else if (std::holds_alternative<detail::NullPattern>(pattern)) {
    null_ = true;
  } else if (const auto* exists = std::get_if<detail::ExistsPattern>(&pattern)) {
    (exists->expected ? exists_ : missing_) = true;
  } else {
    scalars_.push_back(pattern);
  }
}

std::uint64_t FieldMatch::regex_limits_hit() const {
  std::uint64_t n = 0;
  for (const Expression& e : expressions_) n += e.regex.limits_hit();
  return n;
}

bool FieldMatch::is_decided_by_text() const {
  return field_.rest.empty() && field_.slot != model::kWholeRecord && scalars_.empty() &&
         references_.empty() && !exists_ && !missing_;
}

bool FieldMatch::matches_text(std::string_view text, Scratch& scratch) {
  if (one_text(text, scratch)) return true;
  if (!is_encoded_json(text)) return false;
  decode_percent(text, scratch.decoded);
  return one_text(scratch.decoded, scratch);
}

bool FieldMatch::matches_slot(const Record& record, Scratch& scratch) {
  const Value& v = record.at(field_.slot);
  if (v.kind == Value::Kind::absent || v.kind == Value::Kind::null) return null_;
  return v.kind == Value::Kind::object ? object(record, v, scratch) : matches(record, scratch);
}

bool FieldMatch::one_text(FoldedText& text) {
  if (!texts_.empty() && texts_.matches(text)) return true;
  for (Expression& e : expressions_)
    if (e.literal.is_in(e.folded ? text.folded() : text.raw()) && e.regex.search(text.raw()))
      return true;
  return false;
}

bool FieldMatch::object(const Record& record, const Value& v, Scratch& scratch) {
  const bool whole_slot = &v == &record.at(field_.slot);
  ObjectText& object = whole_slot ? scratch.objects.of(record, field_.slot) : scratch.nested;
  if (!whole_slot) object.set(record.compact(v));
  if (one_text(object.text())) return true;
  if (expressions_.empty() && texts_.only_contains() && !object.has_spelling()) return false;
  return record.any_leaf(v, [&](const Value& leaf) {
    return leaf.kind == Value::Kind::text ? matches_text(leaf.text, scratch)
                                          : text_values(record, leaf, scratch);
  });
}

/// The text values of one value that is no array (compiled.h says what they are).
bool FieldMatch::text_values(const Record& record, const Value& v, Scratch& scratch) {
  if (v.kind == Value::Kind::text) return matches_text(v.text, scratch);
  if (v.kind == Value::Kind::object) return object(record, v, scratch);
  const auto text = scalar_text(v);
  return text && one_text(*text, scratch);
}

bool FieldMatch::strings(const Record& record, Scratch& scratch) {
  bool arrays = false;
  const bool whole = record.any_whole(field_, [&](const Value& v) {
    if (v.kind != Value::Kind::array) return text_values(record, v, scratch);
    arrays = true;
    return one_text(record.compact(v), scratch);
  });
  if (whole || !arrays) return whole;
  return record.any(field_, [&](const Value& v) { return text_values(record, v, scratch); });
}

bool FieldMatch::scalars(const Record& record) const {
  return record.any(field_, [&](const Value& v) {
    for (const detail::Pattern& p : scalars_) {
      const bool hit = std::visit(
          [&](const auto& typed) {
            using T = std::decay_t<decltype(typed)>;
            if constexpr (std::is_same_v<T, detail::NumberPattern> ||
                          std::is_same_v<T, detail::ComparePattern> ||
                          std::is_same_v<T, detail::CidrPattern> ||
                          std::is_same_v<T, detail::TimePartPattern>) {
              return match::matches(typed, v);
            } else {
              return false;
            }
          },
          p);
      if (hit) return true;
    }
    return false;
  });
}

bool FieldMatch::is_null(const Record& record) const {
  if (!record.exists(field_)) return true;
  return record.any(field_, [](const Value& v) { return v.kind == Value::Kind::null; });
}

/// Spares parsing the slot's JSON. A key that is not spelled in it can be there only with escapes.
bool FieldMatch::is_surely_absent(const Record& record) const {
  if (field_.rest.empty()) return false;
  const Value& v = record.at(field_.slot);
  if (v.kind != Value::Kind::object && v.kind != Value::Kind::array) return true;
  return !key_.is_in(v.text) && v.text.find('\\') == std::string_view::npos;
}

bool FieldMatch::refers(const Reference& reference, const model::FieldRef& field,
                        const Record& record, Scratch& scratch) {
  return record.any(field, [&](const Value& left) {
    const auto left_text = scalar_text(left);
    if (!left_text) return false;
    scratch.text.set(*left_text);
    return record.any(reference.field, [&](const Value& right) {
      const auto right_text = scalar_text(right);
      if (!right_text) return false;
      if (reference.pattern.cased) return holds(reference.pattern.shape, *left_text, *right_text);
      scratch.other.set(*right_text);
      return holds(reference.pattern.shape, scratch.text.folded(), scratch.other.folded());
    });
  });
}

bool FieldMatch::matches(const Record& record, Scratch& scratch) {
  if (is_surely_absent(record)) return null_ || missing_;
  if ((!texts_.empty() || !expressions_.empty()) && strings(record, scratch)) return true;
  if (!scalars_.empty() && scalars(record)) return true;
  if (null_ && is_null(record)) return true;
  if ((exists_ || missing_) && record.exists(field_) == exists_) return true;
  if (exists_ && missing_) return true;
  for (const Reference& r : references_)
    if (refers(r, field_, record, scratch)) return true;
  return false;
}

}  // namespace backtrail::sigma::match
