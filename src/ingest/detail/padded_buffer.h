#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

#include "sources/sources.h"

namespace backtrail::ingest::detail {

/// Reused bytes with room for padding behind them. Not initialised: a page costs when it is used.
class PaddedBuffer {
 public:
  [[nodiscard]] std::size_t room() const { return room_; }
  /// Room for `size` bytes; keeps the first `keep`.
  void reserve(std::size_t size, std::size_t keep = 0) {
    if (size <= room_) return;
    std::unique_ptr<char[]> bigger(new char[size + sources::kPadding]);
    if (keep > 0) std::memcpy(bigger.get(), bytes_.get(), keep);
    bytes_ = std::move(bigger);
    room_ = size;
  }
  [[nodiscard]] char* data() { return bytes_.get(); }
  /// The first `size` bytes, with zeros behind them.
  [[nodiscard]] std::string_view padded(std::size_t size) {
    reserve(size);
    std::memset(bytes_.get() + size, 0, sources::kPadding);
    return {bytes_.get(), size};
  }

 private:
  std::unique_ptr<char[]> bytes_{new char[sources::kPadding]};
  std::size_t room_ = 0;
};

}  // namespace backtrail::ingest::detail
