#include <fmt/format.h>
#include <zlib.h>

#include "ingest/detail/piece_input.h"

namespace backtrail::ingest::detail {
namespace {

/// gzip by zlib, member behind member. Unlike libdeflate it gives everything before damage.
class GzipStream final : public DecoderStream {
 public:
  GzipStream(ByteStream& in, Guard& guard) : DecoderStream(in, guard) {
    ready_ = inflateInit2(&zlib_, 15 + 16) == Z_OK;
  }
  ~GzipStream() override { inflateEnd(&zlib_); }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

 private:
  [[nodiscard]] Result<std::size_t> decode(std::span<char> buffer) override;
  [[nodiscard]] Result<bool> next_member();
  [[nodiscard]] Error damage(std::string_view id, std::string_view what) const {
    return data_loss(id, fmt::format("{} at byte {} of the content", what, produced()));
  }

  z_stream zlib_{};
  bool ready_ = false;
  bool between_members_ = false;
};

/// Behind a member: true when another one begins. Zeros behind the last one are padding of tapes and
/// block devices, which gzip ignores too.
Result<bool> GzipStream::next_member() {
  bool zeros = false;
  for (;;) {
    BACKTRAIL_ASSIGN(const std::string_view in, input_.get());
    if (in.empty()) return false;
    const std::size_t padding = std::min(in.find_first_not_of('\0'), in.size());
    zeros = zeros || padding > 0;
    input_.take(padding);
    if (padding == in.size()) continue;
    if (zeros || in[padding] != '\x1f') {
      return damage("gzip_trailing_garbage",
                    "bytes that are no gzip member follow the last member, which ended");
    }
    inflateReset(&zlib_);
    between_members_ = false;
    return true;
  }
}

Result<std::size_t> GzipStream::decode(std::span<char> buffer) {
  if (!ready_) return internal_error("gzip_init", "zlib could not be set up");
  for (;;) {
    if (between_members_) {
      BACKTRAIL_ASSIGN(const bool more, next_member());
      if (!more) return std::size_t{0};
    }
    BACKTRAIL_ASSIGN(const std::string_view in, input_.get());
    if (in.empty()) return damage("gzip_truncated", "the gzip data ends too early,");
    zlib_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    zlib_.avail_in = static_cast<uInt>(in.size());
    zlib_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    zlib_.avail_out = static_cast<uInt>(buffer.size());
    const int rc = inflate(&zlib_, Z_NO_FLUSH);
    input_.take(in.size() - zlib_.avail_in);
    const std::size_t made = buffer.size() - zlib_.avail_out;
    between_members_ = rc == Z_STREAM_END;
    if (made > 0) return made;  // a later call tells an error again
    if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR) {
      const std::string_view why = zlib_.msg != nullptr ? zlib_.msg : "unknown error";
      return damage("gzip_corrupt", fmt::format("the gzip data is corrupt ({})", why));
    }
  }
}

}  // namespace

std::unique_ptr<ByteStream> make_gzip_stream(ByteStream& in, Guard& guard) {
  return std::make_unique<GzipStream>(in, guard);
}

}  // namespace backtrail::ingest::detail
