#include "sources/detail/tally.h"

#include <fmt/format.h>

#include <algorithm>

namespace backtrail::sources::detail {

void Tally::clear() {
  report_ = {};
  reasons_.clear();
  next_number_ = 0;
  aggregated_ = 0;
  without_year_ = 0;
  kept_reasons_.clear();
  no_log_detail_.clear();
  log_ = digest_ = notice_ = content_ = false;
}

std::uint64_t Tally::keep(std::size_t type, bool unreadable_time, bool repeated_field) {
  log_ = true;
  if (type >= report_.kept.size()) report_.kept.resize(type + 1);
  ++report_.kept[type];
  ++report_.read;
  if (unreadable_time) ++report_.unreadable_times;
  if (repeated_field) ++report_.repeated_fields;
  return next_number_++;
}

void Tally::reject(std::string_view reason, std::uint64_t offset, std::string_view detail) {
  ++report_.read;
  ++report_.rejected;
  ++next_number_;
  add(reason, offset, 1, detail);
}

void Tally::note(std::string_view reason, std::uint64_t offset, std::string_view detail) {
  add(reason, offset, 0, detail);
}

void Tally::aggregated(std::uint64_t offset) {
  log_ = true;
  if (aggregated_++ == 0) first_aggregated_ = offset;
}

void Tally::lacks_year(std::uint64_t offset) {
  if (without_year_++ == 0) first_without_year_ = offset;
}

void Tally::stream_error(std::string_view reason, std::uint64_t offset, std::string_view detail,
                         bool in_record) {
  if (in_record) {
    ++report_.read;
    ++report_.rejected;
    ++next_number_;
  }
  keep_reason(reason);
  add(reason, offset, in_record ? 1 : 0, detail);
}

void Tally::add(std::string_view reason, std::uint64_t offset, std::uint64_t lost,
                std::string_view detail) {
  auto it = reasons_.find(reason);
  if (it == reasons_.end()) it = reasons_.emplace(std::string(reason), Reason{}).first;
  Reason& r = it->second;
  if (++r.count <= kMaxPerReason) {
    report_.diagnostics.push_back({std::string(reason), offset, lost, std::string(detail)});
    return;
  }
  if (r.count == kMaxPerReason + 1) {
    r.overflow = report_.diagnostics.size();
    report_.diagnostics.push_back({std::string(reason), offset, 0, {}});
  }
  Diagnostic& sum = report_.diagnostics[r.overflow];
  sum.lost += lost;
  sum.detail = fmt::format("and {} more of this kind from here on", r.count - kMaxPerReason);
}

void Tally::finish(std::uint64_t bytes) {
  report_.bytes = bytes;
  if (aggregated_ > 0) {
    add("aggregated_event", first_aggregated_, 0,
        fmt::format("{} aggregated events: summaries of calls, not call records", aggregated_));
  }
  if (without_year_ > 0) {
    add("no_year", first_without_year_, 0,
        fmt::format("{} kept without time: their stamps have no year, and nothing around them tells it; import with "
                    "--year and the year of the first line (--year 2024) or the day of collection (--year 2025-01-05)",
                    without_year_ == 1 ? "1 record" : fmt::format("{} records", without_year_)));
  }
  if (log_) {
    report_.kind = FileKind::log;
    return;
  }
  report_.kind = digest_    ? FileKind::cloudtrail_digest
                 : notice_  ? FileKind::notice
                 : content_ ? FileKind::not_a_log
                            : FileKind::empty;
  report_.read = 0;
  report_.rejected = 0;
  std::erase_if(report_.diagnostics,
                [&](const Diagnostic& d) { return !kept_reasons_.contains(d.reason); });
  for (Diagnostic& d : report_.diagnostics) d.lost = 0;
  if (report_.kind == FileKind::not_a_log && report_.diagnostics.empty() && !no_log_detail_.empty())
    add("not_a_log", 0, 0, no_log_detail_);
}

}  // namespace backtrail::sources::detail
