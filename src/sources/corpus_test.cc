#include <gtest/gtest.h>

#include <map>
#include <string>

#include "base/file.h"
#include "base/test_data.h"
#include "base/text.h"
#include "sources/sources.h"
#include "sources/testing.h"

namespace backtrail::sources {
namespace {

/// Plain files of the manifest that hold CloudTrail records, with their counts.
std::map<std::string, std::uint64_t> counted_files(const std::filesystem::path& data) {
  std::map<std::string, std::uint64_t> out;
  const auto manifest = read_file(data / "MANIFEST.tsv");
  if (!manifest) return out;
  for (const std::string_view line : split(*manifest, '\n')) {
    const auto cells = split(line, '\t');
    if (cells.size() < 4 || cells[3].empty() || cells[3] == "records") continue;
    if (!cells[0].ends_with(".json")) continue;
    out[std::string(cells[0])] = std::stoull(std::string(cells[3]));
  }
  return out;
}

TEST(Corpus, RecordCountsEqualTheManifest) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const auto files = counted_files(data);
  ASSERT_GT(files.size(), 180U);
  for (const auto& [path, count] : files) {
    const auto text = read_file(data / path);
    ASSERT_TRUE(text) << path;
    const auto got = testing::read_whole(*text);
    EXPECT_EQ(got.records.size(), count) << path;
    EXPECT_EQ(got.report.kind, FileKind::cloudtrail) << path;
    EXPECT_EQ(got.report.rejected, 0U) << path;
    EXPECT_EQ(got.report.unreadable_times, 0U) << path;
    EXPECT_TRUE(got.report.diagnostics.empty()) << path;
  }
}

}  // namespace
}  // namespace backtrail::sources
