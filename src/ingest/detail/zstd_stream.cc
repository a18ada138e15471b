#include <fmt/format.h>
#include <zstd.h>

#include "ingest/detail/piece_input.h"

namespace backtrail::ingest::detail {
namespace {

/// Zstandard, frame behind frame. Windows up to 128 MiB, the most that the zstd program reads without
/// being asked to: what it wrote (`-22`, `--long`) can be opened, at that price.
class ZstdStream final : public DecoderStream {
 public:
  ZstdStream(ByteStream& in, Guard& guard) : DecoderStream(in, guard), zstd_(ZSTD_createDCtx()) {}

 private:
  struct Free {
    void operator()(ZSTD_DCtx* d) const { ZSTD_freeDCtx(d); }
  };
  [[nodiscard]] Result<std::size_t> decode(std::span<char> buffer) override {
    if (!zstd_) return internal_error("zstd_init", "zstd could not be set up");
    for (;;) {
      BACKTRAIL_ASSIGN(const std::string_view in, input_.get());
      if (in.empty() && frame_done_) return std::size_t{0};
      ZSTD_inBuffer from{in.data(), in.size(), 0};
      ZSTD_outBuffer to{buffer.data(), buffer.size(), 0};
      const std::size_t rc = ZSTD_decompressStream(zstd_.get(), &to, &from);
      input_.take(from.pos);
      if (ZSTD_isError(rc) != 0U) {
        if (to.pos > 0) return to.pos;
        const char* why = ZSTD_getErrorName(rc);
        return data_loss("zstd_corrupt",
                         fmt::format("the zstd data is corrupt ({}) at byte {} of the content", why,
                                     produced()));
      }
      frame_done_ = rc == 0;
      if (to.pos > 0) return to.pos;
      if (in.empty()) {
        return data_loss("zstd_truncated",
                         fmt::format("the zstd data ends too early, at byte {} of the content",
                                     produced()));
      }
    }
  }

  std::unique_ptr<ZSTD_DCtx, Free> zstd_;
  bool frame_done_ = false;
};

}  // namespace

std::unique_ptr<ByteStream> make_zstd_stream(ByteStream& in, Guard& guard) {
  return std::make_unique<ZstdStream>(in, guard);
}

}  // namespace backtrail::ingest::detail
