#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "ingest/detail/padded_buffer.h"

struct libdeflate_decompressor;

namespace backtrail::ingest::detail {

/// Whole gzip files by libdeflate: the fastest way, for sound files whose content is small. It gives
/// nothing of a damaged file: that is a stream's work.
class WholeGzip {
 public:
  WholeGzip();
  ~WholeGzip();
  WholeGzip(const WholeGzip&) = delete;
  WholeGzip& operator=(const WholeGzip&) = delete;

  /// The content's size, all members behind each other in `out`; nothing when `bytes` are anything but
  /// sound gzip members with at most `sources::kWholeFileBytes` of content.
  [[nodiscard]] std::optional<std::size_t> unpack(std::string_view bytes, PaddedBuffer& out);

 private:
  libdeflate_decompressor* deflate_;
};

}  // namespace backtrail::ingest::detail
