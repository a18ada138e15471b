#include <algorithm>

#include "base/text.h"
#include "report/detail/html_sections.h"
#include "report/words.h"

namespace backtrail::report {
namespace {

constexpr std::size_t kAgentsShown = 8;

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
  w.raw("<td><b>").text(e->action).raw("</b><br><i>").text(e->source).raw("</i></td><td>");
  w.text(e->account).raw("<br><i>").text(e->region).raw("</i></td>");
  w.element("td", e->source_ip).element("td", short_user_agent(e->user_agent));
  w.element("td", e->error.empty() ? e->outcome : e->error, e->outcome == "success" ? "" : "bad");
  w.raw("<td>").text(id).raw("<br><i>item ").text(std::to_string(e->evidence));
  w.raw(", record ").text(std::to_string(e->record)).raw("</i></td></tr>\n");
}

/// The rows of the finding's events that the page shows, null where one is not to be had.
std::vector<const analysis::TimelineRow*> shown_events(const CaseReport& r,
                                                       const model::Finding& f) {
  std::vector<const analysis::TimelineRow*> out;
  for (std::size_t i = 0; i < f.event_ids.size() && i < kEventsShown; ++i) {
    const auto it = r.events.find(f.event_ids[i]);
    out.push_back(it == r.events.end() ? nullptr : &it->second);
  }
  return out;
}

void agents_row(HtmlWriter& w, const std::vector<const analysis::TimelineRow*>& events) {
  std::vector<std::string> agents;
  for (const analysis::TimelineRow* e : events)
    if (e != nullptr && !e->user_agent.empty() &&
        std::find(agents.begin(), agents.end(), e->user_agent) == agents.end())
      agents.push_back(e->user_agent);
  const std::size_t more = agents.size() > kAgentsShown ? agents.size() - kAgentsShown : 0;
  agents.resize(agents.size() - more);
  if (more) agents.push_back("and " + std::to_string(more) + " more");
  list_row(w, "User agents", agents);
}

void events_table(HtmlWriter& w, const CaseReport& r, const model::Finding& f,
                  const std::vector<const analysis::TimelineRow*>& events) {
  const std::string command =
      "backtrail timeline --case " + shell_word(r.directory) + " --finding " + shell_word(f.id);
  w.raw("<h3>Events</h3>\n");
  if (f.event_ids.size() > events.size())
    w.raw("<p class=\"soft\">")
        .text("The first " + std::to_string(events.size()) + " of " +
              plural(f.event_ids.size(), "event") + ". All of them: ")
        .element("code", command)
        .raw("</p>\n");
  w.raw("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Events\">");
  w.raw("<table class=\"events\">");
  html_head(w, {"Time (UTC)", "Call", "Account, region", "Address", "Client", "Outcome",
                "Event id and evidence"});
  w.raw("<tbody>\n");
  for (std::size_t i = 0; i < events.size(); ++i) event_row(w, f.event_ids[i], events[i]);
  w.raw("</tbody></table></div>\n");
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

void false_positives(HtmlWriter& w, const CaseReport& r, const model::Finding& f) {
  std::vector<std::string> reasons;
  for (const std::string& id : f.rule_ids)
    if (const auto it = r.rules.find(id); it != r.rules.end())
      reasons.insert(reasons.end(), it->second.falsepositives.begin(),
                     it->second.falsepositives.end());
  if (reasons.empty()) return;
  w.raw("<h3>It may be innocent</h3>\n<ul>\n");
  for (const std::string& reason : reasons) w.element("li", reason).raw("\n");
  w.raw("</ul>\n");
}

void finding(HtmlWriter& w, const CaseReport& r, const model::Finding& f, bool open) {
  w.raw(open ? "<details open><summary>" : "<details><summary>");
  html_level(w, f.severity);
  w.element("span", f.title, "name");
  w.element("span",
            plural(f.event_ids.size(), "event") +
                (f.denied ? ", " + with_thousands(f.denied) + " failed" : "") +
                (f.marks.empty() ? "" : "; " + marks_text(f.marks)),
            "soft");
  w.element("span", short_time(f.first), "t soft");
  // The id is inside: a link to it opens the finding.
  w.raw("</summary>\n<div id=\"").text(f.id).raw("\">\n<p>");
  tags(w, f.techniques);
  tags(w, f.tactics);
  w.raw("</p>\n<dl>\n");
  w.element("dt", "Time (UTC)")
      .raw("<dd>")
      .text(f.first == f.last ? short_time(f.first)
                              : short_time(f.first) + " to " + short_time(f.last))
      .raw("</dd>\n");
  const std::vector<const analysis::TimelineRow*> events = shown_events(r, f);
  list_row(w, "Principals", f.principals);
  list_row(w, "Addresses", f.source_ips);
  list_row(w, "Resources", f.resources);
  if (!f.source.empty()) list_row(w, "Found by", {f.source});
  agents_row(w, events);
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
  false_positives(w, r, f);
  events_table(w, r, f, events);
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
  for (std::size_t i = 0; i < findings.size(); ++i) finding(w, r, findings[i], i < 1);
  w.raw("</section>\n");
}

}  // namespace backtrail::report
