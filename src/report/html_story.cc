#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"
#include "report/detail/html_sections.h"
#include "report/words.h"

namespace backtrail::report {
namespace {

using model::Finding;
using model::Severity;

/// Findings of medium and above, as they happened.
std::vector<const Finding*> in_time(const CaseReport& r) {
  std::vector<const Finding*> out;
  for (const Finding& f : r.summary.findings.findings)
    if (f.severity >= Severity::medium) out.push_back(&f);
  std::stable_sort(out.begin(), out.end(), [](const Finding* a, const Finding* b) {
    return std::tuple(!a->first, a->first.value_or(Timestamp{})) <
           std::tuple(!b->first, b->first.value_or(Timestamp{}));
  });
  return out;
}

std::string names(const std::vector<std::string>& principals, std::size_t most) {
  std::vector<std::string> out;
  for (const std::string& p : principals) out.push_back(short_principal(p));
  return top_names(out, most);
}

/// What the findings of high and critical severity say together.
struct Grave {
  std::size_t findings = 0;
  std::set<std::string> principals{}, addresses{}, accounts{};
  std::vector<std::string> tactics{};  // in ATT&CK order
  std::optional<Timestamp> first{}, last{};
};

Grave grave(const CaseReport& r) {
  Grave g;
  std::set<std::string> tactics;
  for (const Finding& f : r.summary.findings.findings) {
    if (f.severity < Severity::high) continue;
    ++g.findings;
    // What AWS does by itself in the course of it stands in the table, not in the sentence.
    for (const auto& [from, to] :
         {std::pair{&f.principals, &g.principals}, std::pair{&f.source_ips, &g.addresses}})
      for (const std::string& name : *from)
        if (!name.ends_with(".amazonaws.com")) to->insert(name);
    g.accounts.insert(f.accounts.begin(), f.accounts.end());
    tactics.insert(f.tactics.begin(), f.tactics.end());
    if (f.first && (!g.first || *f.first < *g.first)) g.first = f.first;
    if (f.last && (!g.last || *f.last > *g.last)) g.last = f.last;
  }
  for (const std::string& tactic : sigma::attack_tactics())
    if (tactics.contains(tactic)) g.tactics.push_back(tactic);
  return g;
}

}  // namespace

void html_brief(HtmlWriter& w, const CaseReport& r) {
  const Grave g = grave(r);
  const auto of = [](const std::set<std::string>& s) {
    return std::vector<std::string>(s.begin(), s.end());
  };
  w.raw("<p class=\"brief\">");
  if (g.findings == 0) {
    w.text(r.summary.findings.findings.empty() ? "The rules that ran found nothing."
                                               : "No finding is of high or critical severity.");
  } else {
    w.text(plural(g.findings, "finding") + " of high or critical severity" +
           (g.first ? " between " + short_time(g.first) + " and " + short_time(g.last) + " UTC"
                    : std::string()) +
           ", in " + plural(g.accounts.size(), "account") + " (" + top_names(of(g.accounts), 4) +
           "), by " + plural(g.principals.size(), "principal") + " (" + names(of(g.principals), 4) +
           "), from " + plural(g.addresses.size(), "address", "addresses") + " (" +
           top_names(of(g.addresses), 4) + ")");
    if (!g.tactics.empty()) w.text("; ATT&CK tactics: " + join(g.tactics, ", "));
    w.text(".");
  }
  w.raw("</p>\n");
}

void html_story(HtmlWriter& w, const CaseReport& r) {
  const std::vector<const Finding*> findings = in_time(r);
  if (findings.empty()) return;
  w.raw("<section id=\"course\">\n<h2>Course of events</h2>\n<p class=\"soft\">")
      .text("Findings of medium severity and above by the time of their first event: " +
            std::to_string(findings.size()) + " of " +
            std::to_string(r.summary.findings.findings.size()) + ".")
      .raw(
          "</p>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Course of "
          "events\"><table class=\"course\">");
  html_head(w, {"Time (UTC)", "Severity", "What", "Principal", "Address", "Technique"});
  w.raw("<tbody>\n");
  for (const Finding* f : findings) {
    w.raw("<tr>");
    html_time(w, f->first);
    w.raw("<td>");
    html_level(w, f->severity);
    w.raw("</td><td><a href=\"#").text(f->id).raw("\">").text(f->title).raw("</a>");
    std::string more;
    if (f->denied && f->denied >= f->event_ids.size()) more = "refused or failed";
    if (f->count > 1)
      more += (more.empty() ? "" : "; ") + with_thousands(f->count) + " times until " +
              short_time(f->last);
    if (!more.empty()) w.raw("<br><i>").text(more).raw("</i>");
    w.raw("</td><td>").text(names(f->principals, 2));
    w.raw("<br><i>").text(top_names(f->accounts, 2)).raw("</i></td>");
    w.element("td", top_names(f->source_ips, 2)).element("td", top_names(f->techniques, 2));
    w.raw("</tr>\n");
  }
  w.raw("</tbody></table></div>\n</section>\n");
}

void html_addresses(HtmlWriter& w, const CaseReport& r) {
  struct Row {
    Severity worst = Severity::informational;
    std::size_t findings = 0;
    std::set<std::string> principals{};
    std::optional<Timestamp> first{}, last{};
  };
  std::map<std::string, Row> rows;
  for (const Finding& f : r.summary.findings.findings) {
    for (const std::string& address : f.source_ips) {
      Row& row = rows[address];
      row.worst = std::max(row.worst, f.severity);
      ++row.findings;
      row.principals.insert(f.principals.begin(), f.principals.end());
      if (f.first && (!row.first || *f.first < *row.first)) row.first = f.first;
      if (f.last && (!row.last || *f.last > *row.last)) row.last = f.last;
    }
  }
  if (rows.empty()) return;
  std::vector<std::pair<std::string, Row>> order(rows.begin(), rows.end());
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return std::tuple(b.second.worst, b.second.findings) <
           std::tuple(a.second.worst, a.second.findings);
  });
  w.raw("<section id=\"addresses\">\n<h2>Addresses in findings</h2>\n<p class=\"soft\">")
      .text("First and last are those of the findings. Everything from one address: ")
      .element("code",
               "backtrail timeline --case " + shell_word(r.directory) + " --source-ip ADDRESS")
      .raw(
          "</p>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" "
          "aria-label=\"Addresses\"><table>");
  html_head(w, {"Address", "Worst", "#Findings", "Principals", "First (UTC)", "Last (UTC)"});
  w.raw("<tbody>\n");
  for (const auto& [address, row] : order) {
    w.raw("<tr>").element("td", address, "mono").raw("<td>");
    html_level(w, row.worst);
    w.raw("</td>");
    html_number(w, row.findings);
    w.element("td", names({row.principals.begin(), row.principals.end()}, 3));
    html_time(w, row.first);
    html_time(w, row.last);
    w.raw("</tr>\n");
  }
  w.raw("</tbody></table></div>\n</section>\n");
}

}  // namespace backtrail::report
