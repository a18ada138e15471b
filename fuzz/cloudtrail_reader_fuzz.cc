// Any bytes as one file: no crash, consistent counts, and the fast path, the robust path and a stream in
// small pieces agree.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sources/testing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace t = backtrail::sources::testing;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const t::Reading whole = t::read_whole(text);
  if (whole.report.read != whole.records.size() + whole.report.rejected) std::abort();
  if (!t::difference(whole, t::read_robust(text)).empty()) std::abort();
  const std::size_t piece = 1 + size % 61;
  if (!t::difference(whole, t::read_stream(text, piece)).empty()) std::abort();
  return 0;
}
