#include "sources/detail/document_walker.h"

#include <cstring>

namespace backtrail::sources::detail {
namespace {
constexpr int kNoHint = -1;
}

Damage DocumentWalker::load(std::string_view text) {
  open_ = 0;
  met_log_envelope_ = false;
  expects_first_ = false;
  const Damage damage = index_.load(text);
  parser_.reset();
  at_ = index_.begin();
  return damage;
}

/// Opens the array at `array`; the token behind its bracket.
Token DocumentWalker::enter(Token array, int hint) {
  frames_[open_++] = hint == kNoHint ? Frame::list : Frame::members;
  expects_first_ = true;
  if (hint == kHintRecords || hint == kHintQueryRows) met_log_envelope_ = true;
  return array + 1;
}

/// Behind an array of an envelope object: further members, of which an array may follow that holds
/// records (entered; `open_` grows), or the object's end (`open_` shrinks). Null for damage.
Token DocumentWalker::rest_of_object(Token t) {
  JsonWalker& walker = parser_.walker();
  for (;;) {
    const char c = walker.peek(t);
    if (c == '}') {
      --open_;
      return t + 1;
    }
    if (c != ',' || walker.peek(t + 1) != '"') return walker.fail(Damage::broken_json, t);
    const std::string_view key = walker.raw_string(t + 1);
    if (!walker.is_plain(key) && parser_.text_at(t + 1).data() == nullptr)
      return walker.fail(Damage::broken_json, t + 1);
    if (walker.peek(t + 2) != ':') return walker.fail(Damage::broken_json, t + 2);
    t += 3;
    const KeyEntry* entry = top_level_keys().find(key.data(), key.size());
    if (entry != nullptr && entry->id >= kFirstHint && entry->id <= kLastArrayHint &&
        walker.peek(t) == '[')
      return enter(t, entry->id);
    t = walker.skip(t, 0);
    if (t == nullptr) return nullptr;
  }
}

/// The value at `t`: true when it is an item; else an envelope was entered, or `next` is null (damage).
bool DocumentWalker::open_item(Token t, model::Record& record, Item& item, Token& next) {
  JsonWalker& walker = parser_.walker();
  item.type = walker.peek(t);
  item.at = t;
  const bool may_open =
      open_ == 0 || (frames_[open_ - 1] == Frame::list && open_ + 2 <= kMaxEnvelopes);
  if (item.type == '{') {
    record.clear();
    next = parser_.parse(t, 0, may_open, record);
    if (next == nullptr || parser_.envelope_array() == nullptr) return next != nullptr;
    frames_[open_++] = Frame::object;
    next = enter(next, parser_.envelope_hint());
    return false;
  }
  if (item.type == '[' && may_open) {
    next = enter(t, kNoHint);
    return false;
  }
  next = walker.skip(t, 0);
  return next != nullptr;
}

DocumentWalker::Step DocumentWalker::only(model::Record& record, Item& item) {
  JsonWalker& walker = parser_.walker();
  item = {.type = walker.peek(at_), .at = at_};
  record.clear();
  item.next = item.type == '{' ? parser_.parse(at_, 0, false, record) : walker.skip(at_, 0);
  if (item.next == nullptr) return Step::damage;
  if (walker.at_end(item.next)) return Step::item;
  at_ = walker.fail(Damage::broken_json, item.next);
  return Step::damage;
}

DocumentWalker::Step DocumentWalker::next(model::Record& record, Item& item) {
  JsonWalker& walker = parser_.walker();
  for (;;) {
    if (open_ > 0 && frames_[open_ - 1] == Frame::object) {
      at_ = rest_of_object(at_);
      if (at_ == nullptr) return Step::damage;
      continue;
    }
    if (open_ > 0) {
      const char c = walker.peek(at_);
      if (c == ']') {
        --open_;
        expects_first_ = false;
        ++at_;
        continue;
      }
      if (!expects_first_) {
        if (c != ',') {
          at_ = walker.fail(Damage::broken_json, at_);
          return Step::damage;
        }
        ++at_;
      }
      expects_first_ = false;
    } else {
      if (walker.at_end(at_)) return Step::end;
      // a byte order mark before any of several documents
      if (index_.text().substr(*at_).starts_with("\xEF\xBB\xBF")) {
        if (at_ + 1 < index_.end() && at_[1] == at_[0] + 3) {
          ++at_;
          continue;
        }
      }
    }
    Token next = nullptr;
    const bool is_item = open_item(at_, record, item, next);
    at_ = next;
    if (next == nullptr) return Step::damage;
    if (!is_item) continue;
    item.next = next;
    return Step::item;
  }
}

}  // namespace backtrail::sources::detail
