#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sample/journal.h"

namespace backtrail::sample {

/// One trail: which records it delivers, and below which key prefix.
struct Trail {
  std::string name{};
  std::string prefix{};            // "AWSLogs/<organisation>/" or "AWSLogs/"
  std::string account{};           // empty: all
  std::string region{};            // empty: all
  Seconds until = Seconds::max();  // the last second it delivers
};

struct Delivered {
  std::uint64_t files = 0;
  std::uint64_t records = 0;
  std::uint64_t raw_bytes = 0;
  std::uint64_t written_bytes = 0;
};

/// Writes `records` (sorted by time) as `trail` delivers them: one file per account, region and
/// five minutes, named after the delivery's minute (a multiple of five, up to ten minutes after the
/// event) in the folder of the delivery's day; gzip of one line; in many files the records are out
/// of order.
[[nodiscard]] Result<Delivered> deliver(const std::filesystem::path& directory, const Trail& trail,
                                        const std::vector<Record>& records, std::uint64_t seed);

/// Writes a file that must not exist yet.
[[nodiscard]] Result<void> write_new_file(const std::filesystem::path& path,
                                          std::string_view bytes);

}  // namespace backtrail::sample
