#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "sources/detail/json_walker.h"
#include "sources/detail/window.h"

namespace backtrail::sources::detail {

/// Finds the ends of JSON values in a window that is read on as needed. It checks brackets, commas,
/// colons and quotes, so that damage shows where it is; what is inside strings and scalars is left to
/// whoever parses the value.
class TextScanner {
 public:
  enum class Outcome : std::uint8_t {
    value,     // `pos()` is behind it
    envelope,  // `pos()` is at the array that holds records
    damage,    // at `pos()`
    end,       // the text ended inside the value
  };

  explicit TextScanner(Window& window) : window_(&window) {}

  [[nodiscard]] std::uint64_t pos() const { return pos_; }
  void seek(std::uint64_t pos) { pos_ = pos; }
  /// The next character that is no white space, 0 at the end of the text; `pos()` is at it.
  [[nodiscard]] char peek();

  [[nodiscard]] bool starts_with(std::string_view text) {
    return has(pos_ + text.size() - 1) && window_->view(pos_, pos_ + text.size()) == text;
  }

  /// Scans the value at `pos()`. Bytes of a value longer than `kMaxRecordBytes` are let go. With
  /// `may_be_envelope`, an array under a key that holds records stops the scan.
  [[nodiscard]] Outcome scan(bool may_be_envelope);
  /// The array hint of Outcome::envelope.
  [[nodiscard]] int envelope_hint() const { return envelope_hint_; }

  /// The value that was scanned last has more than kMaxDepth levels.
  [[nodiscard]] bool too_deep() const { return too_deep_; }

  /// The first key of the object whose brace is at `brace`, when it is short and plain; else "". Valid
  /// until the window reads on.
  [[nodiscard]] std::string_view first_key(std::uint64_t brace);

  /// Scans the string at `pos()` (a quote) and copies it, unescaped, to `out` when it is short.
  [[nodiscard]] Outcome scan_key(std::string& out);

 private:
  [[nodiscard]] bool has(std::uint64_t pos) {
    while (pos >= window_->end()) {
      if (!window_->more()) return false;
    }
    return true;
  }
  [[nodiscard]] char at(std::uint64_t pos) const { return window_->view(pos, pos + 1)[0]; }
  [[nodiscard]] bool is_array_of_records(std::uint64_t bracket);
  [[nodiscard]] std::uint64_t behind_space(std::uint64_t pos);
  Outcome string();
  Outcome scalar();

  Window* window_;
  std::uint64_t pos_ = 0;
  std::uint64_t keep_from_ = 0;  // start of the value that is being scanned
  bool too_deep_ = false;
  int envelope_hint_ = 0;
  std::array<bool, kMaxDepth + 1> is_array_{};
};

}  // namespace backtrail::sources::detail
