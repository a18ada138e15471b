#include <algorithm>
#include <tuple>

#include "ingest/detail/summary.h"

namespace backtrail::ingest {

bool Summary::incomplete() const {
  return records.rejected > 0 || std::any_of(skipped.begin(), skipped.end(), [](const Skipped& s) {
           return s.reason != "not_a_log" && s.reason != "aggregated_event";
         });
}

void add_outcome(Summary& summary, const Work& work, const WorkOutcome& outcome) {
  const ItemReport& report = outcome.report;
  summary.bytes.compressed += work.bytes;
  summary.bytes.raw += report.raw_bytes;
  summary.records.read += report.read;
  summary.records.rejected += report.rejected;
  summary.records.unreadable_times += report.unreadable_times;
  summary.records.repeated_fields += report.repeated_fields;
  if (outcome.first && (!summary.first || *outcome.first < *summary.first)) summary.first = outcome.first;
  if (outcome.last && (!summary.last || *outcome.last > *summary.last)) summary.last = outcome.last;
  for (Skipped s : report.skipped) {
    s.path = work.shown + s.path;
    summary.skipped.push_back(std::move(s));
  }
  if (outcome.failed)
    summary.skipped.push_back(
        {.path = work.shown, .reason = "unreadable", .detail = outcome.failed->message});
  const bool is_log = report.kind != sources::FileKind::not_a_log;
  const bool nothing_kept = report.kept() == 0 && (!is_log || report.damaged || outcome.failed);
  if (report.read == 0 && is_log && report.kind != sources::FileKind::empty)
    ++summary.without_records[std::string(sources::kind_of(report.kind, report.kept_of, report.met))];
  if (nothing_kept && !is_log && !report.damaged && !outcome.failed) ++summary.files.not_a_log;
  if (nothing_kept)
    ++summary.files.skipped;
  else
    ++summary.files.imported;
}

void sort_skipped(Summary& summary) {
  std::sort(summary.skipped.begin(), summary.skipped.end(), [](const Skipped& a, const Skipped& b) {
    return std::tie(a.path, a.offset, a.reason) < std::tie(b.path, b.offset, b.reason);
  });
}

}  // namespace backtrail::ingest
