#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sources/sources.h"

/// Unpacks files as they lie in evidence: plain, gzip, zstd, bzip2, zip, tar, Parquet, and these inside each
/// other. What a file is comes from its first bytes, never from its name. Nothing is unpacked to disk, but
/// Parquet inside of containers, which goes through a temporary file without a name.
namespace backtrail::ingest {

/// Bounds against bombs. They count all bytes that any layer of a file gives.
struct UnpackLimits {
  /// Output per compressed input byte; checked once `ratio_from` bytes came out. CloudTrail's gzip gives
  /// 5 to 30; deflate cannot give more than 1,032.
  std::uint64_t max_ratio = 1000;
  std::uint64_t ratio_from = std::uint64_t{64} << 20;
  std::uint64_t max_output = std::uint64_t{1} << 40;
  std::uint64_t max_members = 1'000'000;  // of all archives in the file
  std::uint64_t max_depth = 5;            // layers inside each other
};

/// The usual limits, but for what the user allows.
[[nodiscard]] UnpackLimits limits_of(const sources::UnpackCaps& caps);

/// One file's content. Exactly one of `whole` and `stream` is set. Errors of `stream` (`data_loss`, ids
/// `gzip_truncated`, `gzip_corrupt`, `gzip_trailing_garbage`, likewise `zstd_…`, `bzip2_…`, `archive_…`;
/// `parquet_corrupt`; `resource_exhausted`, id `bomb`) come after everything that could be read before the damage; a
/// `sources::Reader` puts them into its report.
struct Member {
  std::string name{};  // inside the container, '/' between archives; "" for a plain file
  /// Content of at most `sources::kWholeFileBytes`, with `sources::kPadding` readable bytes behind it.
  std::optional<std::string_view> whole{};
  sources::ByteStream* stream = nullptr;
};

/// Walks the members of one file after another; its buffers (some 20 MiB, more only for zstd with long
/// windows) are reused. One object per thread.
class Unpacker {
 public:
  explicit Unpacker(const UnpackLimits& limits = {});
  /// Of the files that are started from now on.
  void limit(const UnpackLimits& limits);
  ~Unpacker();
  Unpacker(Unpacker&&) noexcept;
  Unpacker& operator=(Unpacker&&) noexcept;

  /// Starts on a file's bytes (usually a memory map), which must stay until the last `next`. `path`: where
  /// they lie, if on disk.
  void start(std::string_view file, const std::filesystem::path& path = {});
  /// The next member, nullopt at the end; it lives until the next call. An error ends the file: it is one
  /// that no member's stream could tell, such as a broken archive (`archive_corrupt`,
  /// `archive_truncated`), too many members or layers (`bomb`, `nested_too_deep`). The error of an archive
  /// inside an archive comes last, behind the members that follow it.
  [[nodiscard]] Result<std::optional<Member>> next();

  /// Compressed bytes of the current file taken so far (progress).
  [[nodiscard]] std::uint64_t consumed() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace backtrail::ingest
