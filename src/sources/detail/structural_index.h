#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace simdjson::internal {
class dom_parser_implementation;
}

namespace backtrail::sources::detail {

/// What made a text unreadable. Spelled by `reason_of` as in `Diagnostic::reason`.
enum class Damage : std::uint8_t { none, invalid_utf8, truncated_json, broken_json, too_deep };
[[nodiscard]] std::string_view reason_of(Damage damage);

/// The positions of all structural characters and of the first characters of all scalars of a text:
/// simdjson's first stage. It also validates UTF-8, closed strings and the absence of control
/// characters in strings. Everything else (grammar, escapes, numbers) is the reader's part: simdjson's
/// own second stages either build a tree (dom) or do not validate what they skip and copy each string
/// (on demand), while records need their raw texts, validated, with strings as views.
class StructuralIndex {
 public:
  StructuralIndex();
  ~StructuralIndex();
  StructuralIndex(const StructuralIndex&) = delete;
  StructuralIndex& operator=(const StructuralIndex&) = delete;

  /// Indexes `text` (at most 4 GiB), which must stay, with 64 readable bytes behind it.
  [[nodiscard]] Damage load(std::string_view text);

  [[nodiscard]] const char* base() const { return text_.data(); }
  [[nodiscard]] std::string_view text() const { return text_; }
  /// Token positions, ascending; `end()[0]` and `end()[1]` are readable.
  [[nodiscard]] const std::uint32_t* begin() const { return begin_; }
  [[nodiscard]] const std::uint32_t* end() const { return end_; }

  /// Unescapes the string that starts behind `begin` (its quote) to `out`, which has room for its length
  /// and 64 bytes. Lone surrogates become U+FFFD. The end of the output, or null for a bad escape.
  [[nodiscard]] char* unescape(const char* begin, char* out) const;

 private:
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage1_;
  std::string_view text_{};
  const std::uint32_t* begin_ = nullptr;
  const std::uint32_t* end_ = nullptr;
};

}  // namespace backtrail::sources::detail
