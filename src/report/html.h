#pragma once

#include <string>
#include <string_view>

/// Writing HTML: markup is trusted text of the program, everything else goes through `text`.
namespace backtrail::report {

/// Texts longer than this are cut, and say how long they are.
inline constexpr std::size_t kLongestHtmlText = 4096;

/// Masked, made valid UTF-8, invisible and direction-changing characters shown as escapes, markup
/// characters replaced: safe between tags and in quoted attributes.
[[nodiscard]] std::string html_escape(std::string_view text);

/// Appends what stands for a markup character (&, <, >), in Markdown as well; false: `c` is none.
[[nodiscard]] bool append_entity(std::string& out, char c);

class HtmlWriter {
 public:
  /// Markup, as it is.
  HtmlWriter& raw(std::string_view markup) {
    out_ += markup;
    return *this;
  }
  HtmlWriter& text(std::string_view t) {
    out_ += html_escape(t);
    return *this;
  }
  /// `<tag class="css">text</tag>`
  HtmlWriter& element(std::string_view tag, std::string_view t, std::string_view css = "");
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

/// `sha256-…` of a style or script for a Content-Security-Policy.
[[nodiscard]] std::string csp_hash(std::string_view content);

}  // namespace backtrail::report
