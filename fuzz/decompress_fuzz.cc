// Any bytes as one file: unpacked without a crash, within the limits, whatever it claims.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "ingest/decompress.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 20;
  static backtrail::ingest::Unpacker unpacker(
      {.max_ratio = 1000, .ratio_from = kMost, .max_output = 2 * kMost, .max_members = 100});
  unpacker.start({reinterpret_cast<const char*>(data), size});
  std::uint64_t total = 0;
  std::vector<char> piece(4096);
  for (;;) {
    auto member = unpacker.next();
    if (!member || !member->has_value()) break;
    const backtrail::ingest::Member& m = **member;
    if (m.whole.has_value() == (m.stream != nullptr)) std::abort();
    if (m.whole) total += m.whole->size();
    while (m.stream != nullptr) {
      const auto n = m.stream->read(piece);
      if (!n || *n == 0) break;
      total += *n;
    }
  }
  if (total > 3 * kMost + size) std::abort();
  return 0;
}
