#include "sources/detail/text_scanner.h"

#include <cstring>

#include "base/json.h"
#include "sources/detail/field_names.h"
#include "sources/sources.h"

namespace backtrail::sources::detail {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101U;
constexpr std::uint64_t kHighs = 0x8080808080808080U;

constexpr std::uint64_t zero_bytes(std::uint64_t w) { return (w - kOnes) & ~w & kHighs; }

/// Eight string bytes without a quote, a backslash or a control character.
bool is_plain_word(const char* p) {
  std::uint64_t w = 0;
  std::memcpy(&w, p, sizeof w);
  const std::uint64_t control = (w - kOnes * 0x20) & ~w & kHighs;
  return (zero_bytes(w ^ (kOnes * '"')) | zero_bytes(w ^ (kOnes * '\\')) | control) == 0;
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool is_scalar_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '+' || c == '.';
}

}  // namespace

char TextScanner::peek() {
  for (;;) {
    const std::string_view rest = window_->view(pos_, window_->end());
    for (const char c : rest) {
      if (!is_space(c)) return c;
      ++pos_;
    }
    if (keep_from_ + kMaxRecordBytes < pos_) window_->release(pos_);
    if (!has(pos_)) return '\0';
  }
}

/// Behind at most a line's worth of white space.
std::uint64_t TextScanner::behind_space(std::uint64_t pos) {
  constexpr std::uint64_t kMost = 256;
  const std::uint64_t limit = pos + kMost;
  while (pos < limit && has(pos) && is_space(at(pos))) ++pos;
  return pos;
}

std::string_view TextScanner::first_key(std::uint64_t brace) {
  constexpr std::uint64_t kLongest = 64;
  const std::uint64_t quote = behind_space(brace + 1);
  if (!has(quote) || at(quote) != '"') return {};
  std::uint64_t p = quote + 1;
  while (p - quote <= kLongest && has(p) && at(p) != '"' && at(p) != '\\') ++p;
  if (!has(p) || at(p) != '"') return {};
  return window_->view(quote + 1, p);
}

bool TextScanner::is_array_of_records(std::uint64_t bracket) {
  const std::uint64_t brace = behind_space(bracket + 1);
  return has(brace) && at(brace) == '{' && first_key(brace) == kFirstKeyOfRecords;
}

/// The string whose quote is at `pos()`.
TextScanner::Outcome TextScanner::string() {
  ++pos_;
  for (;;) {
    const std::string_view rest = window_->view(pos_, window_->end());
    const char* p = rest.data();
    const char* end = p + rest.size();
    for (;;) {
      while (end - p >= 8 && is_plain_word(p)) p += 8;
      if (p == end) break;
      if (*p == '"') {
        pos_ += static_cast<std::uint64_t>(p - rest.data()) + 1;
        return Outcome::value;
      }
      if (static_cast<unsigned char>(*p) < 0x20) {
        pos_ += static_cast<std::uint64_t>(p - rest.data());
        return Outcome::damage;
      }
      if (*p == '\\') {
        if (end - p < 2) break;
        ++p;
        if (static_cast<unsigned char>(*p) < 0x20) continue;
      }
      ++p;
    }
    pos_ += static_cast<std::uint64_t>(p - rest.data());
    if (keep_from_ + kMaxRecordBytes < pos_) window_->release(pos_);
    if (!window_->more()) {
      pos_ = window_->end();
      return Outcome::end;
    }
  }
}

TextScanner::Outcome TextScanner::scalar() {
  const char first = at(pos_);
  if (first != '-' && (first < '0' || first > '9') && first != 't' && first != 'f' && first != 'n')
    return Outcome::damage;
  do {
    ++pos_;
  } while (has(pos_) && is_scalar_char(at(pos_)));
  return Outcome::value;
}

TextScanner::Outcome TextScanner::scan_key(std::string& out) {
  constexpr std::uint64_t kLongest = 256;  // known keys are short, even with each letter escaped
  const std::uint64_t start = pos_;
  const std::uint64_t kept = keep_from_;
  keep_from_ = start;
  const Outcome outcome = string();
  keep_from_ = kept;
  out.clear();
  if (outcome == Outcome::value && pos_ - start <= kLongest)
    out = window_->view(start + 1, pos_ - 1);
  if (out.find('\\') != std::string::npos) {
    const Result<Json> text = Json::parse('"' + out + '"');
    out = text ? text->as_string() : std::string();
  }
  return outcome;
}

TextScanner::Outcome TextScanner::scan(bool may_be_envelope) {
  enum class Expect : std::uint8_t { value, first_value, key, first_key, next };
  Expect expect = Expect::value;
  std::uint64_t depth = 0;
  bool met_event_name = false;
  std::string key;
  keep_from_ = pos_;
  too_deep_ = false;
  for (;;) {
    const char c = peek();
    if (c == '\0' && pos_ >= window_->end()) return Outcome::end;
    if (keep_from_ + kMaxRecordBytes < pos_) window_->release(pos_);
    const bool strict = depth <= kMaxDepth;
    const bool in_array = strict && is_array_[depth];
    if (c == '"' && (!strict || expect != Expect::next)) {
      if (strict && (expect == Expect::key || expect == Expect::first_key)) {
        const Outcome outcome = may_be_envelope && depth == 1 ? scan_key(key) : string();
        if (outcome != Outcome::value) return outcome;
        if (peek() != ':') return pos_ >= window_->end() ? Outcome::end : Outcome::damage;
        ++pos_;
        expect = Expect::value;
        if (!may_be_envelope || depth != 1) continue;
        const KeyEntry* entry = top_level_keys().find(key.data(), key.size());
        if (entry != nullptr && entry->id == kEventName) met_event_name = true;
        if (met_event_name || peek() != '[') continue;
        const bool by_name =
            entry != nullptr && entry->id >= kFirstHint && entry->id <= kLastArrayHint;
        if (!by_name && !is_array_of_records(pos_)) continue;
        envelope_hint_ = by_name ? entry->id : int{kHintRecords};
        return Outcome::envelope;
      }
      if (const Outcome outcome = string(); outcome != Outcome::value) return outcome;
      expect = Expect::next;
    } else if (c == '{' || c == '[') {
      if (strict && expect != Expect::value && expect != Expect::first_value)
        return Outcome::damage;
      ++pos_;
      if (++depth <= kMaxDepth)
        is_array_[depth] = c == '[';
      else
        too_deep_ = true;
      expect = c == '[' ? Expect::first_value : Expect::first_key;
    } else if (c == '}' || c == ']') {
      const bool fits = in_array ? c == ']' && expect != Expect::value
                                 : c == '}' && (expect == Expect::next ||
                                                expect == Expect::first_key);
      if (depth == 0 || (strict && !fits)) return Outcome::damage;
      ++pos_;
      --depth;
      expect = Expect::next;
    } else if (!strict) {
      ++pos_;  // only brackets and strings count down there: the value is refused anyway
    } else if (c == ',' && expect == Expect::next && depth > 0) {
      ++pos_;
      expect = in_array ? Expect::value : Expect::key;
    } else if (expect == Expect::value || expect == Expect::first_value) {
      if (scalar() != Outcome::value) return Outcome::damage;
      expect = Expect::next;
    } else {
      return Outcome::damage;
    }
    if (depth == 0) return Outcome::value;
  }
}

}  // namespace backtrail::sources::detail
