#pragma once

#include <vector>

#include "ingest/detail/streams.h"

namespace backtrail::ingest::detail {

/// Compressed input that is read in pieces.
class PieceInput {
 public:
  explicit PieceInput(ByteStream& in) : in_(&in), buffer_(kPieceBytes) {}

  /// The bytes not yet taken, reading on when there are none; empty at the end.
  [[nodiscard]] Result<std::string_view> get() {
    if (from_ == to_) {
      BACKTRAIL_ASSIGN(to_, in_->read(buffer_));
      from_ = 0;
    }
    return std::string_view(buffer_.data() + from_, to_ - from_);
  }
  void take(std::size_t bytes) { from_ += bytes; }

 private:
  ByteStream* in_;
  std::vector<char> buffer_;
  std::size_t from_ = 0;
  std::size_t to_ = 0;
};

/// What all decompressors share: a read gives some bytes, the end, or one error, after which the stream
/// has ended. A subclass decodes.
class DecoderStream : public ByteStream {
 public:
  DecoderStream(ByteStream& in, Guard& guard) : input_(in), guard_(&guard) {}
  [[nodiscard]] Result<std::size_t> read(std::span<char> buffer) final {
    if (ended_ || buffer.empty()) return std::size_t{0};
    Result<std::size_t> made = decode(buffer.first(std::min(buffer.size(), kPieceBytes)));
    if (made) {
      produced_ += *made;
      if (Result<void> good = guard_->produce(*made); !good) made = good.error();
    }
    ended_ = !made || *made == 0;
    return made;
  }

 protected:
  /// At least one byte, 0 at the end. After an error behind some bytes it is called once more.
  [[nodiscard]] virtual Result<std::size_t> decode(std::span<char> buffer) = 0;
  [[nodiscard]] std::uint64_t produced() const { return produced_; }

  PieceInput input_;  // NOLINT: subclasses decode from it

 private:
  Guard* guard_;
  std::uint64_t produced_ = 0;
  bool ended_ = false;
};

}  // namespace backtrail::ingest::detail
