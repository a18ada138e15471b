#include <algorithm>

#include "base/case_folding.h"
#include "sigma/detail/regex.h"

namespace backtrail::sigma::detail {
namespace {

constexpr std::string_view kMeta = "\\^$.|?*+()[]{}";

/// The end of the group or class that opens at `at`; npos when it is not understood.
std::size_t skip_group(std::string_view s, std::size_t at) {
  int depth = 0;
  for (std::size_t i = at; i < s.size(); ++i) {
    if (s[i] == '\\') {
      ++i;
    } else if (s[i] == '[') {
      std::size_t j = i + 1;
      if (j < s.size() && s[j] == '^') ++j;
      if (j < s.size() && s[j] == ']') ++j;
      for (; j < s.size() && s[j] != ']'; ++j) {
        if (s[j] == '\\')
          ++j;
        else if (s[j] == '[')
          return std::string_view::npos;  // POSIX class or set arithmetic
      }
      if (j >= s.size()) return std::string_view::npos;
      i = j;
      if (depth == 0) return i + 1;
    } else if (s[i] == '(') {
      ++depth;
    } else if (s[i] == ')') {
      if (--depth == 0) return i + 1;
    }
  }
  return std::string_view::npos;
}

}  // namespace

// Walks the top level only. Whatever is not plainly a literal ends the current piece; a piece whose
// last character is made optional by a quantifier loses it.
std::string required_literal(const RegexPattern& p) {
  const std::string_view s = p.source;
  if (s.find("(?") != std::string_view::npos || s.find("\\Q") != std::string_view::npos ||
      s.find("(*") != std::string_view::npos)
    return {};
  std::string best;
  std::string piece;
  const auto end_piece = [&] {
    if (piece.size() > best.size()) best = piece;
    piece.clear();
  };
  const auto drop_last = [&] {
    while (!piece.empty() && (static_cast<unsigned char>(piece.back()) & 0xC0) == 0x80)
      piece.pop_back();
    if (!piece.empty()) piece.pop_back();
  };
  for (std::size_t i = 0; i < s.size();) {
    const char c = s[i];
    if (c == '|') return {};
    if (c == '(' || c == '[') {
      end_piece();
      i = skip_group(s, i);
      if (i == std::string_view::npos) return {};
    } else if (c == '*' || c == '?' || c == '{' || c == '+') {
      if (c != '+') drop_last();
      end_piece();
      if (c == '{') {
        i = s.find('}', i);
        if (i == std::string_view::npos) return {};
      }
      ++i;
    } else if (c == '\\') {
      if (i + 1 >= s.size()) return {};
      const char next = s[i + 1];
      if (kMeta.find(next) == std::string_view::npos && next != '/' && next != '-' && next != ':' &&
          next != '"') {
        // A class (`\d`) ends the piece; an escape with operands (`\x41`) could be misread.
        static constexpr std::string_view kClasses = "dDsSwWbB";
        if (kClasses.find(next) == std::string_view::npos) return {};
        end_piece();
      } else {
        piece += next;
      }
      i += 2;
    } else if (c == '.' || c == '^' || c == '$') {
      end_piece();
      ++i;
    } else {
      piece += c;
      ++i;
    }
  }
  end_piece();
  return p.ignore_case ? fold_case(best) : best;
}

}  // namespace backtrail::sigma::detail
