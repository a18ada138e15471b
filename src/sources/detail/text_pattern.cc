#include "sources/detail/text_pattern.h"

namespace backtrail::sources::detail {

TextPattern::TextPattern(std::string_view pattern) {
  if (pattern.ends_with('*')) {
    open_end_ = true;
    pattern.remove_suffix(1);
  }
  std::size_t open = pattern.find('{');
  head_ = pattern.substr(0, open);
  while (open != std::string_view::npos) {
    const std::size_t close = pattern.find('}', open);
    std::string_view name = pattern.substr(open + 1, close - open - 1);
    const bool any = name.ends_with('+');
    if (any) name.remove_suffix(1);
    open = pattern.find('{', close);
    const std::string_view literal = open == std::string_view::npos ? pattern.substr(close + 1) : pattern.substr(close + 1, open - close - 1);
    holes_.emplace_back(name);
    pieces_.push_back({.literal = std::string(literal), .any = any});
  }
}

bool TextPattern::match(std::string_view text, Match& out) const {
  if (!text.starts_with(head_)) return false;
  text.remove_prefix(head_.size());
  if (pieces_.empty()) return open_end_ || text.empty();
  return match_from(0, text, out);
}

/// Patterns have one hole of any text in front of a literal at most, so that the work is linear in the text.
bool TextPattern::match_from(std::size_t index, std::string_view text, Match& out) const {
  const Piece& piece = pieces_[index];
  const bool last = index + 1 == pieces_.size();
  const auto goes_on = [&](std::size_t end) {
    out.values[index] = text.substr(0, end);
    const std::string_view rest = text.substr(end + piece.literal.size());
    return last ? open_end_ || rest.empty() : match_from(index + 1, rest, out);
  };
  if (!piece.any) {
    std::size_t end = 0;
    const char stop = piece.literal.empty() ? ' ' : piece.literal[0];
    while (end < text.size() && text[end] != ' ' && text[end] != stop) ++end;
    return end > 0 && text.substr(end).starts_with(piece.literal) && goes_on(end);
  }
  if (piece.literal.empty()) {
    out.values[index] = text;
    return true;
  }
  for (std::size_t end = text.rfind(piece.literal); end != std::string_view::npos; end = text.rfind(piece.literal, end - 1)) {
    if (goes_on(end)) return true;
    if (end == 0) break;
  }
  return false;
}

}  // namespace backtrail::sources::detail
