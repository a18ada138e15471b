#include "sources/detail/record_parser.h"

#include <algorithm>

#include "sources/sources.h"

namespace backtrail::sources::detail {
namespace {

using model::Record;
using model::Value;

/// The slots below a slot, which a repeated key makes stale.
int last_slot_below(int slot) {
  switch (slot) {
    case kUserIdentity: return kWebIdFederationData;
    case kSessionContext: return kWebIdFederationData;
    case kSessionAttributes: return kSessionCreationDate;
    case kSessionIssuer: return kIssuerUserName;
    default: return slot;
  }
}
static_assert(kUserType == kUserIdentity + 1 && kOther == kWebIdFederationData + 1);
static_assert(kSessionAttributes == kSessionContext + 1 && kIssuerType == kSessionIssuer + 1);
static_assert(kSessionMfa == kSessionAttributes + 1 && kIssuerUserName == kIssuerType + 4);

void forget_parts(int slot, Record& record) {
  for (int s = slot + 1; s <= last_slot_below(slot); ++s) record.set(s, Value{});
}

}  // namespace

std::string_view RecordParser::text_at(Token t) {
  if (walker_.peek(t) != '"') return {};
  return walker_.unescaped(walker_.raw_string(t), arena_);
}

Token RecordParser::parse(Token t, std::uint32_t depth, bool may_be_envelope, Record& record) {
  arena_.clear();
  hints_.seen = 0;
  others_.clear();
  first_depth_ = depth + 1;
  has_repeats_ = false;
  may_be_envelope_ = may_be_envelope;
  envelope_array_ = nullptr;
  const Token next = parse_members(t, top_level_keys(), depth + 1, record);
  if (next == nullptr || envelope_array_ != nullptr) return next;
  record.set(kRecord, {.kind = Value::Kind::object, .text = walker_.raw(t, next)});
  if (!others_.empty()) record.set(kOther, others());
  return next;
}

/// The members without a slot as an object of their own.
Value RecordParser::others() {
  std::size_t size = 2;
  for (const std::string_view member : others_) size += member.size() + 1;
  char* const out = arena_.room(size + kPadding);
  char* p = out;
  for (const std::string_view member : others_) {
    *p = p == out ? '{' : ',';
    ++p;
    p = std::copy(member.begin(), member.end(), p);
  }
  *p++ = '}';
  size = static_cast<std::size_t>(p - out);
  arena_.keep(size + kPadding);
  return {.kind = Value::Kind::object, .text = {out, size}};
}

/// False for a bad escape.
bool RecordParser::find_escaped_key(std::string_view raw, const KeyTable& keys,
                                    const KeyEntry*& entry) {
  const std::string_view key = walker_.unescaped(raw, arena_);
  if (key.data() == nullptr) return false;
  entry = keys.find(key.data(), key.size());
  return true;
}

void RecordParser::note_hint(int hint, Token t) {
  hints_.seen |= 1U << (hint - kFirstHint);
  hints_.value[static_cast<std::size_t>(hint - kFirstHint)] = t;
}

/// The array at `t` holds records, by its key or by its first member.
bool RecordParser::begins_envelope(const KeyEntry* key, Token t, std::uint32_t depth,
                                   const Record& record) {
  if (!may_be_envelope_ || depth != first_depth_ || record.at(kEventName).present()) return false;
  const bool by_name = key != nullptr && key->id <= kLastArrayHint;
  if (!by_name && !(walker_.peek(t + 1) == '{' && walker_.peek(t + 2) == '"' &&
                    walker_.raw_string(t + 2) == kFirstKeyOfRecords))
    return false;
  envelope_array_ = t;
  envelope_hint_ = by_name ? key->id : int{kHintRecords};
  return true;
}

/// The members of the object at `t`, which is container number `depth`; the token behind it.
Token RecordParser::parse_members(Token t, const KeyTable& keys, std::uint32_t depth,
                                  Record& record) {
  if (depth > kMaxDepth) return walker_.fail(Damage::too_deep, t);
  ++t;
  if (walker_.peek(t) == '}') return t + 1;
  for (;;) {
    if (walker_.peek(t) != '"') return walker_.fail(Damage::broken_json, t);
    const Token key = t;
    const std::string_view raw_key = walker_.raw_string(t);
    const KeyEntry* entry = nullptr;
    if (walker_.is_plain(raw_key)) [[likely]]
      entry = keys.find(raw_key.data(), raw_key.size());
    else if (!find_escaped_key(raw_key, keys, entry))
      return walker_.fail(Damage::broken_json, t);
    ++t;
    if (walker_.peek(t) != ':') return walker_.fail(Damage::broken_json, t);
    ++t;

    const char c = walker_.peek(t);
    Token next = nullptr;
    if (entry == nullptr || entry->id >= kFirstHint) {
      if (c == '[' && begins_envelope(entry, t, depth, record)) return t;
      if (entry != nullptr && depth == first_depth_) note_hint(entry->id, t);
      next = walker_.skip(t, depth);
      if (next != nullptr && depth == first_depth_) others_.push_back(walker_.member(key, next));
    } else {
      const int slot = entry->id;
      if (record.at(slot).present()) [[unlikely]] {
        has_repeats_ = true;
        forget_parts(slot, record);
      }
      if (c == '"') {
        const std::string_view text = walker_.unescaped(walker_.raw_string(t), arena_);
        if (text.data() == nullptr) return walker_.fail(Damage::broken_json, t);
        record.set_text(slot, Value::Kind::text, text);
        next = t + 1;
      } else if (c == '{' || c == '[') {
        next = c == '{' && entry->child != nullptr
                   ? parse_members(t, *entry->child, depth + 1, record)
                   : walker_.skip(t, depth);
        if (next == nullptr) return nullptr;
        record.set_text(slot, c == '{' ? Value::Kind::object : Value::Kind::array,
                        walker_.raw(t, next));
      } else {
        if (walker_.at_end(t)) return walker_.fail(Damage::truncated_json, t);
        const Value v = walker_.scalar(t);
        if (!v.present()) return walker_.fail(Damage::broken_json, t);
        record.set(slot, v);
        next = t + 1;
      }
    }
    if (next == nullptr) return nullptr;

    t = next;
    const char after = walker_.peek(t);
    ++t;
    if (after == ',') continue;
    if (after == '}') return t;
    return walker_.fail(Damage::broken_json, t - 1);
  }
}

}  // namespace backtrail::sources::detail
