#pragma once

#include <atomic>
#include <cstdint>
#include <string>

namespace backtrail {

/// What long work has done so far. Workers add, one reader (the terminal) looks; thread-safe.
struct Progress {
  std::atomic<std::uint64_t> bytes_total{0};  // compressed bytes to read; 0 = not known yet
  std::atomic<std::uint64_t> bytes_done{0};
  std::atomic<std::uint64_t> files_total{0};
  std::atomic<std::uint64_t> files_done{0};
  std::atomic<std::uint64_t> events{0};
  std::atomic<const char*> phase{""};  // static text: "copying evidence", "reading", …
};

}  // namespace backtrail
