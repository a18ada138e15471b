#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace backtrail::ingest {

/// What a path given by the user stands for.
struct Discovered {
  std::vector<std::filesystem::path> files{};  // regular files, in byte order of their paths, each once
  std::filesystem::path base{};                // the deepest folder that holds them all
  bool standard_input = false;
  struct Unreadable {
    std::string path{};
    std::string reason{};
  };
  std::vector<Unreadable> unreadable{};        // folders that cannot be listed, files that are no files
};

/// Expands files and folders ("-" is standard input). Links to folders are not followed (loops);
/// links to files are. Error `ingest.not_found` for a path that does not exist.
[[nodiscard]] Result<Discovered> discover(const std::vector<std::string>& paths);

}  // namespace backtrail::ingest
