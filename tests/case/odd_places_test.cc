#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "support/events.h"

// Folders as they come: loops, names of any bytes, very long paths, things that are no files.
namespace backtrail {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::string_view kFlow =
    "2 111122223333 eni-0a 10.0.0.1 10.0.0.2 49761 22 6 20 4249 1418530010 1418530070 ACCEPT OK\n";

class OddPlaces : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_.emplace(TemporaryDirectory::create("odd_places").value());
    ::setenv("XDG_DATA_HOME", (directory_->path() / "home").c_str(), 1);
    in_ = directory_->path() / "in";
    fs::create_directories(in_);
  }

  void write(const fs::path& path) { std::ofstream(path) << kFlow; }

  ingest::Summary import() {
    auto kase = casefile::create(directory_->path() / "case", {}, {.mode = casefile::Mode::write});
    EXPECT_TRUE(kase);
    Progress progress;
    auto summary = ingest::import(**kase, {in_.string()}, {.threads = 2}, progress, {});
    EXPECT_TRUE(summary) << summary.error().message;
    kase->reset();
    EXPECT_TRUE(casefile::verify(directory_->path() / "case", {}, progress, {}).ok);
    return summary ? *summary : ingest::Summary{};
  }

  std::optional<TemporaryDirectory> directory_;
  fs::path in_;
};

TEST_F(OddPlaces, LinksAreNamedAndNotFollowed) {
  write(in_ / "a.log");
  fs::create_directory(in_ / "sub");
  fs::create_directory_symlink(in_, in_ / "sub" / "loop");
  fs::create_symlink(in_ / "gone", in_ / "dangling");
  ::mkfifo((in_ / "pipe").c_str(), 0600);
  const ingest::Summary s = import();
  EXPECT_EQ(s.records.stored, 1U);
  EXPECT_EQ(s.files.imported, 1U);
  EXPECT_EQ(s.files.found, s.files.imported + s.files.already + s.files.skipped);
  ASSERT_THAT(s.skipped, SizeIs(3));
  for (const char* name : {"loop", "dangling", "pipe"})
    EXPECT_THAT(s.skipped, Contains(Field(&ingest::Skipped::path, HasSubstr(name)))) << name;
}

TEST_F(OddPlaces, NamesOfAnyBytes) {
  write(in_ / "caf\xe9.log");
  write(in_ / "new\nline \x1b[31m.log");
  write(in_ / std::string(255, 'n'));
  const ingest::Summary s = import();
  // Equal bytes at three places: one is kept, the others' records are copies.
  EXPECT_EQ(s.files.imported, 3U);
  EXPECT_EQ(s.records.read, 3U);
  EXPECT_EQ(s.records.stored, 1U);
  EXPECT_EQ(s.records.duplicates, 2U);
}

TEST_F(OddPlaces, PathsLongerThanTheSystemTakes) {
  // Made step by step: the whole path is too long for any single call.
  const int here = ::open(".", O_RDONLY | O_DIRECTORY);
  ASSERT_EQ(::chdir(in_.c_str()), 0);
  const std::string part(200, 'd');
  for (int i = 0; i < 24; ++i) {
    ASSERT_EQ(::mkdir(part.c_str(), 0700), 0);
    ASSERT_EQ(::chdir(part.c_str()), 0);
    std::ofstream("f.log") << kFlow << i << "\n";
  }
  ASSERT_EQ(::fchdir(here), 0);
  ::close(here);
  write(in_ / "a.log");
  const ingest::Summary s = import();
  EXPECT_GE(s.files.imported, 10U);
  EXPECT_EQ(s.files.found, s.files.imported + s.files.already + s.files.skipped);
  EXPECT_THAT(s.skipped, Contains(Field(&ingest::Skipped::reason, "unreadable")));
}

}  // namespace
}  // namespace backtrail
