#include <zlib.h>

#include <fmt/format.h>

#include <algorithm>

#include "ingest/detail/streams.h"

namespace backtrail::ingest::detail {
namespace {

/// gzip by zlib, member behind member. Unlike libdeflate it gives everything before damage.
class GzipStream final : public ByteStream {
 public:
  GzipStream(ByteStream& in, Guard& guard) : in_(&in), guard_(&guard), input_(kPieceBytes) {
    ready_ = inflateInit2(&zlib_, 15 + 16) == Z_OK;
  }
  ~GzipStream() override { inflateEnd(&zlib_); }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  [[nodiscard]] Result<std::size_t> read(std::span<char> buffer) override;

 private:
  [[nodiscard]] Error damage(std::string_view id, std::string_view what) {
    ended_ = true;
    return data_loss(id, fmt::format("{} at byte {} of the content", what, produced_));
  }
  [[nodiscard]] Result<bool> refill();
  [[nodiscard]] Result<bool> next_member();

  ByteStream* in_;
  Guard* guard_;
  std::vector<unsigned char> input_;
  z_stream zlib_{};
  std::uint64_t produced_ = 0;
  bool ready_ = false;
  bool ended_ = false;
  bool between_members_ = false;
};

/// True when there is input.
Result<bool> GzipStream::refill() {
  if (zlib_.avail_in > 0) return true;
  BACKTRAIL_ASSIGN(const std::size_t n,
                   in_->read({reinterpret_cast<char*>(input_.data()), input_.size()}));
  zlib_.next_in = input_.data();
  zlib_.avail_in = static_cast<uInt>(n);
  return n > 0;
}

/// Behind a member: true when another one begins. Zeros behind the last one are padding of tapes and
/// block devices, which gzip ignores too.
Result<bool> GzipStream::next_member() {
  bool zeros = false;
  for (;;) {
    BACKTRAIL_ASSIGN(const bool more, refill());
    if (!more) return false;
    if (zlib_.next_in[0] != 0) break;
    zeros = true;
    ++zlib_.next_in;
    --zlib_.avail_in;
  }
  if (zeros || zlib_.next_in[0] != 0x1f) {
    return damage("gzip_trailing_garbage",
                  "bytes that are no gzip member follow the last member, which ended");
  }
  inflateReset(&zlib_);
  between_members_ = false;
  return true;
}

Result<std::size_t> GzipStream::read(std::span<char> buffer) {
  if (ended_ || buffer.empty()) return std::size_t{0};
  if (!ready_) return internal_error("gzip_init", "zlib could not be set up");
  const auto room = static_cast<uInt>(std::min<std::size_t>(buffer.size(), kPieceBytes));
  zlib_.next_out = reinterpret_cast<Bytef*>(buffer.data());
  zlib_.avail_out = room;
  while (zlib_.avail_out == room) {
    if (between_members_) {
      Result<bool> more = next_member();
      if (!more) return more.error();
      if (!*more) {
        ended_ = true;
        return std::size_t{0};
      }
    }
    Result<bool> more = refill();
    if (!more) {
      ended_ = true;
      return more.error();
    }
    if (!*more) return damage("gzip_truncated", "the gzip data ends too early,");
    const int rc = inflate(&zlib_, Z_NO_FLUSH);
    const std::size_t made = room - zlib_.avail_out;
    if (rc == Z_STREAM_END) {
      between_members_ = true;
    } else if (rc != Z_OK && rc != Z_BUF_ERROR && made == 0) {
      const std::string_view why = zlib_.msg != nullptr ? zlib_.msg : "unknown error";
      return damage("gzip_corrupt", fmt::format("the gzip data is corrupt ({})", why));
    }
    // with output, a second call tells the error again
  }
  const std::size_t made = room - zlib_.avail_out;
  produced_ += made;
  if (Result<void> good = guard_->produce(made); !good) {
    ended_ = true;
    return good.error();
  }
  return made;
}

}  // namespace

std::unique_ptr<ByteStream> make_gzip_stream(ByteStream& in, Guard& guard) {
  return std::make_unique<GzipStream>(in, guard);
}

}  // namespace backtrail::ingest::detail
