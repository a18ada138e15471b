#include "sigma/detail/text_value.h"

#include <algorithm>

#include "base/case_folding.h"

namespace backtrail::sigma::detail {
namespace {

using Kind = GlobToken::Kind;

void add_text(std::vector<GlobToken>& tokens, std::string_view text) {
  if (text.empty()) return;
  if (tokens.empty() || tokens.back().kind != Kind::literal) tokens.push_back({});
  tokens.back().text += text;
}

bool is_run(const GlobToken& t) { return t.kind == Kind::any_run; }

/// Adjacent runs and adjacent literals become one.
std::vector<GlobToken> tidy(const std::vector<GlobToken>& tokens) {
  std::vector<GlobToken> out;
  for (const GlobToken& t : tokens) {
    if (t.kind == Kind::literal) {
      add_text(out, t.text);
    } else if (!is_run(t) || out.empty() || !is_run(out.back())) {
      out.push_back(t);
    }
  }
  return out;
}

}  // namespace

TextValue TextValue::parse(std::string_view source) {
  TextValue v;
  v.source_ = source;
  for (std::size_t i = 0; i < source.size();) {
    std::size_t slashes = 0;
    while (i + slashes < source.size() && source[i + slashes] == '\\') ++slashes;
    i += slashes;
    const char next = i < source.size() ? source[i] : '\0';
    const bool wildcard = next == '*' || next == '?';
    add_text(v.tokens_, std::string(wildcard ? slashes / 2 : (slashes + 1) / 2, '\\'));
    if (i == source.size()) break;
    if (wildcard && slashes % 2 == 0) {
      v.tokens_.push_back({.kind = next == '*' ? Kind::any_run : Kind::any_one});
    } else {
      add_text(v.tokens_, std::string_view(&source[i], 1));
    }
    ++i;
  }
  v.tokens_ = tidy(v.tokens_);
  return v;
}

TextValue TextValue::literal(std::string_view text) {
  TextValue v;
  v.source_ = text;
  add_text(v.tokens_, text);
  return v;
}

bool TextValue::has_wildcards() const {
  return std::any_of(tokens_.begin(), tokens_.end(),
                     [](const GlobToken& t) { return t.kind != Kind::literal; });
}

std::string TextValue::plain() const { return tokens_.empty() ? std::string() : tokens_[0].text; }

void TextValue::open_start() {
  changed_ = true;
  if (tokens_.empty() || !is_run(tokens_.front()))
    tokens_.insert(tokens_.begin(), {.kind = Kind::any_run});
}

void TextValue::open_end() {
  changed_ = true;
  if (tokens_.empty() || !is_run(tokens_.back())) tokens_.push_back({.kind = Kind::any_run});
}

TextValue TextValue::with_tokens(std::vector<GlobToken> tokens) const {
  TextValue v = *this;
  v.tokens_ = tidy(tokens);
  v.changed_ = true;
  return v;
}

TextPattern TextValue::pattern(bool cased) const {
  std::vector<GlobToken> t = tidy(tokens_);
  if (!cased)
    for (GlobToken& token : t) token.text = fold_case(token.text);

  TextPattern p{.cased = cased};
  const auto literal = [&](std::size_t i) { return t[i].kind == Kind::literal; };
  if (t.empty()) return p;
  if (t.size() == 1 && is_run(t[0])) {
    p.shape = TextShape::any;
  } else if (t.size() == 1 && literal(0)) {
    p.text = t[0].text;
  } else if (t.size() == 2 && literal(0) && is_run(t[1])) {
    p.shape = TextShape::prefix;
    p.text = t[0].text;
  } else if (t.size() == 2 && is_run(t[0]) && literal(1)) {
    p.shape = TextShape::suffix;
    p.text = t[1].text;
  } else if (t.size() == 3 && is_run(t[0]) && literal(1) && is_run(t[2])) {
    p.shape = TextShape::contains;
    p.text = t[1].text;
  } else {
    p.shape = TextShape::glob;
    p.tokens = std::move(t);
  }
  return p;
}

}  // namespace backtrail::sigma::detail
