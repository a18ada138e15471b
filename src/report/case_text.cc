#include "report/case_text.h"

#include "base/text.h"
#include "report/mask.h"
#include "report/width.h"
#include "report/words.h"

namespace backtrail::report {
namespace {

std::string safe(std::string_view text) { return escape_terminal(mask_secrets(text)); }

std::string label(const TextOptions& o, std::string_view text) {
  return o.style.paint(Tone::dim, pad(text, 12));
}

void counts_line(std::string& out, const TextOptions& o, std::string_view name,
                 const std::vector<analysis::NameCount>& counts, std::size_t most) {
  if (counts.empty()) return;
  out += "  " + label(o, name) + fit(safe(top_counts(counts, most)), o.width - 14) + "\n";
}

}  // namespace

std::string import_text(const ingest::Summary& s, const TextOptions& o) {
  std::string out;
  out += label(o, "Files") + with_thousands(s.files.imported) + " imported of " +
         with_thousands(s.files.found) + " found";
  if (s.files.already) out += ", " + with_thousands(s.files.already) + " known already";
  if (const auto damaged = s.files.skipped - s.files.not_a_log)
    out += ", " + with_thousands(damaged) + " not read whole";
  if (s.files.not_a_log)
    out += ", " + with_thousands(s.files.not_a_log) + (s.files.not_a_log == 1 ? " is no log" : " are no logs");
  out += " (" + format_bytes(s.bytes.compressed);
  if (s.bytes.raw > s.bytes.compressed) out += ", " + format_bytes(s.bytes.raw) + " unpacked";
  out += ")\n" + label(o, "Records") + with_thousands(s.records.stored) + " stored of " +
         with_thousands(s.records.read) + " read";
  if (s.records.duplicates) out += ", " + with_thousands(s.records.duplicates) + " copies";
  if (s.records.rejected)
    out += ", " + o.style.paint(Tone::bad, with_thousands(s.records.rejected) + " rejected");
  if (s.records.unreadable_times)
    out += ", " + with_thousands(s.records.unreadable_times) + " without a readable time";
  if (s.records.repeated_fields)
    out += ", " + o.style.paint(Tone::bad, with_thousands(s.records.repeated_fields) +
                                               " with a field that occurs twice");
  out += "\n";
  if (s.first && s.last)
    out += label(o, "Time") + short_time(s.first) + " to " + short_time(s.last) + " UTC (" +
           duration(*s.last - *s.first) + ")\n";
  if (s.hits) out += label(o, "Rule hits") + with_thousands(s.hits) + "\n";
  if (s.conflicts)
    out += label(o, "Conflicts") +
           o.style.paint(Tone::bad, plural(s.conflicts, "event") + " with copies that differ") +
           "\n";
  for (const ingest::Skipped& k : s.skipped) {
    std::string line = k.reason;
    if (k.offset) line += " at byte " + with_thousands(*k.offset);
    if (k.kept || k.lost)
      line += ", kept " + with_thousands(k.kept) + ", lost " + with_thousands(k.lost);
    const bool damage = k.reason != "not_a_log";
    out += o.style.paint(damage ? Tone::bad : Tone::dim, "not read") + "    " + safe(k.path) +
           ": " + safe(line);
    if (!k.detail.empty()) out += " (" + safe(k.detail) + ")";
    out += "\n";
  }
  return out;
}

namespace {

/// A principal to be copied whole, unless it is longer than any that AWS gives (an ARN has at most
/// some 600 characters).
std::string shown_principal(const std::string& principal) {
  constexpr std::size_t kLongest = 700;
  if (principal.empty()) return "(no principal)";
  if (principal.size() <= kLongest) return safe(principal);
  return safe(truncate_utf8(principal, kLongest)) + "… (" + with_thousands(principal.size()) +
         " bytes; --output json has all)";
}

}  // namespace

std::string summary_text(const analysis::CaseSummary& s, const TextOptions& o) {
  std::string out;
  out += label(o, "Case") + safe(s.name) + "\n" + label(o, "Read") +
         plural(s.evidence_items, "file") + ", " + plural(s.events, "event") + ", " +
         plural(s.duplicates, "copy", "copies") + "\n";
  if (s.files_damaged || s.records_lost || s.files_not_a_log || s.without_time)
    out += label(o, "Not read") + plural(s.files_damaged, "damaged file") + ", " +
           plural(s.records_lost, "lost record") + ", " + plural(s.files_not_a_log, "file") +
           " without a log, " + plural(s.without_time, "event") + " without a time\n";
  if (s.first && s.last)
    out += label(o, "Time") + short_time(s.first) + " to " + short_time(s.last) + " UTC (" +
           duration(*s.last - *s.first) + ")\n";
  out += label(o, "Accounts") + fit(safe(top_counts(s.accounts, 8)), o.width - 12) + "\n";
  out += label(o, "Regions") + fit(safe(top_counts(s.regions, 8)), o.width - 12) + "\n";
  out += label(o, "Services") + fit(safe(top_counts(s.sources, 6)), o.width - 12) + "\n";
  for (const analysis::PrincipalSummary& p : s.principals) {
    out += "\n" +
           o.style.paint(Tone::strong, shown_principal(p.principal));
    if (!p.kind.empty()) out += "  " + p.kind;
    if (!p.marks.empty()) out += "  [" + marks_text(p.marks) + "]";
    if (p.findings) {
      out += "  " + plural(p.findings, "finding");
      if (p.worst) out += ", worst " + o.style.paint(tone_of(*p.worst), model::to_string(*p.worst));
    }
    out += "\n  " + label(o, "Seen") + short_time(p.first) + " to " + short_time(p.last) + ", " +
           plural(p.events, "event");
    if (p.errors)
      out += ", " + plural(p.errors, "error") + " (" + with_thousands(p.denied) + " denied)";
    out += "\n";
    counts_line(out, o, "Regions", p.regions, 6);
    counts_line(out, o, "Addresses", p.source_ips, 6);
    counts_line(out, o, "Agents", p.user_agents, 3);
    counts_line(out, o, "Keys", p.access_keys, 4);
    counts_line(out, o, "Calls", p.top_actions, 6);
    counts_line(out, o, "Errors", p.errors_by_code, 5);
    counts_line(out, o, "Sensitive", p.sensitive_succeeded, 8);
    counts_line(out, o, "  failed", p.sensitive_failed, 8);
  }
  if (s.principals.size() < s.principals_total)
    out += "\n" + with_thousands(s.principals_total - s.principals.size()) +
           " more principals: raise --limit\n";
  return out;
}

}  // namespace backtrail::report
