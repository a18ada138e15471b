#include <bzlib.h>
#include <fmt/format.h>

#include "ingest/detail/piece_input.h"

namespace backtrail::ingest::detail {
namespace {

/// bzip2, stream behind stream (parallel compressors write many).
class Bzip2Stream final : public DecoderStream {
 public:
  Bzip2Stream(ByteStream& in, Guard& guard) : DecoderStream(in, guard) {}
  ~Bzip2Stream() override { close(); }
  Bzip2Stream(const Bzip2Stream&) = delete;
  Bzip2Stream& operator=(const Bzip2Stream&) = delete;

 private:
  void close() {
    if (open_) BZ2_bzDecompressEnd(&bz_);
    open_ = false;
  }
  [[nodiscard]] Result<std::size_t> decode(std::span<char> buffer) override;

  bz_stream bz_{};
  bool open_ = false;
  bool any_ = false;  // a whole stream was read
};

Result<std::size_t> Bzip2Stream::decode(std::span<char> buffer) {
  const auto damage = [&](std::string_view id, std::string_view what) {
    return data_loss(id, fmt::format("{} at byte {} of the content", what, produced()));
  };
  for (;;) {
    BACKTRAIL_ASSIGN(const std::string_view in, input_.get());
    if (!open_) {
      if (in.empty() && any_) return std::size_t{0};
      if (any_ && in[0] != 'B')
        return damage("bzip2_trailing_garbage",
                      "bytes that are no bzip2 stream follow the last stream, which ended");
      bz_ = {};
      if (BZ2_bzDecompressInit(&bz_, 0, 0) != BZ_OK)
        return internal_error("bzip2_init", "bzip2 could not be set up");
      open_ = true;
    }
    if (in.empty()) return damage("bzip2_truncated", "the bzip2 data ends too early,");
    bz_.next_in = const_cast<char*>(in.data());
    bz_.avail_in = static_cast<unsigned>(in.size());
    bz_.next_out = buffer.data();
    bz_.avail_out = static_cast<unsigned>(buffer.size());
    const int rc = BZ2_bzDecompress(&bz_);
    input_.take(in.size() - bz_.avail_in);
    const std::size_t made = buffer.size() - bz_.avail_out;
    if (rc == BZ_STREAM_END) {
      close();
      any_ = true;
    }
    if (made > 0) return made;
    if (rc != BZ_OK && rc != BZ_STREAM_END)
      return damage("bzip2_corrupt", "the bzip2 data is corrupt");
  }
}

}  // namespace

std::unique_ptr<ByteStream> make_bzip2_stream(ByteStream& in, Guard& guard) {
  return std::make_unique<Bzip2Stream>(in, guard);
}

}  // namespace backtrail::ingest::detail
