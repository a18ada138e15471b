#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace backtrail::sample {

struct Options {
  std::uint64_t seed = 1;
  unsigned days = 25;  // 10 … 366
  unsigned scale = 1;  // 1 … 100: how many times the normal life's volume; the intrusion stays one
  /// days × scale is at most 1,000: the events are kept in memory, some 2 MB a day of scale 1.
};

/// What was written.
struct SampleSummary {
  std::filesystem::path logs{};   // <directory>/AWSLogs: give this to `backtrail investigate`
  std::filesystem::path truth{};  // <directory>/truth.json: what really happened
  std::uint64_t files = 0;
  std::uint64_t records = 0;        // in the files, further copies included
  std::uint64_t events = 0;         // different ones
  std::uint64_t raw_bytes = 0;      // JSON
  std::uint64_t written_bytes = 0;  // gzip
  unsigned accounts = 0;
  TimeWindow time{};  // from the first to just after the last event
};

/// Writes the CloudTrail logs of a synthetic AWS organisation below `directory`, as S3 would hold
/// them: people, pipelines, workloads, a posture scanner and AWS services over `days` days from
/// Monday 2026-02-02, one intrusion hidden in it, and harmless look-alikes. Addresses are from the
/// ranges reserved for documentation, account ids are AWS's documentation examples.
///
/// The same options give the same JSON bytes and file names on every machine, and the same gzip
/// bytes with the same libdeflate. Errors: `sample.options` (out of range), `sample.not_empty`
/// (`directory` holds `AWSLogs` or `truth.json` already), file errors.
[[nodiscard]] Result<SampleSummary> write_sample(const std::filesystem::path& directory,
                                                 const Options& options);

}  // namespace backtrail::sample
