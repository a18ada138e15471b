#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "model/record.h"
#include "sources/detail/structural_index.h"
#include "sources/detail/text_arena.h"

namespace backtrail::sources::detail {

/// Containers below a record deeper than this are refused (`too_deep`); simdjson's trees, which rules
/// use to look into a record, hold 1,024 levels.
inline constexpr std::uint32_t kMaxDepth = 1000;

using Token = const std::uint32_t*;

/// Walks JSON values of an indexed text, validating every byte of the grammar (RFC 8259) on the way.
/// Stops at the first error: `damage()` and `damage_at()` tell it, and the functions return null.
class JsonWalker {
 public:
  explicit JsonWalker(const StructuralIndex& index) : index_(&index) {}

  /// To be called after each `StructuralIndex::load`.
  void reset() {
    base_ = index_->base();
    end_ = index_->end();
    text_end_ = base_ + index_->text().size();
    clean_until_ = base_;
    damage_ = Damage::none;
  }

  [[nodiscard]] bool at_end(Token t) const { return t >= end_; }
  /// The first character of the token, 0 at the end.
  [[nodiscard]] char peek(Token t) const { return t < end_ ? base_[*t] : '\0'; }
  [[nodiscard]] const char* where(Token t) const { return base_ + (t < end_ ? *t : text_size()); }

  /// Behind the value at `t`, or null. `depth` containers are open around it.
  [[nodiscard]] Token skip(Token t, std::uint32_t depth);

  /// The string at `t` between its quotes, still escaped; escapes are validated by `text` or `check`.
  [[nodiscard]] std::string_view raw_string(Token t) const {
    const char* begin = base_ + *t + 1;
    const char* end = base_ + (t + 1 < end_ ? t[1] : text_size()) - 1;
    while (*end != '"') --end;
    return {begin, static_cast<std::size_t>(end - begin)};
  }
  /// No backslash in `s`. Strings must be asked for in the order of the text.
  [[nodiscard]] bool is_plain(std::string_view s) {
    if (s.data() + s.size() <= clean_until_ && s.data() >= clean_from_) [[likely]]
      return true;
    return find_backslash(s);
  }
  /// The text of a raw string; unescaped into `arena` where it must be. Null data: a bad escape.
  [[nodiscard]] std::string_view unescaped(std::string_view raw, TextArena& arena) {
    return is_plain(raw) ? raw : unescape(raw, arena);
  }

  /// The scalar that is no string at `t`, or a value of kind absent for an error.
  [[nodiscard]] model::Value scalar(Token t);
  /// The raw text of the value from `t` to before token `next`.
  [[nodiscard]] std::string_view raw(Token t, Token next) const {
    const char* begin = base_ + *t;
    const char* end = base_ + next[-1];
    return {begin, static_cast<std::size_t>(end - begin) + 1};  // containers end in one character
  }

  /// The raw text of the member whose key is at `key` and whose value ends before token `next`.
  [[nodiscard]] std::string_view member(Token key, Token next) const;

  Token fail(Damage damage, Token t) {
    damage_ = t >= end_ ? Damage::truncated_json : damage;
    damage_at_ = where(t);
    return nullptr;
  }
  [[nodiscard]] Damage damage() const { return damage_; }
  [[nodiscard]] const char* damage_at() const { return damage_at_; }
  [[nodiscard]] const StructuralIndex& index() const { return *index_; }

 private:
  [[nodiscard]] std::size_t text_size() const {
    return static_cast<std::size_t>(text_end_ - base_);
  }
  [[nodiscard]] bool find_backslash(std::string_view s);
  [[nodiscard]] std::string_view unescape(std::string_view raw, TextArena& arena);
  [[nodiscard]] bool valid_string(Token t);
  [[nodiscard]] bool valid_scalar(Token t) const;
  [[nodiscard]] std::string_view scalar_text(Token t) const;

  const StructuralIndex* index_;
  const char* base_ = nullptr;
  Token end_ = nullptr;
  const char* text_end_ = nullptr;
  // no backslash in [clean_from_, clean_until_)
  const char* clean_from_ = nullptr;
  const char* clean_until_ = nullptr;
  Damage damage_ = Damage::none;
  const char* damage_at_ = nullptr;
  std::array<std::uint64_t, kMaxDepth / 64 + 1> is_array_{};  // one bit per open container
};

}  // namespace backtrail::sources::detail
