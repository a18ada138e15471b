#include "sigma/match/text_match.h"

#include <algorithm>
#include <span>

#include "base/case_folding.h"
#include "base/utf8.h"

namespace backtrail::sigma::match {
namespace {

using detail::GlobToken;
using detail::TextPattern;
using detail::TextShape;

/// Tokens without runs against the start of `text`: the bytes taken, or npos.
std::size_t match_here(std::span<const GlobToken> tokens, std::string_view text) {
  std::size_t taken = 0;
  for (const GlobToken& t : tokens) {
    const std::string_view rest = text.substr(taken);
    if (t.kind == GlobToken::Kind::any_one) {
      if (rest.empty()) return std::string_view::npos;
      taken += utf8_character_length(rest);
    } else {
      if (!rest.starts_with(t.text)) return std::string_view::npos;
      taken += t.text.size();
    }
  }
  return taken;
}

/// The pieces between runs, leftmost first; the last one must reach the end. Leftmost placement of
/// each piece is never worse than another, so there is no backtracking.
bool match_glob(std::span<const GlobToken> tokens, std::string_view text) {
  bool floating = false;  // a run stands before the piece
  while (true) {
    std::size_t n = 0;
    while (n < tokens.size() && tokens[n].kind != GlobToken::Kind::any_run) ++n;
    const bool last = n == tokens.size();
    const auto piece = tokens.first(n);
    if (!floating) {
      const std::size_t taken = match_here(piece, text);
      if (taken == std::string_view::npos) return false;
      if (last) return taken == text.size();
      text.remove_prefix(taken);
    } else if (!piece.empty() || last) {
      bool found = false;
      while (true) {
        const std::size_t taken = match_here(piece, text);
        if (taken != std::string_view::npos && (!last || taken == text.size())) {
          text.remove_prefix(taken);
          found = true;
          break;
        }
        if (text.empty()) break;
        text.remove_prefix(utf8_character_length(text));
      }
      if (!found) return false;
      if (last) return true;
    }
    tokens = tokens.subspan(n + 1);
    floating = true;
    if (tokens.empty()) return true;
  }
}

}  // namespace

std::string_view FoldedText::folded() {
  if (!folded_ready_) {
    fold_case_into(raw_, folded_);
    folded_ready_ = true;
  }
  return folded_;
}

bool matches(const TextPattern& pattern, std::string_view text) {
  switch (pattern.shape) {
    case TextShape::any:
      return true;
    case TextShape::exact:
      return text == pattern.text;
    case TextShape::prefix:
      return text.starts_with(pattern.text);
    case TextShape::suffix:
      return text.ends_with(pattern.text);
    case TextShape::contains:
      return text.find(pattern.text) != std::string_view::npos;
    case TextShape::glob:
      return match_glob(pattern.tokens, text);
  }
  return false;
}

void TextPatterns::Literals::add(const std::string& text) {
  constexpr std::size_t kFew = 8;
  if (many.empty() && few.size() < kFew) {
    few.push_back(text);
    return;
  }
  many.insert(few.begin(), few.end());
  few.clear();
  many.insert(text);
}

bool TextPatterns::Literals::contains(std::string_view text) const {
  for (const std::string& literal : few)
    if (literal == text) return true;
  return !many.empty() && many.find(text) != many.end();
}

void TextPatterns::add(const TextPattern& pattern) {
  empty_ = false;
  if (pattern.shape != TextShape::contains && pattern.shape != TextShape::any)
    only_contains_ = false;
  if (pattern.shape == TextShape::any) {
    any_ = true;
  } else if (pattern.shape == TextShape::exact) {
    (pattern.cased ? exact_cased_ : exact_folded_).add(pattern.text);
  } else if (pattern.shape == TextShape::contains) {
    (pattern.cased ? contained_cased_ : contained_folded_).emplace_back(pattern.text);
  } else {
    others_.push_back(pattern);
  }
}

bool TextPatterns::matches(FoldedText& text) const {
  if (any_) return true;
  if (!exact_cased_.empty() && exact_cased_.contains(text.raw())) return true;
  if (!exact_folded_.empty() && exact_folded_.contains(text.folded())) return true;
  for (const Finder& f : contained_cased_)
    if (f.is_in(text.raw())) return true;
  for (const Finder& f : contained_folded_)
    if (f.is_in(text.folded())) return true;
  for (const TextPattern& p : others_)
    if (match::matches(p, p.cased ? text.raw() : text.folded())) return true;
  return false;
}

}  // namespace backtrail::sigma::match
