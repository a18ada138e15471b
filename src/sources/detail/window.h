#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sources/sources.h"

namespace backtrail::sources::detail {

/// The part of a text that is still needed: all of a text in memory, or what a stream gave since
/// `release`. Positions are offsets from the beginning of the text.
class Window {
 public:
  void start(std::string_view whole);
  /// `piece` bytes are asked for at once (tests use tiny ones).
  void start(ByteStream& stream, std::size_t piece);

  [[nodiscard]] std::uint64_t begin() const { return begin_; }
  [[nodiscard]] std::uint64_t end() const { return begin_ + size_; }
  /// Bytes [from, to) of [begin(), end()), with 64 readable bytes behind them; valid until `more`.
  [[nodiscard]] std::string_view view(std::uint64_t from, std::uint64_t to) const {
    return {data_ + (from - begin_), static_cast<std::size_t>(to - from)};
  }
  /// Reads on; false at the end of the text (`error` tells whether it was an error's).
  [[nodiscard]] bool more();
  /// Bytes before `offset` are not needed any more; the last of them stays, to tell a line's beginning.
  void release(std::uint64_t offset) { needed_ = offset; }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
  std::uint64_t begin_ = 0;
  std::uint64_t needed_ = 0;
  ByteStream* stream_ = nullptr;
  std::size_t piece_ = 0;
  std::vector<char> buffer_{};
  std::optional<Error> error_{};
};

}  // namespace backtrail::sources::detail
