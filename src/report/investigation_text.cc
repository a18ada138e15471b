#include <algorithm>

#include "base/text.h"
#include "report/case_text.h"
#include "report/mask.h"
#include "report/width.h"
#include "report/words.h"

namespace backtrail::report {
namespace {

constexpr std::size_t kLabel = 10;

std::string safe(std::string_view text) { return escape_terminal(mask_secrets(text)); }

std::string with_case(const TextOptions& o, std::string_view command) {
  std::string out = "backtrail " + std::string(command);
  if (!o.case_argument.empty()) out += " --case " + o.case_argument;
  return out;
}

class Screen {
 public:
  explicit Screen(const TextOptions& options) : o_(options) {}

  void field(std::string_view label, std::string_view text, Tone tone = Tone::plain) {
    out_ += o_.style.paint(Tone::dim, pad(label, kLabel)) +
            o_.style.paint(tone, fit(text, o_.width - kLabel)) + "\n";
    ++lines_;
  }
  void heading(std::string_view title, std::string_view rest) {
    out_ += o_.style.paint(Tone::strong, title);
    if (!rest.empty()) out_ += "  " + fit(rest, o_.width - display_width(title) - 2);
    out_ += "\n";
    ++lines_;
  }
  void line(std::string_view text) {
    out_ += std::string(text) + "\n";
    ++lines_;
  }
  [[nodiscard]] std::size_t lines() const { return lines_; }
  std::string take() { return std::move(out_); }

 private:
  const TextOptions& o_;
  std::string out_;
  std::size_t lines_ = 0;
};

std::string read_line(const Investigation& what) {
  const analysis::CaseSummary& s = *what.summary;
  std::string out;
  if (what.import) {
    const ingest::Summary& i = *what.import;
    out =
        with_thousands(i.files.imported + i.files.already) + " of " + plural(i.files.found, "file");
    if (i.files.already) out += " (" + with_thousands(i.files.already) + " known already)";
    if (i.bytes.compressed) out += ", " + format_bytes(i.bytes.compressed);
    if (i.bytes.raw > i.bytes.compressed) out += " (" + format_bytes(i.bytes.raw) + ")";
    out += "; ";
  } else {
    out = plural(s.evidence_items, "file") + "; ";
  }
  out += plural(s.events, "event");
  if (s.duplicates) out += " + " + plural(s.duplicates, "copy", "copies");
  if (what.import) out += ", " + seconds_text(what.import->seconds);
  return out;
}

/// What is missing, or empty.
std::string not_read_line(const Investigation& what) {
  const analysis::CaseSummary& s = *what.summary;
  std::vector<std::string> parts;
  if (s.files_damaged) parts.push_back(plural(s.files_damaged, "damaged file"));
  if (s.records_lost) parts.push_back(plural(s.records_lost, "record") + " lost");
  if (s.files_not_a_log)
    parts.push_back(plural(s.files_not_a_log, "file") + " that " +
                    (s.files_not_a_log == 1 ? "is no log" : "are no logs"));
  if (what.import) {
    const auto unreadable = static_cast<std::uint64_t>(
        std::count_if(what.import->skipped.begin(), what.import->skipped.end(),
                      [](const ingest::Skipped& k) { return k.reason == "unreadable"; }));
    if (unreadable) parts.push_back(plural(unreadable, "unreadable file"));
  }
  if (s.without_time) parts.push_back(plural(s.without_time, "event") + " without a readable time");
  if (what.rules_rejected) parts.push_back(plural(what.rules_rejected, "rule") + " refused");
  if (parts.empty()) return {};
  std::string out = join(parts, ", ");
  if (what.import) {  // the first file that lost something says more than a count
    for (const ingest::Skipped& k : what.import->skipped)
      if (k.reason != "not_a_log")
        return out + ": " + k.path.substr(k.path.rfind('/') + 1) + " (" + k.reason + ")…";
  }
  return out;
}

std::string findings_heading(const analysis::Findings& f) {
  std::string out = severity_counts(f.findings);
  if (out.empty()) out = "none";
  if (f.benign) out += "; " + with_thousands(f.benign) + " benign not shown";
  if (f.stale) out += "; out of date";
  return out;
}

std::string severity_word(model::Severity s) {
  return s == model::Severity::informational ? "info" : std::string(model::to_string(s));
}

/// `critical 07-10 11:42 CloudTrail logging stopped ×3      T1562.008 user/bert`
std::string finding_line(const model::Finding& f, const TextOptions& o) {
  const std::string time = f.first ? short_time(f.first).substr(5, 11) : "no time    ";
  std::string who = f.principals.empty() ? "" : safe(short_principal(f.principals.front()));
  if (f.principals.size() > 1) who += " +" + std::to_string(f.principals.size() - 1);
  std::string times = f.count > 1 ? " ×" + with_thousands(f.count) : "";
  if (f.denied && f.denied >= f.event_ids.size()) times += " (failed)";
  if (!f.marks.empty()) times += " [" + marks_text(f.marks) + "]";
  constexpr std::size_t kFixed = 9 + 12 + 10 + 1;
  const std::size_t room = o.width > kFixed + 30 ? o.width - kFixed : 30;
  const std::size_t who_width = std::min<std::size_t>(room * 3 / 10, 34);
  const std::size_t title_width = room - who_width;
  const std::string title =
      fit(safe(f.title), title_width - std::min(display_width(times), title_width / 2)) + times;
  return o.style.paint(tone_of(f.severity), severity_word(f.severity)) +
         std::string(9 - severity_word(f.severity).size(), ' ') + time + " " +
         pad(title, title_width) + " " +
         pad(f.techniques.empty() ? "" : safe(f.techniques.front()), 9) + " " +
         fit_end(who, who_width);
}

/// `user/bert   10 findings, 1,272 events · 192.168.10.20 +2 · Boto3/1.26.3 +1`
std::string principal_line(const analysis::PrincipalSummary& p, const TextOptions& o) {
  std::string facts =
      (p.findings ? plural(p.findings, "finding") + ", " : "") + plural(p.events, "event");
  if (!p.marks.empty()) facts = "[" + marks_text(p.marks) + "] " + facts;
  if (p.denied && o.width >= 100) facts += ", " + with_thousands(p.denied) + " denied";
  const auto first_of = [](const std::vector<std::string>& names) {
    return names.empty() ? std::string()
                         : " · " + names.front() +
                               (names.size() > 1 ? " +" + std::to_string(names.size() - 1) : "");
  };
  std::vector<std::string> addresses;
  for (const analysis::NameCount& ip : p.source_ips)
    addresses.push_back(safe(ip.name) +
                        (ip.marks.empty() ? "" : " [" + marks_text(ip.marks) + "]"));
  std::vector<std::string> agents;
  for (const analysis::NameCount& a : p.user_agents) {
    const std::string agent = safe(short_user_agent(a.name));
    if (std::find(agents.begin(), agents.end(), agent) == agents.end()) agents.push_back(agent);
  }
  const std::size_t name_width = std::min<std::size_t>(o.width * 3 / 10, 40);
  return fit(pad(fit_end(safe(short_principal(p.principal)), name_width), name_width) + " " +
                 facts + first_of(addresses) + first_of(agents),
             o.width);
}

/// A sentence over at most two lines, indented behind its number.
std::vector<std::string> wrapped(std::string_view text, std::size_t width, std::size_t most) {
  std::vector<std::string> out;
  std::string line;
  for (const std::string_view word : split(text, ' ')) {
    if (!line.empty() && display_width(line) + 1 + display_width(word) > width) {
      out.push_back(std::move(line));
      line.clear();
    }
    line += (line.empty() ? "" : " ") + std::string(word);
  }
  if (!line.empty()) out.push_back(std::move(line));
  if (out.size() > most) {
    for (std::size_t i = most; i < out.size(); ++i) out[most - 1] += " " + out[i];
    out.resize(most);
  }
  for (std::string& l : out) l = fit(l, width);
  return out;
}

}  // namespace

std::string investigation_text(const Investigation& what, const TextOptions& o) {
  const analysis::CaseSummary& s = *what.summary;
  const std::vector<model::Finding>& findings = s.findings.findings;
  Screen screen(o);
  screen.field("Case", safe(s.name));
  screen.field("Read", read_line(what));
  if (const std::string lost = not_read_line(what); !lost.empty())
    screen.field("Not read", safe(lost), Tone::medium);
  std::string span = "no event with a time";
  if (s.first && s.last)
    span = short_time(s.first) + " to " + short_time(s.last) + " UTC (" +
           duration(*s.last - *s.first) + ")";
  screen.field("Time", span);
  if (!s.accounts.empty()) screen.field("Accounts", safe(top_counts(s.accounts, 4)));
  if (!s.regions.empty()) screen.field("Regions", safe(top_counts(s.regions, 4)));

  // What must follow: headings, principals, what to do first, report and next commands. A command
  // is never cut, so on a small screen only the sentences are shown.
  const std::size_t principals = std::min<std::size_t>(s.principals.size(), o.height >= 34 ? 5 : 3);
  const bool roomy = o.height >= 34;
  std::vector<std::string> first;
  for (std::size_t n = 0; n < s.look_first.size(); ++n) {
    const analysis::Advice& advice = s.look_first[n];
    const std::vector<std::string> sentence = wrapped(safe(advice.what), o.width - 3, 2);
    for (std::size_t i = 0; i < sentence.size(); ++i)
      first.push_back((i == 0 ? std::to_string(n + 1) + ". " : "   ") + sentence[i]);
    if (roomy && !advice.command.empty())
      first.push_back("   " + o.style.paint(Tone::dim, safe(advice.command)));
  }
  std::size_t first_lines = 0;
  for (const std::string& line : first) first_lines += 1 + display_width(line) / (o.width + 1);
  const std::size_t after = principals + 1 + (first.empty() ? 0 : first_lines + 1) +
                            (what.report.empty() ? 0 : 1) + (roomy ? 2 : 1);
  const std::size_t used = screen.lines() + 1 + after + 1;  // its own heading, the prompt
  const std::size_t room = o.height > used ? std::max<std::size_t>(o.height - used, 3) : 3;

  screen.heading("FINDINGS", findings_heading(s.findings));
  const std::size_t shown = findings.size() <= room ? findings.size() : room - 1;
  for (std::size_t i = 0; i < shown; ++i) screen.line(finding_line(findings[i], o));
  if (shown < findings.size())
    screen.line(o.style.paint(Tone::dim, fit("… " + std::to_string(findings.size() - shown) +
                                                 " more: " + with_case(o, "findings"),
                                             o.width)));
  if (principals)
    screen.heading("PRINCIPALS", std::to_string(principals) + " of " +
                                     with_thousands(s.principals_total) +
                                     ", those that matter most");
  for (std::size_t i = 0; i < principals; ++i) screen.line(principal_line(s.principals[i], o));
  if (!first.empty()) screen.heading("LOOK FIRST", "");
  for (const std::string& line : first) screen.line(line);
  if (!what.report.empty())
    screen.field("Report", fit_end(safe(what.report), o.width - kLabel), Tone::strong);
  screen.field("Next", with_case(o, "findings"));
  if (roomy) screen.field("", with_case(o, "timeline --findings"));
  return screen.take();
}

}  // namespace backtrail::report
