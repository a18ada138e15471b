#pragma once

#include <filesystem>
#include <string>

#include "base/file.h"
#include "casefile/casefile.h"

namespace backtrail::casefile {

/// The lock of a case: many readers or one writer (flock on `case.lock`); given back on
/// destruction, also when the process is killed. The writer's pid, host, command and start stand in
/// the file.
class Lock {
 public:
  /// Waits up to `options.wait`. Error `case.locked` names the holder. A reader of a folder that
  /// cannot be written to goes without a lock when there is no lock file.
  [[nodiscard]] static Result<Lock> acquire(const std::filesystem::path& folder,
                                            const OpenOptions& options);

 private:
  explicit Lock(FileHandle file) : file_(std::move(file)) {}
  FileHandle file_;
};

}  // namespace backtrail::casefile
