#include "casefile/casefile.h"

#include <sys/stat.h>

#include "base/hash.h"
#include "casefile/detail/testing.h"

namespace backtrail::casefile {
namespace {

namespace fs = std::filesystem;
using testing::CaseTest;

TEST_F(CaseTest, KeepsLayoutHashAndBytesOfEvidence) {
  const fs::path a = write("AWSLogs/111122223333/a.json.gz", "alpha");
  const fs::path b = write("AWSLogs/111122223333/b.json.gz", "beta");
  {
    auto kase = create_case();
    const AddResult r = add(*kase, {a, b});
    EXPECT_EQ(r.added, (std::vector<std::uint32_t>{1, 2}));
    EXPECT_TRUE(r.failed.empty());
  }
  auto kase = open_case();
  ASSERT_EQ(kase->items().size(), 2U);
  const EvidenceItem& item = kase->items()[0];
  EXPECT_EQ(item.stored, "evidence/AWSLogs/111122223333/a.json.gz");
  EXPECT_EQ(item.source, a.string());
  EXPECT_EQ(item.sha256, sha256_hex("alpha"));
  EXPECT_EQ(item.bytes, 5U);
  EXPECT_EQ(read_file(kase->path_of(item)).value(), "alpha");
  EXPECT_TRUE(kase->store());
}

TEST_F(CaseTest, SharesNothingWithTheUsersFile) {
  const fs::path a = write("a.json", "alpha");
  auto kase = create_case();
  add(*kase, {a});
  struct stat original {
  }, copy{};
  ASSERT_EQ(::stat(a.c_str(), &original), 0);
  ASSERT_EQ(::stat(kase->path_of(kase->items()[0]).c_str(), &copy), 0);
  EXPECT_EQ(original.st_nlink, 1U);
  EXPECT_EQ(copy.st_nlink, 1U);
  EXPECT_NE(original.st_ino, copy.st_ino);
  EXPECT_EQ(copy.st_mode & 07777, 0444U);
}

TEST_F(CaseTest, TellsKnownChangedAndEqualFilesApart) {
  const fs::path a = write("x/a.json", "alpha");
  auto kase = create_case();
  EXPECT_EQ(add(*kase, {a, a}).already, (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(add(*kase, {a}).already, (std::vector<std::uint32_t>{1}));
  write("x/a.json", "ALPHA");
  EXPECT_EQ(add(*kase, {a}).added, (std::vector<std::uint32_t>{2}));
  const fs::path same = write("y/other.json", "alpha");
  EXPECT_EQ(add(*kase, {same}).added, (std::vector<std::uint32_t>{3}));
  const auto& items = kase->items();
  EXPECT_EQ(items[1].stored, "evidence/x/a~2.json");
  EXPECT_EQ(items[2].stored, items[0].stored);  // stored once
  EXPECT_EQ(items[2].source, same.string());
  EXPECT_EQ(read_file(kase->path_of(items[0])).value(), "alpha");
  EXPECT_EQ(read_file(kase->path_of(items[1])).value(), "ALPHA");
}

TEST_F(CaseTest, ReplaysContextAndRecords) {
  Context context{.accounts = {"111122223333"},
                  .account_names = {{"111122223333", "prod"}},
                  .networks = {"10.0.0.0/8"}};
  {
    auto kase = create_case();
    ASSERT_TRUE(kase->set_context(context));
    ASSERT_TRUE(kase->record("note", Json::object().set("text", "hello")));
    EXPECT_EQ(kase->record("evidence_added", Json::object()).error().id, "case.reserved_type");
  }
  auto kase = open_case();
  EXPECT_EQ(kase->info().context, context);
  EXPECT_EQ(kase->info().name, "case");
  const auto entries = kase->entries().value();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[2].type, "note");
  EXPECT_EQ(entries[2].body["text"].as_string(), "hello");
  EXPECT_EQ(kase->record("note", Json::object()).error().id, "case.read_only");
}

}  // namespace
}  // namespace backtrail::casefile
