#include <ostream>

#include "base/file.h"
#include "cli/commands/case_work.h"
#include "cli/commands/commands.h"
#include "cli/commands/shared.h"
#include "cli/common_options.h"
#include "report/case_report.h"

namespace backtrail::cli {
namespace {

Result<int> run_report(Invocation& run) {
  BACKTRAIL_ASSIGN(auto kase, run.open_case(casefile::Mode::write));
  const std::stop_token stop = run.stop("the report that is there stays as it is.");
  BACKTRAIL_ASSIGN(const analysis::CaseSummary summary, analysis::summary(*kase, {}, stop));
  BACKTRAIL_ASSIGN(const std::filesystem::path page,
                   write_report(*kase, summary, run.args().text("out"), stop));
  run.end_progress();
  run.console().out << page.string() << '\n';
  if (summary.findings.stale)
    run.note("The findings in it are out of date. Run: " + with_case(run, "detect"));
  return kExitOk;
}

}  // namespace

Result<std::filesystem::path> write_report(casefile::Case& kase,
                                           const analysis::CaseSummary& summary,
                                           const std::string& file, std::stop_token stop) {
  BACKTRAIL_ASSIGN(const report::CaseReport data, report::read_case_report(kase, summary, stop));
  const std::string html = report::case_report_html(data);
  std::filesystem::path path = file;
  BACKTRAIL_RETURN_IF_ERROR(check_target(path));
  if (path.empty()) {
    BACKTRAIL_RETURN_IF_ERROR(make_directories(kase.directory() / "reports"));
    path = kase.directory() / "reports" / "report.html";
  }
  BACKTRAIL_RETURN_IF_ERROR(write_file_atomically(path, html));
  return path;
}

std::vector<CommandSpec> report_commands() {
  OptionSpec out = out_option();
  out.help = "Where to write the page";
  out.fallback = "reports/report.html in the case";
  return {{.name = "report",
           .group = "Read a case",
           .summary = "Write the HTML report of the case",
           .description = "One page that needs nothing else: no network, no script. It prints "
                          "well. The same case gives the same bytes.",
           .examples = {{"in the case's folder", "backtrail report --case ./incident-42"},
                        {"somewhere else",
                         "backtrail report --out incident-42.html --case ./incident-42"}},
           .options = {case_option(), out},
           .run = run_report,
           .interrupted = "A report that was there is as it was; run it again.",
           .exit_codes = {5, 6}}};
}

}  // namespace backtrail::cli
