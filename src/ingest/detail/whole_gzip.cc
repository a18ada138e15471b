#include "ingest/detail/whole_gzip.h"

#include <libdeflate.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace backtrail::ingest::detail {

using sources::kWholeFileBytes;

WholeGzip::WholeGzip() : deflate_(libdeflate_alloc_decompressor()) {}
WholeGzip::~WholeGzip() { libdeflate_free_decompressor(deflate_); }

std::optional<std::size_t> WholeGzip::unpack(std::string_view bytes, PaddedBuffer& out) {
  constexpr std::size_t kSmallest = 18;
  if (deflate_ == nullptr || bytes.size() < kSmallest || bytes.size() > kWholeFileBytes)
    return std::nullopt;
  // The last member's size field: right for files of one member, a first guess for others.
  std::uint32_t guess = 0;
  std::memcpy(&guess, bytes.data() + bytes.size() - sizeof guess, sizeof guess);
  if (guess > kWholeFileBytes) return std::nullopt;
  out.reserve(std::max<std::size_t>(guess, std::size_t{64} << 10));
  std::size_t made = 0;
  while (!bytes.empty()) {
    if (!bytes.starts_with('\x1f')) return std::nullopt;
    const std::size_t room = std::min(out.room(), kWholeFileBytes) - made;
    std::size_t used = 0;
    std::size_t given = 0;
    switch (libdeflate_gzip_decompress_ex(deflate_, bytes.data(), bytes.size(), out.data() + made,
                                          room, &used, &given)) {
      case LIBDEFLATE_SUCCESS: break;
      case LIBDEFLATE_INSUFFICIENT_SPACE:
        if (out.room() >= kWholeFileBytes) return std::nullopt;
        out.reserve(std::min(kWholeFileBytes, out.room() * 4), made);
        continue;
      default: return std::nullopt;
    }
    made += given;
    bytes.remove_prefix(used);
  }
  return made;
}

}  // namespace backtrail::ingest::detail
