#include "sources/detail/line_walker.h"

#include <cstring>

#include "sources/sources.h"

namespace backtrail::sources::detail {

LineWalker::Line LineWalker::next() {
  for (;;) {
    const std::uint64_t from = pos_;
    std::uint64_t searched = from;
    bool too_large = false;
    for (;;) {
      const std::string_view rest = window_.view(searched, window_.end());
      const void* const newline = rest.empty() ? nullptr : std::memchr(rest.data(), '\n', rest.size());
      if (newline != nullptr) {
        const std::uint64_t end = searched + static_cast<std::uint64_t>(static_cast<const char*>(newline) - rest.data());
        pos_ = end + 1;
        if (too_large || end - from > kMaxRecordBytes)
          return {.kind = Line::Kind::too_large, .offset = from, .length = end - from};
        std::string_view text = window_.view(from, end);
        if (text.ends_with('\r')) text.remove_suffix(1);
        if (text.empty()) break;
        return {.kind = Line::Kind::line, .text = text, .offset = from, .length = text.size()};
      }
      searched = window_.end();
      if (searched - from > kMaxRecordBytes) too_large = true;
      window_.release(too_large ? searched : from);
      if (window_.more()) continue;
      pos_ = window_.end();
      if (pos_ == from) return {.kind = Line::Kind::end, .offset = from};
      if (too_large) return {.kind = Line::Kind::too_large, .offset = from, .length = pos_ - from};
      std::string_view text = window_.view(from, pos_);
      if (text.ends_with('\r')) text.remove_suffix(1);
      if (text.empty()) return {.kind = Line::Kind::end, .offset = from};
      return {.kind = Line::Kind::line, .text = text, .offset = from, .length = text.size(), .cut = true};
    }
  }
}

}  // namespace backtrail::sources::detail
