#include "sigma/sql/quote.h"

namespace backtrail::sigma::sql {
namespace {

std::string wrap(std::string_view text, char mark) {
  std::string out(1, mark);
  for (const char c : text) {
    if (c == mark) out += c;
    out += c;
  }
  return out + mark;
}

}  // namespace

std::string quote_text(std::string_view text) {
  std::size_t nul = text.find('\0');
  if (nul == std::string_view::npos) return wrap(text, '\'');
  std::string out = "(" + wrap(text.substr(0, nul), '\'');
  while (nul != std::string_view::npos) {
    text.remove_prefix(nul + 1);
    nul = text.find('\0');
    out += " || chr(0) || " + wrap(text.substr(0, nul), '\'');
  }
  return out + ")";
}

std::string quote_name(std::string_view dotted) {
  std::string out;
  while (true) {
    const std::size_t dot = dotted.find('.');
    out += wrap(dotted.substr(0, dot), '"');
    if (dot == std::string_view::npos) return out;
    out += '.';
    dotted.remove_prefix(dot + 1);
  }
}

}  // namespace backtrail::sigma::sql
