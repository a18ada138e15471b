#include "report/html.h"

#include "base/hash.h"
#include "base/text.h"
#include "report/mask.h"

namespace backtrail::report {

bool append_entity(std::string& out, char c) {
  if (c != '&' && c != '<' && c != '>') return false;
  out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : "&gt;";
  return true;
}

std::string html_escape(std::string_view text) {
  std::string shown = escape_terminal(mask_secrets(text));
  if (shown.size() > kLongestHtmlText)
    shown = truncate_utf8(shown, kLongestHtmlText) + " (" + with_thousands(text.size()) +
            " bytes in all)";
  std::string out;
  for (const char c : shown) {
    if (append_entity(out, c)) continue;
    if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else
      out += c;
  }
  return out;
}

HtmlWriter& HtmlWriter::element(std::string_view tag, std::string_view t, std::string_view css) {
  out_ += "<" + std::string(tag);
  if (!css.empty()) out_ += " class=\"" + std::string(css) + "\"";
  out_ += ">" + html_escape(t) + "</" + std::string(tag) + ">";
  return *this;
}

std::string csp_hash(std::string_view content) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const Sha256 hash = sha256(content);
  std::string out = "sha256-";
  for (std::size_t i = 0; i < hash.size(); i += 3) {
    const std::uint32_t a = hash[i];
    const std::uint32_t b = i + 1 < hash.size() ? hash[i + 1] : 0;
    const std::uint32_t c = i + 2 < hash.size() ? hash[i + 2] : 0;
    const std::uint32_t bits = a << 16 | b << 8 | c;
    out += kAlphabet[bits >> 18 & 63];
    out += kAlphabet[bits >> 12 & 63];
    out += i + 1 < hash.size() ? kAlphabet[bits >> 6 & 63] : '=';
    out += i + 2 < hash.size() ? kAlphabet[bits & 63] : '=';
  }
  return out;
}

}  // namespace backtrail::report
