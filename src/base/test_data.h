#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace backtrail {

/// The folder of shared test data: BACKTRAIL_TEST_DATA, else `../shared/data` beside the source
/// tree.
[[nodiscard]] inline std::optional<std::filesystem::path> test_data_dir(
    const std::filesystem::path& source_dir) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (const char* dir = std::getenv("BACKTRAIL_TEST_DATA"); dir != nullptr && *dir != '\0')
    return fs::is_directory(dir, ignored) ? std::optional(fs::path(dir)) : std::nullopt;
  const fs::path beside = source_dir / ".." / "shared" / "data";
  if (fs::is_directory(beside, ignored)) return fs::weakly_canonical(beside, ignored);
  return std::nullopt;
}

}  // namespace backtrail

/// In a test: `dir` becomes the shared data's folder, or the test is skipped with a named reason.
#define BACKTRAIL_REQUIRE_TEST_DATA(dir)                                                     \
  const auto dir##_found = ::backtrail::test_data_dir(BACKTRAIL_SOURCE_DIR);                 \
  if (!dir##_found) GTEST_SKIP() << "shared test data is missing (set BACKTRAIL_TEST_DATA)"; \
  const std::filesystem::path dir = *dir##_found
