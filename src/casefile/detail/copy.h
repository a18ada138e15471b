#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <variant>

#include "base/file.h"
#include "base/time.h"

namespace backtrail::casefile {

/// A regular file open for reading, as it was when opened.
struct Source {
  FileHandle file{};
  std::uint64_t bytes = 0;
  std::uint64_t device = 0;
  Timestamp modified{};
};
/// Never follows a link and never waits (for the other end of a FIFO). Errors: `evidence.symlink`,
/// `evidence.not_a_file`, `os.*`.
[[nodiscard]] Result<Source> open_source(const std::filesystem::path& path);

struct Digest {
  std::string sha256{};
  std::uint64_t bytes = 0;
};
/// Hashes the rest of the file. `interrupted` after `stop`.
[[nodiscard]] Result<Digest> hash_file(const FileHandle& file, std::stop_token stop);

/// A copy that could not be finished: `at_target` when the case's disk is at fault, not the source.
struct CopyError {
  Error error{};
  bool at_target = false;
};
/// Copies the rest of `source` into the new file `target` (mode 0444, modification time
/// `modified`), sharing blocks where the file system can (`may_clone`; `cloned` tells whether it
/// did), and hashes what the copy holds. Leaves no file behind on an error.
[[nodiscard]] std::variant<Digest, CopyError> copy_file(const FileHandle& source,
                                                        const std::filesystem::path& target,
                                                        Timestamp modified, bool may_clone,
                                                        bool& cloned, std::stop_token stop);

}  // namespace backtrail::casefile
