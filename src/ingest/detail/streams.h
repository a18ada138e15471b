#pragma once

#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "ingest/detail/guard.h"
#include "sources/sources.h"

namespace backtrail::ingest::detail {

using sources::ByteStream;

/// The bytes of the file itself; reading them counts as consumption.
class FileStream final : public ByteStream {
 public:
  FileStream(std::string_view bytes, Guard& guard) : rest_(bytes), guard_(&guard) {}
  [[nodiscard]] Result<std::size_t> read(std::span<char> buffer) override {
    const std::size_t n = std::min(buffer.size(), rest_.size());
    std::memcpy(buffer.data(), rest_.data(), n);
    rest_.remove_prefix(n);
    guard_->consume(n);
    return n;
  }

 private:
  std::string_view rest_;
  Guard* guard_;
};

/// Bytes in memory in front of an optional further stream.
class JoinedStream final : public ByteStream {
 public:
  explicit JoinedStream(std::string_view head, ByteStream* tail = nullptr)
      : head_(head), tail_(tail) {}
  [[nodiscard]] Result<std::size_t> read(std::span<char> buffer) override {
    if (!head_.empty()) {
      const std::size_t n = std::min(buffer.size(), head_.size());
      std::memcpy(buffer.data(), head_.data(), n);
      head_.remove_prefix(n);
      return n;
    }
    if (error_.has_value()) return *std::exchange(error_, std::nullopt);
    return tail_ != nullptr ? tail_->read(buffer) : Result<std::size_t>(std::size_t{0});
  }
  /// An error that was met behind `head`; it comes once, then `tail` goes on.
  void fail_behind_head(Error error) { error_ = std::move(error); }

 private:
  std::string_view head_;
  ByteStream* tail_;
  std::optional<Error> error_{};
};

/// Decompressors. `in` is read in pieces through an own buffer and must outlive the stream.
[[nodiscard]] std::unique_ptr<ByteStream> make_gzip_stream(ByteStream& in, Guard& guard);
[[nodiscard]] std::unique_ptr<ByteStream> make_zstd_stream(ByteStream& in, Guard& guard);
[[nodiscard]] std::unique_ptr<ByteStream> make_bzip2_stream(ByteStream& in, Guard& guard);

inline constexpr std::size_t kPieceBytes = std::size_t{64} << 10;

/// Reads until `buffer` is full or the stream ends. The bytes read before an error count: `error` then
/// holds it.
[[nodiscard]] std::size_t fill(ByteStream& in, std::span<char> buffer, std::optional<Error>& error);

}  // namespace backtrail::ingest::detail
