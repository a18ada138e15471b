#include "sources/detail/guess.h"
#include "sources/detail/log_reader.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"
#include "sources/detail/shape.h"
#include "sources/detail/utf8.h"

namespace backtrail::sources {
namespace detail {

void LogReader::restart(const Origin& origin) {
  tally_.clear();
  router_.start_file();
  context_ = share({.account = origin.account,
                    .region = origin.region,
                    .file = std::make_shared<const FileFacts>(facts_of_path(origin.path))});
  pending_.clear();
  in_inner_ = false;
  told_stream_error_ = false;
  items_given_ = 0;
  base_offset_ = 0;
}

constexpr std::size_t kHeadBytes = 512;

void LogReader::start(std::string_view whole, const Origin& origin) {
  restart(origin);
  whole_ = whole;
  window_.start(whole);
  const std::size_t first = whole.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  const bool is_json =
      first != std::string_view::npos && (whole[first] == '{' || whole[first] == '[');
  if (options_.robust_only || !is_json || whole.size() > kMaxRecordBytes || has_other_lines(whole.substr(first)) ||
      walker_.load(whole) != Damage::none) {
    start_robust();
    return;
  }
  base_ = whole.data();
  head_ = whole.substr(0, kHeadBytes);
  mode_ = Mode::fast;
}

void LogReader::start(ByteStream& stream, const Origin& origin) {
  restart(origin);
  window_.start(stream, options_.piece_bytes);
  start_robust();
}

std::uint64_t LogReader::behind_space(std::uint64_t pos) {
  for (;;) {
    window_.release(pos);
    while (pos >= window_.end())
      if (!window_.more()) return pos;
    const std::string_view rest = window_.view(pos, window_.end());
    const std::size_t first = rest.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos) return pos + first;
    pos += rest.size();
  }
}

void LogReader::start_robust() {
  std::uint64_t pos = behind_space(0);
  while (window_.end() < pos + kHeadBytes && window_.more()) {
  }
  head_ = window_.view(pos, std::min(window_.end(), pos + kHeadBytes));
  while (pos + 3 > window_.end() && window_.more()) {
  }
  if (pos + 3 <= window_.end() && window_.view(pos, pos + 3) == "\xEF\xBB\xBF")
    pos = behind_space(pos + 3);
  const char first = pos < window_.end() ? window_.view(pos, pos + 1)[0] : '\0';
  if (pos < window_.end() && first != '[' && first != '{')
    tally_.met_content();  // `[]` is an empty file, and so is an envelope around it
  if (pos == 0 && refuse_utf16()) return;
  window_.release(pos);
  if (pos < window_.end() && first != '{' && first != '[' && csv_.start(pos)) {
    tally_.met_log();
    mode_ = Mode::csv;
    return;
  }
  if (items_given_ == 0 && pos < window_.end() && begins_with_lines(pos)) {
    lines_.start(pos);
    mode_ = Mode::lines;
    return;
  }
  splitter_.start(pos);
  mode_ = Mode::split;
}

/// True: the text is UTF-16, which is told and not read.
bool LogReader::refuse_utf16() {
  constexpr std::uint64_t kLook = 64;
  while (window_.end() < kLook && window_.more()) {
  }
  const auto encoding = utf16_encoding(window_.view(0, window_.end()));
  if (!encoding) return false;
  tally_.met_content();
  const std::string detail =
      fmt::format("the text is UTF-16; convert it with: iconv -f {} -t UTF-8", encoding->name);
  if (encoding->is_json) {
    tally_.keep_reason("utf16");
    tally_.note("utf16", 0, detail);
  } else {
    tally_.explain_no_log(detail);
  }
  do {
    window_.release(window_.end());
  } while (window_.more());
  finish();
  return true;
}

/// Notes, once, the error that ended the stream.
void LogReader::tell_stream_error(std::uint64_t offset, bool in_record) {
  if (!window_.error().has_value() || std::exchange(told_stream_error_, true)) return;
  tally_.stream_error(window_.error()->id, offset, window_.error()->message, in_record);
}

void LogReader::finish() {
  if (mode_ == Mode::fast ? walker_.met_log_envelope()
                          : mode_ == Mode::split && splitter_.met_log_envelope())
    tally_.met_log();
  const bool from_stream = mode_ != Mode::fast;
  mode_ = Mode::done;
  tally_.finish(from_stream ? window_.end() : whole_.size());
  if (report().kind == FileKind::not_a_log) tally_.guess(guess_of(head_));
}

LogReader::Place LogReader::place_of(std::string_view json) const {
  if (in_inner_) return inner_place_;
  return {base_offset_ + static_cast<std::uint64_t>(json.data() - base_), json.size()};
}

bool LogReader::step_fast(Found& found) {
  DocumentWalker::Item item;
  switch (walker_.next(record_, item)) {
    case DocumentWalker::Step::item:
      ++items_given_;
      return consider(walker_.parser(), item, found);
    case DocumentWalker::Step::damage: start_robust(); break;
    case DocumentWalker::Step::end: finish(); break;
  }
  return false;
}

bool LogReader::step_split(Found& found) {
  const Splitter::Cut cut = splitter_.next();
  using Kind = Splitter::Cut::Kind;
  if (items_given_ > 0 && cut.kind == Kind::item) {
    --items_given_;
    return false;
  }
  if (cut.kind != Kind::end) tally_.met_content();
  switch (cut.kind) {
    case Kind::item: return take_cut(cut, found);
    case Kind::too_large:
      tally_.reject("record_too_large", cut.offset,
                    fmt::format("{} long; records over {} are refused", format_bytes(cut.length),
                                format_bytes(kMaxRecordBytes)));
      break;
    case Kind::lost:
    case Kind::stray: {
      const bool lost = cut.kind == Kind::lost;
      if (cut.hides_kind) tally_.keep_reason(reason_of(cut.damage));
      if (cut.damage == Damage::truncated_json && window_.error().has_value()) {
        tell_stream_error(cut.damage_at, lost);
      } else if (lost) {
        tally_.reject(reason_of(cut.damage), cut.damage_at,
                      fmt::format("in the record at offset {}", cut.offset));
      } else {
        tally_.note(reason_of(cut.damage), cut.damage_at, "between records");
      }
      break;
    }
    case Kind::end:
      tell_stream_error(window_.end(), false);
      finish();
      break;
  }
  return false;
}

/// An item of the robust way, parsed alone.
bool LogReader::take_cut(const Splitter::Cut& cut, Found& found) {
  const std::string_view text = window_.view(cut.offset, cut.offset + cut.length);
  base_ = text.data();
  base_offset_ = cut.offset;
  const Damage damage = walker_.load(text);
  DocumentWalker::Item item;
  if (damage == Damage::none && walker_.only(record_, item) == DocumentWalker::Step::item)
    return consider(walker_.parser(), item, found);
  const JsonWalker& walker = walker_.parser().walker();
  const Damage why = damage != Damage::none ? damage : walker.damage();
  if (has_log_marks(text)) tally_.met_log();
  if (why == Damage::too_deep) tally_.keep_reason(reason_of(why));
  std::uint64_t at = cut.offset;
  if (why == Damage::invalid_utf8)
    at += first_invalid_utf8(text);
  else if (damage == Damage::none)
    at += static_cast<std::uint64_t>(walker.damage_at() - base_);
  tally_.reject(reason_of(why), at, fmt::format("in the record at offset {}", cut.offset));
  return false;
}

bool LogReader::step(Found& found) {
  if (in_inner_) return step_inner(found);
  if (!pending_.empty()) return step_pending(found);
  switch (mode_) {
    case Mode::fast: return step_fast(found);
    case Mode::split: return step_split(found);
    case Mode::csv: return step_csv();
    case Mode::lines: return step_lines(found);
    case Mode::done: break;
  }
  return false;
}

bool LogReader::next(Found& found) {
  while (mode_ != Mode::done || in_inner_ || !pending_.empty())
    if (step(found)) return true;
  return false;
}

}  // namespace detail

std::unique_ptr<Reader> make_reader(const ReadOptions& options) {
  return detail::make_reader_with({.read = options});
}

std::unique_ptr<Reader> detail::make_reader_with(ReaderOptions options) {
  return std::make_unique<LogReader>(std::move(options));
}

}  // namespace backtrail::sources
