#include "report/html.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "report/case_report.h"

namespace backtrail::report {
namespace {

Timestamp at(const char* text) { return *parse_rfc3339(text); }

/// A report in which every text that can come from a log is `hostile`.
CaseReport report_with(const std::string& hostile) {
  CaseReport r;
  r.info.name = hostile;
  r.info.id = CaseId("00112233445566778899aabbccddeeff");
  r.info.created = at("2026-01-31T07:00:00Z");
  r.info.context.networks = {hostile};
  analysis::CaseSummary& s = r.summary;
  s.name = hostile;
  s.evidence_items = 1;
  s.events = 2;
  s.records_lost = 1;
  s.files_damaged = 1;
  s.first = at("2026-01-31T08:00:00Z");
  s.last = at("2026-01-31T09:30:00Z");
  s.accounts = {{hostile, 2}};
  s.regions = {{hostile, 2}};
  s.look_first = {{.what = hostile, .command = hostile}};
  s.principals_total = 1;
  s.principals.push_back({.principal = hostile,
                          .kind = hostile,
                          .account = hostile,
                          .first = s.first,
                          .last = s.last,
                          .events = 2,
                          .errors = 1,
                          .denied = 1,
                          .regions = {{hostile, 1}},
                          .source_ips = {{hostile, 1}},
                          .user_agents = {{hostile, 1}},
                          .access_keys = {{hostile, 1}},
                          .top_actions = {{hostile, 1}},
                          .errors_by_code = {{hostile, 1}},
                          .sensitive_succeeded = {{hostile, 1}},
                          .sensitive_failed = {{hostile, 1}}});
  s.activity_step = std::chrono::minutes(5);
  s.activity = {{.start = *s.first, .events = 2, .errors = 1, .flagged = 1}};
  model::Finding f{.id = "f-0123456789abcdef",
                   .title = hostile,
                   .severity = model::Severity::high,
                   .techniques = {hostile},
                   .tactics = {hostile},
                   .count = 1,
                   .first = s.first,
                   .last = s.last};
  f.principals = f.source_ips = f.rule_ids = f.actions = f.accounts = f.regions =
      f.investigation = {hostile};
  f.event_ids = {"e1", hostile};
  s.findings.findings = {f};
  r.events["e1"] = {.uid = "u",
                    .time = s.first,
                    .source = hostile,
                    .account = hostile,
                    .region = hostile,
                    .principal = hostile,
                    .action = hostile,
                    .outcome = "error",
                    .error = hostile,
                    .source_ip = hostile,
                    .user_agent = hostile,
                    .event_id = "e1"};
  r.rules[hostile] = {.id = hostile,
                      .title = hostile,
                      .author = hostile,
                      .license = hostile,
                      .falsepositives = {hostile}};
  r.evidence.push_back(
      {.item = 1,
       .source = "folder/" + hostile,
       .stored = "",
       .sha256 = std::string(64, 'a'),
       .bytes = 10,
       .kind = "cloudtrail",
       .status = "damaged",
       .problems = {{.reason = hostile, .offset = 7, .lost = 1, .detail = hostile}}});
  r.coverage.push_back({.account = hostile, .region = hostile, .records = 2, .days = 1});
  return r;
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + what.size()))
    ++n;
  return n;
}

TEST(CaseReportHtml, LetsNoLogTextBecomeMarkup) {
  const std::string plain = case_report_html(report_with("harmless"));
  const std::vector<std::string> hostile = {"<script>alert(1)</script>",
                                            "\"><img src=x onerror=alert(1)>",
                                            "'><svg/onload=alert(1)>",
                                            "</style><script>1</script>",
                                            "</title><h1>x",
                                            "<!--",
                                            "{{body}}",
                                            "&lt;b&gt;",
                                            "javascript:alert(1)",
                                            "\xF0\x28\x8C\x28<b>",
                                            std::string("a\0<i>b", 6)};
  for (const std::string& text : hostile) {
    const std::string page = case_report_html(report_with(text));
    for (const std::string_view mark :
         {"<", ">", "\"", "<script", "<img", "<svg", "onerror=\"", "<b>", "<i>", "<!--"})
      EXPECT_EQ(count(page, mark), count(plain, mark)) << text << " changed the number of " << mark;
    EXPECT_TRUE(is_valid_utf8(page));
  }
}

TEST(CaseReportHtml, MasksSecretsAndShowsHiddenCharacters) {
  const std::string page = case_report_html(report_with("{\"password\":\"hunter2\"} \xE2\x80\xAE"));
  EXPECT_EQ(page.find("hunter2"), std::string::npos);
  EXPECT_NE(page.find("[masked]"), std::string::npos);
  EXPECT_NE(page.find("\\u202e"), std::string::npos);
}

TEST(CaseReportHtml, LoadsNothingAndRunsNothing) {
  const std::string page = case_report_html(report_with("x"));
  EXPECT_NE(page.find("default-src 'none'; style-src 'sha256-"), std::string::npos);
  for (const std::string_view mark :
       {"<script", "<link", "src=", "http://", "https://", "@import", "url(", "style=\"", " on"})
    EXPECT_EQ(page.find(mark == " on" ? " onload" : mark), std::string::npos) << mark;
}

TEST(CaseReportHtml, GivesTheSameBytes) {
  EXPECT_EQ(case_report_html(report_with("x")), case_report_html(report_with("x")));
}

TEST(CaseReportHtml, ClosesWhatItOpens) {
  const std::string page = case_report_html(report_with("x"));
  for (const std::string tag :
       {"table", "tr", "td", "th",   "dl", "dd", "dt", "div", "section", "details", "summary",
        "ul",    "ol", "li", "span", "p",  "h2", "h3", "svg", "g",       "text"})
    EXPECT_EQ(count(page, "<" + tag + ">") + count(page, "<" + tag + " "),
              count(page, "</" + tag + ">"))
        << tag;
}

TEST(CaseReportHtml, SaysWhatWasNotShown) {
  CaseReport r = report_with("x");
  for (int i = 0; i < 250; ++i)
    r.summary.findings.findings[0].event_ids.push_back("id-" + std::to_string(i));
  EXPECT_NE(case_report_html(r).find("The first 100 of 252 events"), std::string::npos);
}

TEST(CaseReportHtml, LinksOnlyToWhatIsThere) {
  CaseReport r = report_with("x");
  r.summary.findings.findings[0].severity = model::Severity::high;
  const std::string page = case_report_html(r);
  for (std::size_t at = page.find("href=\"#"); at != std::string::npos;
       at = page.find("href=\"#", at + 1)) {
    const std::string id = page.substr(at + 7, page.find('"', at + 7) - at - 7);
    EXPECT_EQ(count(page, "id=\"" + id + "\""), 1u) << id;
  }
}

TEST(CaseReportHtml, NamesWhereAnEventLiesInTheEvidence) {
  CaseReport r = report_with("x");
  r.events.at("e1").evidence = 12;
  r.events.at("e1").record = 34;
  EXPECT_NE(case_report_html(r).find("item 12, record 34"), std::string::npos);
}

TEST(CaseReportHtml, CutsWhatIsTooLongAndSaysSo) {
  const std::string page = case_report_html(report_with(std::string(1'000'000, 'a')));
  EXPECT_LT(page.size(), 400'000u);
  EXPECT_NE(page.find("(1,000,000 bytes in all)"), std::string::npos);
}

TEST(CspHash, IsTheBase64OfSha256) {
  // Source: Content Security Policy Level 3, section 8.5 example (alert('Hello, world.');)
  EXPECT_EQ(csp_hash("alert('Hello, world.');"),
            "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng=");
}

}  // namespace
}  // namespace backtrail::report
