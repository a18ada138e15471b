#include "ingest/detail/streams.h"

namespace backtrail::ingest::detail {

std::size_t fill(ByteStream& in, std::span<char> buffer, std::optional<Error>& error) {
  std::size_t have = 0;
  while (have < buffer.size()) {
    Result<std::size_t> n = in.read(buffer.subspan(have));
    if (!n) {
      error = n.error();
      break;
    }
    if (*n == 0) break;
    have += *n;
  }
  return have;
}

}  // namespace backtrail::ingest::detail
