// Any bytes as lines or JSON objects of one log type, whether it recognises them or not: no crash, every
// field inside memory that lives, and texts of sound UTF-8 where the input is. Built once for each name in
// log_types.txt.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sources/testing_types.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!backtrail::sources::testing::read_as(BACKTRAIL_LOG_TYPE, text)) std::abort();
  return 0;
}
