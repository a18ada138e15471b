#include "sources/detail/json_walker.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace backtrail::sources::detail {
namespace {

using model::Value;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// RFC 8259: -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?
bool is_number(std::string_view s) {
  const char* p = s.data();
  const char* end = p + s.size();
  const auto digits = [&] {
    const char* from = p;
    while (p != end && is_digit(*p)) ++p;
    return p != from;
  };
  if (p != end && *p == '-') ++p;
  if (p != end && *p == '0')
    ++p;
  else if (!digits())
    return false;
  if (p != end && *p == '.') {
    ++p;
    if (!digits()) return false;
  }
  if (p != end && (*p == 'e' || *p == 'E')) {
    ++p;
    if (p != end && (*p == '+' || *p == '-')) ++p;
    if (!digits()) return false;
  }
  return p == end;
}

bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool valid_escapes(std::string_view s) {
  const char* p = s.data();
  const char* end = p + s.size();
  while ((p = static_cast<const char*>(
              std::memchr(p, '\\', static_cast<std::size_t>(end - p)))) != nullptr) {
    ++p;  // a string never ends in a lone backslash: its quote would be escaped
    if (*p == 'u') {
      if (end - p < 5 || !std::all_of(p + 1, p + 5, is_hex)) return false;
      p += 5;
    } else if (std::strchr("\"\\/bfnrt", *p) != nullptr && *p != '\0') {
      ++p;
    } else {
      return false;
    }
    if (p == end) break;
  }
  return true;
}

}  // namespace

bool JsonWalker::find_backslash(std::string_view s) {
  constexpr std::ptrdiff_t kStep = 2048;
  const char* end = s.data() + s.size();
  if (s.data() < clean_from_ || s.data() > clean_until_) {
    clean_from_ = s.data();
    clean_until_ = s.data();
  }
  // behind a backslash that lies before `s`
  while (clean_until_ < end) {
    if (*clean_until_ == '\\') return false;
    const std::ptrdiff_t step = std::min(kStep, text_end_ - clean_until_);
    const auto* hit = static_cast<const char*>(
        std::memchr(clean_until_, '\\', static_cast<std::size_t>(step)));
    clean_until_ = hit != nullptr ? hit : clean_until_ + step;
  }
  return true;
}

bool JsonWalker::valid_string(Token t) {
  const std::string_view raw = raw_string(t);
  return is_plain(raw) || valid_escapes(raw);
}

std::string_view JsonWalker::unescape(std::string_view raw, TextArena& arena) {
  char* out = arena.room(raw.size() + 64);
  const char* end = index_->unescape(raw.data(), out);
  if (end == nullptr) return {};
  const auto size = static_cast<std::size_t>(end - out);
  arena.keep(size);
  return {out, size};
}

std::string_view JsonWalker::scalar_text(Token t) const {
  const char* begin = base_ + *t;
  const char* end = base_ + (t + 1 < end_ ? t[1] : text_size());
  while (end[-1] == ' ' || end[-1] == '\n' || end[-1] == '\r' || end[-1] == '\t') --end;
  return {begin, static_cast<std::size_t>(end - begin)};
}

std::string_view JsonWalker::member(Token key, Token next) const {
  const char* begin = base_ + *key;
  const Token last = next - 1;  // a bracket, or the scalar itself
  const char c = base_[*last];
  const std::string_view text = c == '"'               ? raw_string(last)
                                : c == '}' || c == ']' ? raw(last, next)
                                                       : scalar_text(last);
  const char* end = text.data() + text.size() + (c == '"' ? 1 : 0);
  return {begin, static_cast<std::size_t>(end - begin)};
}

bool JsonWalker::valid_scalar(Token t) const {
  const std::string_view s = scalar_text(t);
  switch (s[0]) {
    case 't': return s == "true";
    case 'f': return s == "false";
    case 'n': return s == "null";
    default: return is_number(s);
  }
}

Value JsonWalker::scalar(Token t) {
  const std::string_view s = scalar_text(t);
  if (s == "true") return {.kind = Value::Kind::boolean, .boolean = true, .text = s};
  if (s == "false") return {.kind = Value::Kind::boolean, .boolean = false, .text = s};
  if (s == "null") return {.kind = Value::Kind::null};
  if (!is_number(s)) return {};
  const char* end = s.data() + s.size();
  Value v{.kind = Value::Kind::integer, .text = s};
  const auto whole = std::from_chars(s.data(), end, v.integer);
  if (whole.ec == std::errc{} && whole.ptr == end) return v;
  v.kind = Value::Kind::real;
  v.integer = 0;
  std::from_chars(s.data(), end, v.real);
  return v;
}

Token JsonWalker::skip(Token t, std::uint32_t depth) {
  const std::uint32_t outside = depth;
  bool in_array = false;
  for (;;) {
    // a value
    if (t >= end_) return fail(Damage::truncated_json, t);
    const char c = base_[*t];
    if (c == '"') {
      if (!valid_string(t)) return fail(Damage::broken_json, t);
      ++t;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return fail(Damage::too_deep, t);
      in_array = c == '[';
      const std::uint64_t bit = std::uint64_t{1} << (depth % 64);
      if (in_array)
        is_array_[depth / 64] |= bit;
      else
        is_array_[depth / 64] &= ~bit;
      ++t;
      if (t >= end_) return fail(Damage::truncated_json, t);
      if (in_array) {
        if (base_[*t] != ']') continue;
      } else if (base_[*t] != '}') {
        goto key;
      }
      goto close;
    } else {
      if (!valid_scalar(t)) return fail(Damage::broken_json, t);
      ++t;
    }
    // behind a value
    for (;;) {
      if (depth == outside) return t;
      if (t >= end_) return fail(Damage::truncated_json, t);
      if (base_[*t] == ',') {
        ++t;
        if (in_array) break;
      key:
        if (t >= end_) return fail(Damage::truncated_json, t);
        if (base_[*t] != '"' || !valid_string(t)) return fail(Damage::broken_json, t);
        ++t;
        if (t >= end_ || base_[*t] != ':') return fail(Damage::broken_json, t);
        ++t;
        break;
      }
      if (base_[*t] != (in_array ? ']' : '}')) return fail(Damage::broken_json, t);
    close:
      --depth;
      ++t;
      in_array = depth > outside && ((is_array_[depth / 64] >> (depth % 64)) & 1) != 0;
    }
  }
}

}  // namespace backtrail::sources::detail
