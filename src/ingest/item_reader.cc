#include "ingest/detail/item_reader.h"

#include <algorithm>

namespace backtrail::ingest {
namespace {

/// A container that holds one log is a log: the most telling kind of its members wins.
int weight(sources::FileKind kind) {
  switch (kind) {
    case sources::FileKind::log: return 4;
    case sources::FileKind::cloudtrail_digest: return 3;
    case sources::FileKind::notice: return 2;
    case sources::FileKind::not_a_log: return 1;
    case sources::FileKind::empty: return 0;
  }
  return 0;
}

}  // namespace

ItemReader::ItemReader(Progress* progress)
    : progress_(progress), reader_(sources::make_reader()) {}

Result<void> ItemReader::start(const std::filesystem::path& path, std::string_view shown,
                               const sources::ReadOptions* options) {
  const sources::ReadOptions wanted = options != nullptr ? *options : sources::ReadOptions{};
  if (wanted != options_) {
    reader_ = sources::make_reader(wanted);
    unpacker_.limit(limits_of(wanted.caps));
    options_ = wanted;
  }
  report_ = {};
  shown_ = shown;
  member_open_ = any_member_ = false;
  numbers_before_ = progress_noted_ = 0;
  file_.reset();
  BACKTRAIL_ASSIGN(MappedFile file, MappedFile::open(path));
  file_.emplace(std::move(file));
  unpacker_.start(file_->bytes(), path);
  return {};
}

bool ItemReader::open_member() {
  auto member = unpacker_.next();
  if (!member) {
    const Error& e = member.error();
    const std::string id = e.id.substr(e.id.rfind('.') + 1);
    report_.skipped.push_back({.path = "",
                               .reason = id,
                               .kept = report_.kept(),
                               .lost = 0,
                               .detail = e.message});
    report_.damaged = true;
    return false;
  }
  if (!*member) return false;
  Member& m = **member;
  member_name_ = m.name;
  const sources::Origin origin =
      sources::origin_of_path(member_name_.empty() ? shown_ : shown_ + "/" + member_name_);
  if (m.whole)
    reader_->start(*m.whole, origin);
  else
    reader_->start(*m.stream, origin);
  member_open_ = any_member_ = true;
  return true;
}

void ItemReader::close_member() {
  member_open_ = false;
  const sources::ReadReport& r = reader_->report();
  numbers_before_ += r.read;
  report_.raw_bytes += r.bytes;
  report_.read += r.read;
  report_.rejected += r.rejected;
  report_.unreadable_times += r.unreadable_times;
  report_.repeated_fields += r.repeated_fields;
  if (weight(r.kind) > weight(report_.kind)) report_.kind = r.kind;
  if (r.met != nullptr) report_.met = r.met;
  if (report_.kept_of.size() < r.kept.size()) report_.kept_of.resize(r.kept.size());
  for (std::size_t i = 0; i < r.kept.size(); ++i) report_.kept_of[i] += r.kept[i];
  const std::string path = member_name_.empty() ? "" : "!" + member_name_;
  if (r.kind == sources::FileKind::not_a_log && r.diagnostics.empty())
    report_.skipped.push_back({.path = path, .reason = "not_a_log", .detail = r.guess});
  for (const sources::Diagnostic& d : r.diagnostics) {
    const auto same = std::find_if(report_.skipped.begin(), report_.skipped.end(), [&](const Skipped& s) {
      return s.path == path && s.reason == d.reason;
    });
    if (same != report_.skipped.end()) {
      same->lost += d.lost;
    } else {
      report_.skipped.push_back({.path = path,
                                 .reason = d.reason,
                                 .offset = d.offset,
                                 .kept = r.read - r.rejected,
                                 .lost = d.lost,
                                 .detail = d.detail});
    }
    report_.damaged =
        report_.damaged || (d.reason != "not_a_log" && d.reason != "aggregated_event" && d.reason != "no_year");
  }
}

void ItemReader::note_progress() {
  if (progress_ == nullptr) return;
  const std::uint64_t now = unpacker_.consumed();
  progress_->bytes_done += now - progress_noted_;
  progress_noted_ = now;
}

bool ItemReader::next(sources::Found& found, std::uint32_t& number) {
  for (;;) {
    if (!member_open_ && !open_member()) {
      if (progress_ != nullptr && file_) {
        progress_->bytes_done += file_->bytes().size() - progress_noted_;
        progress_noted_ = file_->bytes().size();
      }
      return false;
    }
    if (reader_->next(found)) {
      position_ = found.where;
      number = static_cast<std::uint32_t>(numbers_before_ + position_.number);
      if ((number & 1023) == 0) note_progress();
      return true;
    }
    close_member();
    note_progress();
  }
}

ItemReport ItemReader::take_report() {
  file_.reset();
  return std::exchange(report_, {});
}

}  // namespace backtrail::ingest
