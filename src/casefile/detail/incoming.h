#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "casefile/detail/state.h"

namespace backtrail::casefile {

/// The folder `.incoming` of a case. A file is written there first, then entered in the ledger,
/// then moved to its place; so after a crash a file is either listed and found (here or there) or
/// not listed and of no consequence. Used by the writer alone; `new_path` is thread-safe.
class Incoming {
 public:
  explicit Incoming(std::filesystem::path case_folder);

  /// Makes the folder when it is missing.
  [[nodiscard]] Result<void> prepare();
  /// A name in it that was not given before.
  [[nodiscard]] std::filesystem::path new_path() { return folder_ / std::to_string(++last_); }
  /// Writes a small file durably; gives where it lies.
  [[nodiscard]] Result<std::filesystem::path> write(std::string_view bytes);
  /// Moves a file to its place in the case, making folders. An existing file is replaced only with
  /// `replace`.
  [[nodiscard]] Result<void> place(const std::filesystem::path& from, std::string_view to,
                                   bool replace);
  /// Makes these files of the folder durable: few one by one, many by one sync of the file system.
  [[nodiscard]] Result<void> sync(std::span<const std::filesystem::path> files) const;
  /// Finishes what an interrupted writer left: places listed files, removes the rest.
  [[nodiscard]] Result<void> recover(const State& state);

 private:
  std::filesystem::path case_folder_;
  std::filesystem::path folder_;
  std::atomic<std::uint64_t> last_{0};
  std::string made_{};  // the folder that was made last
};

/// Files of `.incoming` that the ledger lists and that are not in their place: path in the case →
/// where the bytes are. Reads only; nothing is hashed unless something is missing.
[[nodiscard]] std::map<std::string, std::filesystem::path> find_incoming(
    const std::filesystem::path& case_folder, const State& state);

}  // namespace backtrail::casefile
