#include "sources/detail/splitter.h"

#include <algorithm>

#include "sources/detail/shape.h"

namespace backtrail::sources::detail {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr int kNoHint = -1;
/// Damage often shows a little behind the beginning of the next record; so far back it is looked for.
constexpr std::uint64_t kLookBack = std::uint64_t{64} << 10;

}  // namespace

void Splitter::start(std::uint64_t pos) {
  scanner_.seek(pos);
  open_ = 0;
  expects_first_ = met_item_ = lost_way_ = met_log_envelope_ = false;
  start_ = pos;
  first_key_.clear();
  looked_back_ = 0;
}

void Splitter::enter_array(int hint) {
  frames_[open_++] = hint == kNoHint ? Frame::list : Frame::members;
  expects_first_ = true;
  if (hint == kHintRecords || hint == kHintQueryRows) met_log_envelope_ = true;
  scanner_.seek(scanner_.pos() + 1);
}

/// Fills `cut` for damage and looks for the next record; true: `cut` is to be given out.
bool Splitter::damaged(Cut& cut, Cut::Kind kind, std::uint64_t value, std::uint64_t at,
                       bool at_end) {
  if (at == value) kind = Cut::Kind::stray;  // not even a beginning
  const bool too_deep = kind == Cut::Kind::lost && scanner_.too_deep();
  // Too short to tell, or too deep: what a record would look like has not been seen.
  const bool cut_early = at_end && !met_item_ && at <= start_ + kMarkedBytes;
  cut = {.kind = kind,
         .damage = too_deep ? Damage::too_deep
                   : at_end ? Damage::truncated_json
                            : Damage::broken_json,
         .offset = value,
         .damage_at = at,
         .hides_kind = too_deep || cut_early};
  open_ = 0;
  lost_way_ = true;
  // as much is looked at whatever the pieces in which the text comes
  const bool is_kept = at - value <= kMaxRecordBytes;
  while (is_kept && window_->end() < value + kMarkedBytes && window_->more()) {
  }
  if (is_kept && has_log_marks(window_->view(value, window_->end())))
    met_log_envelope_ = true;
  // A cut file can hold further records behind the cut one's beginning only when text was lost in its
  // middle: the look back finds those too.
  std::uint64_t from = value + (kind == Cut::Kind::lost ? 1 : 0);
  if (at - from > kLookBack) from = is_kept ? at - kLookBack : at;
  if (looked_back_ + (at - from) > (std::uint64_t{1} << 20) + 8 * at) from = std::max(at, value + 1);
  looked_back_ += at - std::min(from, at);
  resync(from);
  return true;
}

/// The brace at `brace` opens an object like those of this file.
bool Splitter::begins_record(std::uint64_t brace) {
  if (brace > window_->begin() && window_->view(brace - 1, brace)[0] == '\n') return true;
  const std::string_view key = scanner_.first_key(brace);
  return key == "eventVersion" || key == "Records" || (!key.empty() && key == first_key_);
}

/// Seeks the next beginning of a record at or behind `from`, or the end.
void Splitter::resync(std::uint64_t from) {
  std::uint64_t p = from;
  for (;;) {
    window_->release(p);
    if (p >= window_->end()) {
      if (window_->more()) continue;
      p = window_->end();
      break;
    }
    const std::string_view rest = window_->view(p, window_->end());
    const std::size_t brace = rest.find('{');
    p += std::min(brace, rest.size());
    if (brace == std::string_view::npos) continue;
    window_->release(p);
    if (begins_record(p)) break;
    ++p;
  }
  scanner_.seek(p);
}

/// The value at the scanner's place: an item, an envelope to enter (false), or damage.
bool Splitter::enter_value(Cut& cut) {
  const std::uint64_t start = scanner_.pos();
  window_->release(start);
  const char first = scanner_.peek();
  const bool may_open =
      open_ == 0 || (frames_[open_ - 1] == Frame::list && open_ + 2 <= kMaxEnvelopes);
  if (first == '[' && may_open) {
    enter_array(kNoHint);
    return false;
  }
  switch (scanner_.scan(may_open)) {
    case TextScanner::Outcome::value: break;
    case TextScanner::Outcome::envelope:
      frames_[open_++] = Frame::object;
      enter_array(scanner_.envelope_hint());
      return false;
    case TextScanner::Outcome::damage:
      return damaged(cut, Cut::Kind::lost, start, scanner_.pos(), false);
    case TextScanner::Outcome::end:
      return damaged(cut, Cut::Kind::lost, start, scanner_.pos(), true);
  }
  met_item_ = true;
  cut = {.kind = Cut::Kind::item, .offset = start, .length = scanner_.pos() - start};
  if (cut.length > kMaxRecordBytes) {
    cut.kind = Cut::Kind::too_large;
  } else if (first == '{') {
    if (first_key_.empty()) first_key_ = scanner_.first_key(start);
  }
  return true;
}

/// Behind an array of an envelope object; true for damage.
bool Splitter::rest_of_object(Cut& cut) {
  const auto stray = [&](bool at_end) {
    return damaged(cut, Cut::Kind::stray, scanner_.pos(), scanner_.pos(), at_end);
  };
  window_->release(scanner_.pos());
  char c = scanner_.peek();
  const auto ended = [&] { return c == '\0' && scanner_.pos() >= window_->end(); };
  if (c == '}') {
    --open_;
    scanner_.seek(scanner_.pos() + 1);
    return false;
  }
  if (c != ',') return stray(ended());
  scanner_.seek(scanner_.pos() + 1);
  c = scanner_.peek();
  if (c != '"') return stray(ended());
  std::string key;
  if (const auto outcome = scanner_.scan_key(key); outcome != TextScanner::Outcome::value)
    return stray(outcome == TextScanner::Outcome::end);
  c = scanner_.peek();
  if (c != ':') return stray(ended());
  scanner_.seek(scanner_.pos() + 1);
  window_->release(scanner_.pos());
  c = scanner_.peek();
  const KeyEntry* entry = top_level_keys().find(key.data(), key.size());
  if (c == '[' && entry != nullptr && entry->id >= kFirstHint && entry->id <= kLastArrayHint) {
    enter_array(entry->id);
    return false;
  }
  const auto outcome = scanner_.scan(false);
  return outcome != TextScanner::Outcome::value && stray(outcome == TextScanner::Outcome::end);
}

/// Separators and closing brackets up to the next value (false with `cut.kind` item), the end or damage
/// (true); false also after a bracket, to be called again.
bool Splitter::between_values(Cut& cut) {
  window_->release(scanner_.pos());
  const char c = scanner_.peek();
  window_->release(scanner_.pos());
  const bool at_end = c == '\0' && scanner_.pos() >= window_->end();
  cut.kind = Cut::Kind::end;
  if (open_ == 0) {
    if (at_end) return true;
    if (c == kByteOrderMark[0] && scanner_.starts_with(kByteOrderMark)) {
      scanner_.seek(scanner_.pos() + kByteOrderMark.size());
      return false;
    }
    if (lost_way_ && c != '{') {
      if (c == ',' || c == ']' || c == '}')
        scanner_.seek(scanner_.pos() + 1);
      else
        resync(scanner_.pos() + 1);
      return false;
    }
    cut.kind = Cut::Kind::item;
    return false;
  }
  if (c == ']') {
    --open_;
    expects_first_ = false;
    scanner_.seek(scanner_.pos() + 1);
    return false;
  }
  if (!expects_first_) {
    if (c != ',') return damaged(cut, Cut::Kind::stray, scanner_.pos(), scanner_.pos(), at_end);
    scanner_.seek(scanner_.pos() + 1);
    window_->release(scanner_.pos());
    if (scanner_.peek() == '\0' && scanner_.pos() >= window_->end())
      return damaged(cut, Cut::Kind::stray, scanner_.pos(), scanner_.pos(), true);
  } else if (at_end) {
    return damaged(cut, Cut::Kind::stray, scanner_.pos(), scanner_.pos(), true);
  }
  expects_first_ = false;
  cut.kind = Cut::Kind::item;
  return false;
}

Splitter::Cut Splitter::next() {
  Cut cut;
  for (;;) {
    if (open_ > 0 && frames_[open_ - 1] == Frame::object) {
      if (rest_of_object(cut)) return cut;
      continue;
    }
    if (between_values(cut)) return cut;
    if (cut.kind == Cut::Kind::item && enter_value(cut)) return cut;
  }
}

}  // namespace backtrail::sources::detail
