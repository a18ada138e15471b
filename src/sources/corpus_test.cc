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
    EXPECT_EQ(got.report.kind, FileKind::log) << path;
    EXPECT_EQ(got.report.rejected, 0U) << path;
    EXPECT_EQ(got.report.unreadable_times, 0U) << path;
    EXPECT_TRUE(got.report.diagnostics.empty()) << path;
  }
}

TEST(Corpus, BothPathsGiveEqualRecords) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  for (const auto& [path, count] : counted_files(data)) {
    const auto text = read_file(data / path);
    ASSERT_TRUE(text) << path;
    const auto want = testing::read_whole(*text);
    EXPECT_EQ(testing::difference(want, testing::read_robust(*text)), "") << path;
    EXPECT_EQ(testing::difference(want, testing::read_stream(*text, 1000)), "") << path;
  }
}

TEST(Corpus, OtherLogsHoldNoCloudTrailRecords) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  std::uint64_t files = 0;
  for (const char* folder : {"vpcflow", "elb", "guardduty", "elastic/filebeat-aws/elb",
                             "elastic/filebeat-aws/s3access", "elastic/integrations-aws"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(data / folder)) {
      if (!entry.is_regular_file()) continue;
      const auto text = read_file(entry.path());
      ASSERT_TRUE(text);
      const auto got = testing::read_whole(*text);
      for (const testing::OwnedRecord& r : got.records) EXPECT_NE(r.type, "cloudtrail") << entry.path();
      ++files;
    }
  }
  EXPECT_GT(files, 20U);
}

TEST(Corpus, InsightsAreRecordsAndDigestsAreSetAside) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  std::uint64_t digests = 0;
  std::uint64_t insights = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           data / "elastic/filebeat-aws/cloudtrail-digest-and-insight")) {
    const std::string name = entry.path().filename().string();
    if (name.find("expected") != std::string::npos) continue;
    const auto text = read_file(entry.path());
    ASSERT_TRUE(text);
    const auto got = testing::read_whole(*text);
    if (got.report.kind == FileKind::cloudtrail_digest) ++digests;
    insights += got.records.size();
    EXPECT_EQ(got.report.rejected, 0U) << name;
  }
  EXPECT_EQ(digests, 1U);
  EXPECT_EQ(insights, 1U);
}

}  // namespace
}  // namespace backtrail::sources
