#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/progress.h"
#include "base/result.h"
#include "casefile/detail/copy.h"

namespace backtrail::casefile {

/// The files of a case that is only looked at: a folder, or a zip of one.
class Container {
 public:
  struct File {
    std::string path{};  // in the case, with '/'
    std::uint64_t bytes = 0;
    bool regular = true;
  };
  /// Something that could not be looked at.
  struct Unreadable {
    std::string path{};
    std::string reason{};
    bool truncated = false;
    bool altered = false;
    bool refused = false;  // for want of permission
  };

  virtual ~Container() = default;
  /// Every file, ordered by path (a path twice where an archive holds it twice).
  [[nodiscard]] virtual const std::vector<File>& files() const = 0;
  [[nodiscard]] virtual const std::vector<Unreadable>& unreadable() const = 0;
  /// A small file of the top, or of `keys/`. Error `os.not_found`.
  [[nodiscard]] virtual Result<std::string> read(const std::string& path,
                                                 std::uint64_t max_bytes) const = 0;
  /// Hashes the files named, each at most `max_bytes` of its own; calls `each` one at a time, in no
  /// particular order, once for each that was found. Stops early after `stop`.
  virtual void hash(
      const std::map<std::string, std::uint64_t>& max_bytes, unsigned threads, Progress& progress,
      std::stop_token stop,
      FunctionRef<void(const std::string& path, const Result<Digest>& found)> each) const = 0;
};

[[nodiscard]] std::unique_ptr<Container> open_folder(const std::filesystem::path& folder);
[[nodiscard]] std::unique_ptr<Container> open_zip(const std::filesystem::path& file);

}  // namespace backtrail::casefile
