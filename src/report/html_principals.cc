#include "base/text.h"
#include "report/detail/html_sections.h"
#include "report/words.h"

namespace backtrail::report {
namespace {

constexpr std::size_t kValuesShown = 12;

void counts_row(HtmlWriter& w, std::string_view name,
                const std::vector<analysis::NameCount>& counts) {
  if (counts.empty()) return;
  w.element("dt", name).raw("<dd>");
  for (std::size_t i = 0; i < counts.size() && i < kValuesShown; ++i)
    w.raw(i ? ", " : "")
        .element("span", counts[i].name.empty() ? "(none)" : counts[i].name, "mono")
        .text(counts[i].marks.empty() ? "" : " [" + marks_text(counts[i].marks) + "]")
        .raw(" <span class=\"soft\">")
        .text(with_thousands(counts[i].count))
        .raw("</span>");
  if (counts.size() > kValuesShown)
    w.text(", and " + std::to_string(counts.size() - kValuesShown) + " more");
  w.raw("</dd>\n");
}

void principal(HtmlWriter& w, const analysis::PrincipalSummary& p) {
  w.raw("<details><summary>");
  if (p.worst) html_level(w, *p.worst);
  w.element("span", p.principal.empty() ? "(no principal)" : p.principal, "name");
  w.element("span",
            plural(p.events, "event") + (p.findings ? ", " + plural(p.findings, "finding") : "") +
                (p.marks.empty() ? "" : "; " + marks_text(p.marks)),
            "soft");
  w.raw("</summary>\n<div><dl>\n");
  w.element("dt", "Kind")
      .element("dd", p.kind + (p.account.empty() ? "" : ", account " + p.account))
      .raw("\n");
  w.element("dt", "Seen (UTC)")
      .element("dd", short_time(p.first) + " to " + short_time(p.last))
      .raw("\n");
  if (p.errors)
    w.element("dt", "Failed")
        .element("dd",
                 with_thousands(p.errors) + ", of them " + with_thousands(p.denied) + " denied")
        .raw("\n");
  counts_row(w, "Addresses", p.source_ips);
  counts_row(w, "User agents", p.user_agents);
  counts_row(w, "Access keys", p.access_keys);
  counts_row(w, "Regions", p.regions);
  counts_row(w, "Calls", p.top_actions);
  counts_row(w, "Errors", p.errors_by_code);
  counts_row(w, "Sensitive, done", p.sensitive_succeeded);
  counts_row(w, "Sensitive, failed", p.sensitive_failed);
  w.raw("</dl></div></details>\n");
}

}  // namespace

void html_principals(HtmlWriter& w, const CaseReport& r) {
  const analysis::CaseSummary& s = r.summary;
  w.raw("<section id=\"principals\">\n<h2>Principals</h2>\n<p class=\"soft\">")
      .text(plural(s.principals.size(), "principal") + " of " + with_thousands(s.principals_total) +
            ", ordered by findings, sensitive calls and denied calls.");
  if (s.principals.size() < s.principals_total)
    w.raw(" All of them: <code>backtrail summary --limit 0</code>");
  w.raw("</p>\n");
  for (const analysis::PrincipalSummary& p : s.principals) principal(w, p);
  w.raw("</section>\n");
}

}  // namespace backtrail::report
