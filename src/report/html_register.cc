#include <filesystem>

#include "base/text.h"
#include "report/detail/html_sections.h"
#include "report/words.h"

namespace backtrail::report {
namespace {

/// Folder and name of a source: thousands of files share their folders, which are written once.
std::pair<std::string_view, std::string_view> folder_and_name(std::string_view source) {
  const std::size_t slash = source.rfind('/');
  if (slash == std::string_view::npos) return {"", source};
  return {source.substr(0, slash + 1), source.substr(slash + 1)};
}

std::string outcome_of(const EvidenceRow& e) {
  if (e.status.empty()) return "not read";
  if (e.status == "not_a_log") return "no log";
  if (e.kind == "cloudtrail_digest") return "digest, set aside";
  if (e.kind == "notice") return "notice, set aside";
  if (e.kind == "empty") return "empty";
  return e.status;
}

/// `7`, or `7: 5 stored, 2 copies`: what was read and what became of it.
std::string records_of(const EvidenceRow& e) {
  std::string out = with_thousands(e.read);
  if (e.read == e.stored_records) return out;
  std::vector<std::string> parts;
  if (e.stored_records) parts.push_back(with_thousands(e.stored_records) + " stored");
  if (e.duplicates) parts.push_back(plural(e.duplicates, "copy", "copies"));
  if (e.rejected) parts.push_back(with_thousands(e.rejected) + " rejected");
  return out + (parts.empty() ? "" : ": " + join(parts, ", "));
}

/// `2026-02-02 00:25:16 – 00:31:02`
std::string span_of(const EvidenceRow& e) {
  if (!e.first) return "";
  const std::string first = short_time(e.first);
  const std::string last = short_time(e.last);
  if (!e.last || first == last) return first;
  return first + " – " + (first.substr(0, 10) == last.substr(0, 10) ? last.substr(11) : last);
}

}  // namespace

void html_register(HtmlWriter& w, const CaseReport& r) {
  w.raw("<details class=\"register\"><summary><span class=\"name\">")
      .text("Register of " + plural(r.evidence.size(), "item"))
      .raw("</span><span class=\"soft\">opened, it is printed too</span></summary>\n");
  w.raw("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Evidence register\">");
  w.raw("<table class=\"items\">");
  html_head(w, {"#Item", "File", "SHA-256", "#Bytes", "Outcome", "Records", "Events (UTC)"});
  std::string_view folder;
  bool begun = false;
  for (const EvidenceRow& e : r.evidence) {
    const auto [in, name] = folder_and_name(e.source);
    if (!begun || in != folder) {
      w.raw(begun ? "</tbody>\n<tbody>\n" : "<tbody>\n");
      if (!in.empty())
        w.raw("<tr><th colspan=\"7\" scope=\"rowgroup\">").text(in).raw("</th></tr>\n");
      folder = in;
      begun = true;
    }
    w.raw("<tr>");
    w.element("td", std::to_string(e.item)).raw("<td>").text(name);
    if (e.stored.empty()) w.raw(" <i>in place</i>");
    w.raw("</td>").element("td", e.sha256).element("td", with_thousands(e.bytes));
    w.element("td", outcome_of(e), e.status == "damaged" ? "bad" : "");
    w.element("td", records_of(e)).element("td", span_of(e)).raw("</tr>\n");
  }
  w.raw(begun ? "</tbody></table></div></details>\n" : "</table></div></details>\n");
}

}  // namespace backtrail::report
