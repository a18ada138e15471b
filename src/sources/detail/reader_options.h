#pragma once

#include <cstddef>
#include <memory>

#include "sources/sources.h"

namespace backtrail::sources::detail {

/// For tests and comparisons of the two paths; `make_reader` takes the defaults.
struct ReaderOptions {
  ReadOptions read{};
  bool robust_only = false;                             // whole texts too take the robust way
  std::size_t piece_bytes = std::size_t{256} << 10;     // a stream is read in pieces of this size
};
[[nodiscard]] std::unique_ptr<Reader> make_reader_with(ReaderOptions options);

}  // namespace backtrail::sources::detail
