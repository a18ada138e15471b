#pragma once

#include "report/case_report.h"
#include "report/html.h"

/// The parts of the HTML report, in its order.
namespace backtrail::report {

void html_overview(HtmlWriter& w, const CaseReport& r);
/// The grave findings in one sentence; what happened in order of time; where it came from.
void html_brief(HtmlWriter& w, const CaseReport& r);
void html_story(HtmlWriter& w, const CaseReport& r);
void html_addresses(HtmlWriter& w, const CaseReport& r);
void html_findings(HtmlWriter& w, const CaseReport& r);
void html_principals(HtmlWriter& w, const CaseReport& r);
void html_evidence(HtmlWriter& w, const CaseReport& r);
void html_register(HtmlWriter& w, const CaseReport& r);
void html_coverage(HtmlWriter& w, const CaseReport& r);
void html_method(HtmlWriter& w, const CaseReport& r);

/// A number cell, a time cell, a text cell of a table.
void html_number(HtmlWriter& w, std::uint64_t n);
void html_time(HtmlWriter& w, const std::optional<Timestamp>& t);
void html_level(HtmlWriter& w, model::Severity s);
/// `<tr><th>…` of a table; a title that begins with '#' is a number column.
void html_head(HtmlWriter& w, std::initializer_list<std::string_view> titles);

}  // namespace backtrail::report
