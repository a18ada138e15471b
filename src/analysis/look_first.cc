#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "analysis/detail/detection.h"
#include "analysis/detail/summary.h"
#include "base/text.h"

namespace backtrail::analysis {
namespace {

constexpr std::size_t kSentences = 3;

bool is_typable(std::string_view text) {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

/// "arn:aws:iam::111111111111:role/path/Name" as people say it: "role/path/Name".
std::string short_name(const std::string& principal) {
  if (!principal.starts_with("arn:")) return principal;
  const std::size_t colon = principal.rfind(':');
  return principal.substr(colon + 1);
}

std::string when(const std::optional<Timestamp>& t) {
  return t ? format_rfc3339(*t) : "an unknown time";
}

/// The timeline around a span: what happened shortly before and after belongs to the picture.
std::string timeline_command(const std::string& directory, const std::string& principal, const std::string& address,
                             std::optional<Timestamp> first, std::optional<Timestamp> last) {
  using std::chrono::minutes;
  std::string out = "backtrail timeline --case " + shell_word(directory);
  if (is_typable(principal))
    out += " --principal " + shell_word(principal);
  else if (is_typable(address))
    out += " --address " + shell_word(address);
  const auto whole = [](Timestamp t) {
    return format_rfc3339(std::chrono::floor<std::chrono::seconds>(t));
  };
  using namespace std::chrono_literals;
  constexpr Timestamp kEarliest = std::chrono::sys_days(std::chrono::January / 1 / 1);
  constexpr Timestamp kLatest = std::chrono::sys_days(std::chrono::December / 31 / 9999) + 24h - 1s;
  if (first && last)  // what can be typed has four digits of a year
    out += " --from " + whole(std::max(*first - minutes(15), kEarliest)) + " --to " +
           whole(std::min(*last + minutes(60), kLatest));
  return out;
}

const std::string& main_principal(const model::Finding& f) {
  static const std::string kNone;
  return f.principals.empty() ? kNone : f.principals.front();
}

/// Whom a finding is about: a principal, else an address, else a resource, else nothing but itself.
const std::string& actor_of(const model::Finding& f) {
  if (!f.principals.empty()) return f.principals.front();
  if (!f.source_ips.empty()) return f.source_ips.front();
  return f.resources.empty() ? f.id : f.resources.front();
}

Advice finding_advice(const model::Finding& f, std::size_t others, const std::string& directory) {
  const std::string& who = main_principal(f);
  std::string by = who.empty() ? std::string() : " by " + short_name(who);
  if (f.principals.size() > 1) by += fmt::format(" and {} more", f.principals.size() - 1);
  if (!f.source_ips.empty()) by += " from " + f.source_ips.front();
  if (f.source_ips.size() > 1) by += fmt::format(" and {} more", f.source_ips.size() - 1);
  std::string rest = only_failed(f) ? ", every one refused or failed" : "";
  if (others > 0)
    rest += fmt::format("; {} more finding{} about it", others, others == 1 ? "" : "s");
  return {.what = fmt::format("{}: {}{}, {} event{} from {}{}", model::to_string(f.severity),
                              f.title, by, with_thousands(f.event_ids.size()),
                              f.event_ids.size() == 1 ? "" : "s", when(f.first), rest),
          .command = timeline_command(directory, who, f.source_ips.empty() ? std::string() : f.source_ips.front(), f.first,
                                      f.last)};
}

Advice principal_advice(const PrincipalSummary& p, const std::string& directory) {
  std::string calls;
  for (std::size_t i = 0; i < p.sensitive_succeeded.size() && i < 3; ++i)
    calls += (i == 0 ? "" : ", ") + p.sensitive_succeeded[i].name;
  if (p.sensitive_succeeded.size() > 3)
    calls += fmt::format(" and {} more", p.sensitive_succeeded.size() - 3);
  return {.what = fmt::format("{} made sensitive calls that no finding covers ({})",
                              short_name(p.principal), calls),
          .command = timeline_command(directory, p.principal, {}, p.first, p.last)};
}

bool has_mark(const PrincipalSummary& p, std::string_view mark) {
  return std::find(p.marks.begin(), p.marks.end(), mark) != p.marks.end();
}

Advice break_glass_advice(const PrincipalSummary& p, const std::string& directory) {
  return {.what = fmt::format("break-glass access was used by {}, {} event{} from {}",
                              short_name(p.principal), with_thousands(p.events),
                              p.events == 1 ? "" : "s", when(p.first)),
          .command = timeline_command(directory, p.principal, {}, p.first, p.last)};
}

}  // namespace

std::vector<Advice> look_first(const CaseSummary& summary, const std::string& directory) {
  std::vector<Advice> out;
  const std::string at_case = " --case " + shell_word(directory);
  if (summary.findings.stale)
    out.push_back({.what = "The findings are older than the evidence; run the rules again",
                   .command = "backtrail detect" + at_case});
  for (const PrincipalSummary& p : summary.principals)
    if (out.size() < kSentences && has_mark(p, "break_glass"))
      out.push_back(break_glass_advice(p, directory));
  // One finding for each actor: three lines on one actor would hide the second actor.
  std::map<std::string, std::size_t> findings_of;
  for (const model::Finding& f : summary.findings.findings) ++findings_of[actor_of(f)];
  std::set<std::string> told;
  const auto tell = [&](const model::Finding& f) {
    if (is_expected(f.marks)) return;
    if (out.size() >= kSentences || !told.insert(actor_of(f)).second) return;
    out.push_back(finding_advice(f, findings_of[actor_of(f)] - 1, directory));
  };
  for (const model::Finding& f : summary.findings.findings)
    if (f.severity >= model::Severity::medium) tell(f);
  for (const PrincipalSummary& p : summary.principals) {
    if (out.size() >= kSentences) break;
    if (is_aws_itself(p) || is_expected(p.marks)) continue;
    if (p.sensitive_succeeded.empty() || p.findings > 0) continue;
    if (told.insert(p.principal).second) out.push_back(principal_advice(p, directory));
  }
  for (const model::Finding& f : summary.findings.findings)
    if (f.severity == model::Severity::low) tell(f);
  if (out.size() < kSentences && summary.files_damaged > 0)
    out.push_back(
        {.what = fmt::format("{} file{} could not be read to the end, so events are missing",
                             summary.files_damaged, summary.files_damaged == 1 ? "" : "s"),
         .command = "backtrail case show " + shell_word(directory)});
  return out;
}

}  // namespace backtrail::analysis
