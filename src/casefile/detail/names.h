#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>

namespace backtrail::casefile {

/// `path` made absolute without touching symbolic links: `.` and doubled slashes go; where there is
/// a
/// `..` the folder is resolved by the file system.
[[nodiscard]] std::string absolute_source(const std::filesystem::path& path);

/// `source` below `base` ("AWSLogs/1234…/x.json.gz"), else its file name.
[[nodiscard]] std::string_view relative_source(std::string_view source, std::string_view base);

/// Chooses the names of files below a folder of the case: printable ASCII that every file system
/// and zip program takes, never two that differ in case only. Bytes other than letters, digits and
/// `-_.,+=@()#~ ` become %XX, as do a dot at the start and a dot or space at the end of a
/// component; long components end in a hash. A taken name gets `~2`, `~3`, … before its first dot.
class NameTable {
 public:
  /// A name that is in use.
  void take(std::string_view path);
  /// A free name for `wanted` (components split by '/'), which is in use from now on.
  [[nodiscard]] std::string choose(std::string_view wanted);

 private:
  [[nodiscard]] bool is_file(const std::string& path) const;
  [[nodiscard]] bool is_free(const std::string& path) const;
  std::unordered_set<std::string> files_{};    // lower case
  std::unordered_set<std::string> folders_{};  // lower case
};

}  // namespace backtrail::casefile
