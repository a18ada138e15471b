#include "base/text.h"
#include "base/version.h"
#include "report/detail/html_sections.h"
#include "report/words.h"

namespace backtrail::report {
namespace {

void problems_table(HtmlWriter& w, const CaseReport& r) {
  bool any = false;
  for (const EvidenceRow& e : r.evidence)
    any = any || !e.problems.empty() || e.status == "not_a_log";
  if (!any) {
    w.raw("<p>Every file was read to its end, and no record was lost.</p>\n");
    return;
  }
  w.raw("<h3>Not read, or not whole</h3>\n<div class=\"wide\"><table>");
  html_head(w, {"#Item", "Source", "Reason", "#Byte", "#Lost", "#Kept", "Detail"});
  w.raw("<tbody>\n");
  for (const EvidenceRow& e : r.evidence) {
    std::vector<EvidenceRow::Problem> problems = e.problems;
    if (problems.empty() && e.status == "not_a_log") problems.push_back({.reason = "not_a_log"});
    for (const EvidenceRow::Problem& p : problems) {
      w.raw("<tr>");
      html_number(w, e.item);
      w.element("td", e.source, "mono")
          .element("td", p.reason, p.reason == "not_a_log" ? "" : "bad");
      w.raw("<td class=\"n\">").text(p.offset ? with_thousands(*p.offset) : "").raw("</td>");
      html_number(w, p.lost);
      html_number(w, e.stored_records + e.duplicates);
      w.element("td", p.detail).raw("</tr>\n");
    }
  }
  w.raw("</tbody></table></div>\n");
}

}  // namespace

void html_evidence(HtmlWriter& w, const CaseReport& r) {
  w.raw("<section id=\"evidence\">\n<h2>Evidence and custody</h2>\n<dl>\n");
  w.element("dt", "Case")
      .raw("<dd>")
      .element("span", r.info.id.text(), "mono")
      .text(", created " + short_time(r.info.created) + " UTC")
      .raw("</dd>\n");
  w.element("dt", "Ledger")
      .element("dd", plural(r.ledger_entries, "entry", "entries") + " before this report")
      .raw("\n");
  w.element("dt", "Head")
      .raw("<dd>")
      .element("span", r.head.empty() ? "none" : r.head, "mono")
      .raw("</dd>\n");
  w.element("dt", "Key")
      .raw("<dd>")
      .element("span", r.key.empty() ? "none" : r.key, "mono")
      .raw("</dd>\n</dl>\n");
  w.raw(
      "<p class=\"soft\">Check at any time, offline: <code>backtrail case verify</code> compares "
      "every file with the signed ledger; "
      "<code>--expect-key</code> and <code>--expect-head</code> compare with values noted "
      "elsewhere. Later entries change the head.</p>\n");
  problems_table(w, r);
  html_register(w, r);
  w.raw("</section>\n");
}

void html_coverage(HtmlWriter& w, const CaseReport& r) {
  w.raw(
      "<section id=\"coverage\">\n<h2>Coverage</h2>\n<p class=\"soft\">What the logs speak of. An "
      "account, region or day that is not here was not seen, which is "
      "not the same as quiet.</p>\n<div class=\"wide\"><table>");
  html_head(w, {"Account", "Region", "#Events", "#Days with events", "First (UTC)", "Last (UTC)"});
  w.raw("<tbody>\n");
  for (const CoverageRow& c : r.coverage) {
    w.raw("<tr>").element("td", c.account).element("td", c.region);
    html_number(w, c.records);
    html_number(w, c.days);
    html_time(w, c.first);
    html_time(w, c.last);
    w.raw("</tr>\n");
  }
  w.raw("</tbody></table></div>\n</section>\n");
}

void html_method(HtmlWriter& w, const CaseReport& r) {
  w.raw(
      "<section id=\"method\">\n<h2>Method and limits</h2>\n<ul>\n"
      "<li>Every file was hashed (SHA-256) as delivered and entered in a signed, hash-chained "
      "ledger before it was read. Everything on this page is derived from "
      "those files and can be made again: <code>backtrail case rebuild</code>.</li>\n"
      "<li>An event delivered more than once (same event id and receiving account, same content) "
      "counts once; copies that differ are all kept and are a finding.</li>\n"
      "<li>Every event is named by its id and by where it was read: the number of the evidence "
      "item and of the record in it, from 0. <code>backtrail event ID</code> prints the record as "
      "it was delivered, with file, hash and byte offset.</li>\n"
      "<li>Findings come from Sigma rules. Rules know what they were written for: a clean list "
      "does not prove that nothing happened.</li>\n"
      "<li>Principals are stable names: roles without their session name. Addresses and user "
      "agents are what AWS logged; a user agent is chosen by the caller.</li>\n"
      "<li>A log tells what it was set to record. Data events and flows that were not logged, and what "
      "happened inside machines whose logs are not here, are unknown.</li>\n"
      "<li>All times are UTC. Events without a readable time are counted, and are in no chart and "
      "no time span.</li>\n"
      "<li>Passwords, secret keys, session tokens and similar values are shown as [masked]; the "
      "evidence holds them.</li>\n</ul>\n");
  const casefile::Context& c = r.info.context;
  w.raw("<h3>Own and foreign</h3>\n<dl>\n");
  const auto row = [&](std::string_view name, const std::vector<std::string>& values,
                       std::string_view none) {
    w.element("dt", name)
        .element("dd", values.empty() ? std::string(none) : join(values, ", "))
        .raw("\n");
  };
  row("Own accounts", c.accounts, "every account that receives the logs");
  std::vector<std::string> names;
  for (const auto& [id, name] : c.account_names) names.push_back(id + " " + name);
  row("Account names", names, "none given");
  row("Own networks", c.networks, "none named");
  row("Scanners", c.scanners, "none named");
  row("Break-glass", c.break_glass, "none named");
  row("Responders", c.responders, "none named");
  w.raw("</dl>\n</section>\n</main>\n<footer>")
      .text("Made by backtrail " + std::string(program_version()) + " from case " +
            r.info.id.text() + ".")
      .raw("</footer>\n");
}

}  // namespace backtrail::report
