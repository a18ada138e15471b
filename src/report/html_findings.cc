#include "base/text.h"
#include "report/detail/html_sections.h"
#include "report/words.h"

namespace backtrail::report {
namespace {

void list_row(HtmlWriter& w, std::string_view name, const std::vector<std::string>& values) {
  if (values.empty()) return;
  w.element("dt", name).raw("<dd>");
  for (const std::string& v : values) w.element("div", v, "mono");
  w.raw("</dd>\n");
}

void tags(HtmlWriter& w, const std::vector<std::string>& values) {
  for (const std::string& v : values) w.element("span", v, "tag");
}

void event_row(HtmlWriter& w, const std::string& id, const analysis::TimelineRow* e) {
  if (e == nullptr) {
    w.raw("<tr><td colspan=\"7\">").element("span", id, "mono").raw("</td></tr>\n");
    return;
  }
  w.raw("<tr>");
  html_time(w, e->time);
  w.raw("<td class=\"call\">")
      .element("strong", e->action)
      .raw("<br>")
      .element("span", e->source, "soft")
      .raw("</td>");
  w.raw("<td class=\"where\">").text(e->account).raw("<br>").text(e->region).raw("</td>");
  w.element("td", e->source_ip, "ip mono").element("td", e->user_agent, "agent");
  w.raw("<td>")
      .element("span", e->error.empty() ? e->outcome : e->error,
               e->outcome == "success" ? "" : "bad")
      .raw("</td>");
  w.element("td", id, "id mono").raw("</tr>\n");
}

void events(HtmlWriter& w, const CaseReport& r, const model::Finding& f) {
  w.raw("<h3>Events</h3>\n<div class=\"wide\"><table class=\"events\">");
  html_head(
      w, {"Time (UTC)", "Call", "Account, region", "Address", "User agent", "Outcome", "Event id"});
  w.raw("<tbody>\n");
  for (std::size_t i = 0; i < f.event_ids.size() && i < kEventsShown; ++i) {
    const auto it = r.events.find(f.event_ids[i]);
    event_row(w, f.event_ids[i], it == r.events.end() ? nullptr : &it->second);
  }
  w.raw("</tbody></table></div>\n");
  if (f.event_ids.size() > kEventsShown)
    w.raw("<p class=\"soft\">")
        .text("Shown are the first " + std::to_string(kEventsShown) + " of " +
              plural(f.event_ids.size(), "event") + ". All of them: ")
        .element("code", "backtrail findings --rule " +
                             shell_word(f.rule_ids.empty() ? f.id : f.rule_ids.front()) +
                             " --output json")
        .raw("</p>\n");
}

void rule_rows(HtmlWriter& w, const CaseReport& r, const model::Finding& f) {
  for (const std::string& id : f.rule_ids) {
    w.element("dt", "Rule").raw("<dd>");
    const auto it = r.rules.find(id);
    if (it != r.rules.end()) {
      w.text(it->second.title);
      if (!it->second.author.empty()) w.text(" by " + it->second.author);
      if (!it->second.license.empty()) w.text(" (" + it->second.license + ")");
      w.raw(" ");
    }
    w.element("span", id, "mono soft").raw("</dd>\n");
  }
}

void finding(HtmlWriter& w, const CaseReport& r, const model::Finding& f, bool open) {
  w.raw(open ? "<details open id=\"" : "<details id=\"").text(f.id).raw("\"><summary>");
  html_level(w, f.severity);
  w.element("span", f.title, "name");
  w.element("span",
            plural(f.event_ids.size(), "event") +
                (f.denied ? ", " + with_thousands(f.denied) + " failed" : ""),
            "soft");
  w.element("span", short_time(f.first), "t soft");
  w.raw("</summary>\n<div>\n<p>");
  tags(w, f.techniques);
  tags(w, f.tactics);
  w.raw("</p>\n<dl>\n");
  w.element("dt", "Time (UTC)")
      .raw("<dd>")
      .text(f.first == f.last ? short_time(f.first)
                              : short_time(f.first) + " to " + short_time(f.last))
      .raw("</dd>\n");
  list_row(w, "Principals", f.principals);
  list_row(w, "Addresses", f.source_ips);
  w.element("dt", "Calls").element("dd", join(f.actions, ", ")).raw("\n");
  w.element("dt", "Where")
      .element("dd",
               join(f.accounts, ", ") + (f.regions.empty() ? "" : " in " + join(f.regions, ", ")))
      .raw("\n");
  rule_rows(w, r, f);
  w.element("dt", "Finding")
      .raw("<dd>")
      .element("span", f.id, "mono")
      .text(", " + f.state)
      .raw("</dd>\n</dl>\n");
  if (!f.investigation.empty()) {
    w.raw("<h3>Look at next</h3>\n<ul>\n");
    for (const std::string& step : f.investigation) w.element("li", step).raw("\n");
    w.raw("</ul>\n");
  }
  events(w, r, f);
  w.raw("</div></details>\n");
}

}  // namespace

void html_findings(HtmlWriter& w, const CaseReport& r) {
  const std::vector<model::Finding>& findings = r.summary.findings.findings;
  w.raw("<section id=\"findings\">\n<h2>Findings</h2>\n");
  if (findings.empty())
    w.raw(
        "<p>The rules that ran found nothing. That is no proof that nothing happened: see <a "
        "href=\"#method\">limits</a>.</p>\n");
  if (r.summary.findings.benign)
    w.raw("<p class=\"soft\">")
        .text(plural(r.summary.findings.benign, "finding") + " decided benign not shown.")
        .raw("</p>\n");
  for (std::size_t i = 0; i < findings.size(); ++i) finding(w, r, findings[i], i < 3);
  w.raw("</section>\n");
}

}  // namespace backtrail::report
