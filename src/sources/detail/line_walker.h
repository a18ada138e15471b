#pragma once

#include <cstdint>
#include <string_view>

#include "sources/detail/window.h"

namespace backtrail::sources::detail {

/// The lines of a text of any length, in bounded memory. Empty lines are passed over; `\r` before the
/// newline is left off.
class LineWalker {
 public:
  explicit LineWalker(Window& window) : window_(window) {}
  struct Line {
    enum class Kind : std::uint8_t { line, too_large, end };
    Kind kind = Kind::end;
    std::string_view text{};  // valid until the next call
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    bool cut = false;  // the text ends here without a newline
  };

  void start(std::uint64_t pos) { pos_ = pos; }
  [[nodiscard]] Line next();

 private:
  Window& window_;
  std::uint64_t pos_ = 0;
};

}  // namespace backtrail::sources::detail
