#include <algorithm>

#include "base/content.h"
#include "base/text.h"
#include "base/version.h"
#include "report/case_report.h"
#include "report/chart.h"
#include "report/detail/html_sections.h"
#include "report/words.h"

namespace backtrail::report {
namespace {

/// Replaces `{{name}}` once; the value is markup.
void fill(std::string& page, std::string_view name, std::string_view value) {
  const std::string mark = "{{" + std::string(name) + "}}";
  const std::size_t at = page.find(mark);
  BACKTRAIL_CHECK(at != std::string::npos, "templates/report.html lacks " + mark);
  page.replace(at, mark.size(), value);
}

void fact(HtmlWriter& w, const std::string& value, std::string_view what) {
  w.raw("<div class=\"fact\"><b>").text(value).raw("</b><span>").text(what).raw("</span></div>\n");
}

/// Ids and names of the sections that the page has.
std::vector<std::pair<std::string_view, std::string_view>> sections_of(const CaseReport& r) {
  const auto& findings = r.summary.findings.findings;
  const bool course = std::any_of(findings.begin(), findings.end(), [](const model::Finding& f) {
    return f.severity >= model::Severity::medium;
  });
  const bool addresses = std::any_of(findings.begin(), findings.end(),
                                     [](const auto& f) { return !f.source_ips.empty(); });
  std::vector<std::pair<std::string_view, std::string_view>> out;
  if (course) out.emplace_back("course", "Course of events");
  out.emplace_back("findings", "Findings");
  if (addresses) out.emplace_back("addresses", "Addresses");
  out.insert(out.end(), {{"principals", "Principals"},
                         {"evidence", "Evidence"},
                         {"coverage", "Coverage"},
                         {"method", "Method and limits"}});
  return out;
}

std::string severities(const analysis::Findings& f) {
  const std::string counts = severity_counts(f.findings);
  return counts.empty() ? "findings" : "findings: " + counts;
}

std::string losses(const analysis::CaseSummary& s) {
  std::vector<std::string> parts;
  if (s.files_damaged)
    parts.push_back(plural(s.files_damaged, "file") + (s.files_damaged == 1 ? " is" : " are") +
                    " damaged");
  if (s.records_lost)
    parts.push_back(plural(s.records_lost, "record") + (s.records_lost == 1 ? " was" : " were") +
                    " lost");
  if (s.files_not_a_log)
    parts.push_back(plural(s.files_not_a_log, "file") +
                    (s.files_not_a_log == 1 ? " is no log" : " are no logs"));
  if (s.without_time)
    parts.push_back(plural(s.without_time, "event") + (s.without_time == 1 ? " has" : " have") +
                    " no readable time");
  if (s.conflicts)
    parts.push_back(plural(s.conflicts, "event") + (s.conflicts == 1 ? " has" : " have") +
                    " copies that differ");
  return join(parts, "; ");
}

}  // namespace

void html_number(HtmlWriter& w, std::uint64_t n) {
  w.raw("<td class=\"n\">").text(with_thousands(n)).raw("</td>");
}

void html_time(HtmlWriter& w, const std::optional<Timestamp>& t) {
  w.raw("<td class=\"t\">").text(short_time(t)).raw("</td>");
}

void html_level(HtmlWriter& w, model::Severity s) {
  const std::string name(model::to_string(s));
  w.element("span", name, "level " + name);
}

void html_head(HtmlWriter& w, std::initializer_list<std::string_view> titles) {
  w.raw("<thead><tr>");
  for (std::string_view t : titles) {
    const bool number = t.starts_with('#');
    if (number) t.remove_prefix(1);
    w.element("th", t, number ? "n" : "");
  }
  w.raw("</tr></thead>\n");
}

void html_overview(HtmlWriter& w, const CaseReport& r) {
  const analysis::CaseSummary& s = r.summary;
  w.raw("<header>\n<p class=\"kicker\">Incident report</p>\n")
      .element("h1", r.info.name)
      .raw("\n<p class=\"soft\">");
  if (s.first && s.last)
    w.text(short_time(s.first) + " to " + short_time(s.last) + " UTC (" +
           duration(*s.last - *s.first) + ")");
  else
    w.text("No event with a time");
  w.raw("</p>\n<nav aria-label=\"Sections\">");
  for (const auto& [id, name] : sections_of(r))
    w.raw("<a href=\"#").raw(id).raw("\">").raw(name).raw("</a>");
  w.raw("</nav>\n</header>\n");
  w.raw("<main>\n<section id=\"overview\">\n");
  html_brief(w, r);
  w.raw("<div class=\"facts\">\n");
  fact(w, std::to_string(s.findings.findings.size()), severities(s.findings));
  fact(w, with_thousands(s.events),
       "events" +
           (s.duplicates ? ", and " + plural(s.duplicates, "copy", "copies") : std::string()));
  fact(w, with_thousands(s.evidence_items),
       s.evidence_items == 1 ? "evidence item" : "evidence items");
  fact(w, with_thousands(s.principals_total), s.principals_total == 1 ? "principal" : "principals");
  fact(w, with_thousands(s.accounts.size()),
       (s.accounts.size() == 1 ? "account: " : "accounts: ") + top_counts(s.accounts, 2));
  fact(w, with_thousands(s.regions.size()),
       (s.regions.size() == 1 ? "region: " : "regions: ") + top_counts(s.regions, 2));
  w.raw("</div>\n");
  if (const std::string lost = losses(s); !lost.empty())
    w.raw("<p class=\"notice\">")
        .text("Not everything could be read: " + lost + ". ")
        .raw("<a href=\"#evidence\">See the evidence</a>.</p>\n");
  if (s.findings.stale)
    w.raw(
        "<p class=\"notice\">The findings are out of date: evidence was imported since the rules "
        "last ran. Run <code>backtrail detect</code>.</p>\n");
  if (!s.look_first.empty()) {
    w.raw("<h2>Look first</h2>\n<ol class=\"first\">\n");
    for (const analysis::Advice& a : s.look_first) {
      w.raw("<li>").text(a.what);
      if (!a.command.empty()) w.element("code", a.command);
      w.raw("</li>\n");
    }
    w.raw("</ol>\n");
  }
  if (const std::string chart = activity_chart(s); !chart.empty()) {
    w.raw("<h2 id=\"activity\">Activity</h2>\n").raw(chart);
    w.raw("<p class=\"legend\"><i class=\"k-bar\"></i>events per ").text(duration(s.activity_step));
    w.raw(
        "<i class=\"k-error\"></i>failed or denied<i class=\"k-flag\"></i>flagged by a rule</p>\n");
  }
  w.raw("</section>\n");
}

std::string case_report_html(const CaseReport& report) {
  const auto page_template = shipped_file("templates/report.html");
  const auto style = shipped_file("templates/report.css");
  BACKTRAIL_CHECK(page_template && style, "the report's templates are part of the program");
  HtmlWriter body;
  html_overview(body, report);
  html_story(body, report);
  html_findings(body, report);
  html_addresses(body, report);
  html_principals(body, report);
  html_evidence(body, report);
  html_coverage(body, report);
  html_method(body, report);
  std::string page(*page_template);
  fill(page, "style-hash", csp_hash(*style));
  fill(page, "version", program_version());
  fill(page, "title", html_escape(report.info.name + " – incident report"));
  fill(page, "style", *style);
  fill(page, "body", body.take());
  return page;
}

}  // namespace backtrail::report
