#include "sigma/sql/text_predicate.h"

#include <fmt/format.h>

#include "sigma/sql/quote.h"

namespace backtrail::sigma::sql {
namespace {

using detail::GlobToken;
using detail::TextPattern;
using detail::TextShape;

std::string like_pattern(const std::vector<GlobToken>& tokens) {
  std::string out;
  for (const GlobToken& t : tokens) {
    if (t.kind == GlobToken::Kind::any_run) out += '%';
    if (t.kind == GlobToken::Kind::any_one) out += '_';
    for (const char c : t.text) {
      if (c == '%' || c == '_' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

bool may_match_object(const TextPattern& p) {
  if (p.shape == TextShape::exact || p.shape == TextShape::prefix) return p.text.starts_with('{');
  if (p.shape != TextShape::glob || p.tokens.empty()) return true;
  const GlobToken& first = p.tokens.front();
  return first.kind != GlobToken::Kind::literal || first.text.starts_with('{');
}

std::string one(const Dialect& dialect, const TextPattern& p, const std::string& x) {
  switch (p.shape) {
    case TextShape::any:
      return fmt::format("{} IS NOT NULL", x);
    case TextShape::exact:
      return fmt::format("{} = {}", x, quote_text(p.text));
    case TextShape::prefix:
      return dialect.starts_with(x, quote_text(p.text));
    case TextShape::suffix:
      return dialect.ends_with(x, quote_text(p.text));
    case TextShape::contains:
      return dialect.contains(x, quote_text(p.text));
    case TextShape::glob:
      return fmt::format("{} LIKE {} ESCAPE '\\'", x, quote_text(like_pattern(p.tokens)));
  }
  return {};
}

std::string one_of(const std::string& x, const std::vector<std::string>& literals) {
  if (literals.size() == 1) return fmt::format("{} = {}", x, literals.front());
  return fmt::format("{} IN ({})", x, fmt::join(literals, ", "));
}

}  // namespace

Result<TextPredicate> text_predicate(const Dialect& dialect, const detail::FieldTest& test,
                                     std::string_view x) {
  const std::string raw(x);
  const std::string folded = dialect.fold(x);
  TextPredicate out;
  std::vector<std::string> exact_folded;
  std::vector<std::string> exact_cased;
  std::vector<std::string> terms;
  for (const detail::Pattern& pattern : test.any) {
    if (const auto* text = std::get_if<TextPattern>(&pattern)) {
      out.may_match_object = out.may_match_object || may_match_object(*text);
      if (text->shape == TextShape::exact)
        (text->cased ? exact_cased : exact_folded).push_back(quote_text(text->text));
      else
        terms.push_back(
            one(dialect, *text, text->cased || text->shape == TextShape::any ? raw : folded));
    } else if (const auto* regex = std::get_if<detail::RegexPattern>(&pattern)) {
      out.may_match_object = true;
      BACKTRAIL_ASSIGN(std::string sql, dialect.search(raw, *regex));
      terms.push_back(std::move(sql));
    }
  }
  if (!exact_cased.empty()) terms.insert(terms.begin(), one_of(raw, exact_cased));
  if (!exact_folded.empty()) terms.insert(terms.begin(), one_of(folded, exact_folded));
  out.sql = fmt::format("{}", fmt::join(terms, " OR "));
  if (terms.size() > 1) out.sql = "(" + out.sql + ")";
  return out;
}

void note_folding(const Dialect& dialect, const detail::FieldTest& test,
                  std::vector<std::string>& notes) {
  const auto add = [&](std::string_view literal) {
    std::string note = dialect.fold_note(literal);
    if (!note.empty()) notes.push_back(std::move(note));
  };
  for (const detail::Pattern& pattern : test.any) {
    const auto* text = std::get_if<TextPattern>(&pattern);
    if (text == nullptr || text->cased) continue;
    add(text->text);
    for (const GlobToken& t : text->tokens) add(t.text);
  }
}

}  // namespace backtrail::sigma::sql
