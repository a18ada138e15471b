#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "base/hash.h"
#include "casefile/detail/testing.h"

namespace backtrail::casefile {
namespace {

namespace fs = std::filesystem;
using testing::Strings;

class EvidenceTest : public testing::CaseTest {};

TEST_F(EvidenceTest, NeverHangsOnWhatIsNoFile) {
  fs::create_directories(in_ / "folder");
  const fs::path good = write("good.json", "x");
  const fs::path fifo = in_ / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  fs::create_symlink(good, in_ / "link");
  fs::create_symlink(in_ / "nowhere", in_ / "broken");
  auto kase = create_case();
  for (const bool in_place : {false, true}) {
    const AddResult r = add(*kase,
                            {fifo, in_ / "link", in_ / "broken", in_ / "folder", "/dev/zero",
                             in_ / "gone", in_ / "gone" / "deeper", good / "below", good},
                            in_place);
    Strings ids;
    for (const AddFailure& f : r.failed) ids.push_back(f.error.id);
    EXPECT_EQ(ids, (Strings{"evidence.not_a_file", "evidence.symlink", "evidence.symlink",
                            "evidence.not_a_file", "evidence.not_a_file", "os.not_found",
                            "os.not_found", "os.not_found"}));
    EXPECT_EQ(r.failed[0].path, fifo.string());
    EXPECT_EQ(r.added.size() + r.already.size(), 1U);
  }
  kase.reset();
  EXPECT_EQ(problems(verify_at(case_)), Strings{});
}

TEST_F(EvidenceTest, ReportsWhatMayNotBeRead) {
  const fs::path secret = write("secret.json", "x");
  const fs::path open_file = write("open.json", "y");
  fs::permissions(secret, fs::perms::none);
  fs::permissions(dir_.path(), fs::perms::all);
  const auto work = [&] {
    if (::geteuid() == 0 && ::seteuid(65534) != 0) return 9;
    ::setenv("XDG_DATA_HOME", (dir_.path() / "home").c_str(), 1);
    auto kase = create(case_, {}, {});
    if (!kase) return 1;
    const auto r = (*kase)->add_evidence({secret, open_file}, {}, progress_, {});
    if (!r || r->failed.size() != 1 || r->added.size() != 1) return 2;
    return r->failed[0].error.id == "os.permission" ? 0 : 3;
  };
  EXPECT_EQ(in_child(work), 0);
}

TEST_F(EvidenceTest, KeepsHostileNamesInsideAndTheOriginalInTheLedger) {
  const Strings names = {"a\nb.json",
                         "bad\xff.json",
                         "x/%2E%2E/y",
                         "..hidden",
                         "UPPER.json",
                         "upper.json",
                         std::string(240, 'n') + ".json",
                         "Dir/f",
                         "dir/g",
                         "r\xc3\xa9"};
  std::vector<fs::path> files;
  for (const std::string& n : names) files.push_back(write(n, n));
  {
    auto kase = create_case();
    const AddResult r = add(*kase, files);
    ASSERT_EQ(r.added.size(), names.size());
  }
  auto kase = open_case();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const EvidenceItem& item = kase->items()[i];
    EXPECT_EQ(item.source, (in_ / names[i]).string());
    EXPECT_EQ(read_file(kase->path_of(item)).value(), names[i]);
    const fs::path stored = fs::canonical(kase->path_of(item));
    EXPECT_TRUE(stored.string().starts_with(fs::canonical(case_ / "evidence").string() + "/"));
  }
  EXPECT_EQ(problems(verify_at(case_)), Strings{});
}

TEST_F(EvidenceTest, TakesStandardInput) {
  int ends[2];
  auto kase = create_case();
  for (const char* text : {"first", "second", "first"}) {
    ASSERT_EQ(::pipe(ends), 0);
    ASSERT_EQ(::write(ends[1], text, std::string_view(text).size()),
              static_cast<ssize_t>(std::string_view(text).size()));
    ::close(ends[1]);
    ASSERT_TRUE(kase->add_stdin(ends[0], {}, progress_, {}));
    ::close(ends[0]);
  }
  ASSERT_EQ(kase->items().size(), 2U);
  EXPECT_EQ(kase->items()[1].source, "-");
  EXPECT_EQ(kase->items()[1].sha256, sha256_hex("second"));
  // A writer that never ends does not keep Ctrl-C away.
  ASSERT_EQ(::pipe(ends), 0);
  std::stop_source stop;
  std::jthread interrupt([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop.request_stop();
  });
  EXPECT_EQ(kase->add_stdin(ends[0], {}, progress_, stop.get_token()).error().id, "interrupted");
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(kase->items().size(), 2U);
}

TEST_F(EvidenceTest, AnInterruptionKeepsTheFirstFilesInOrder) {
  std::vector<fs::path> files;
  for (int i = 0; i < 3000; ++i)
    files.push_back(write(std::to_string(i) + ".json", "content " + std::to_string(i)));
  auto kase = create_case();
  std::stop_source stop;
  std::jthread interrupt([&] {
    while (progress_.files_done < 200) std::this_thread::yield();
    stop.request_stop();
  });
  const auto r =
      kase->add_evidence(files, {.threads = 2, .base = in_.string()}, progress_, stop.get_token());
  interrupt.join();
  ASSERT_EQ(r.error().id, "interrupted");
  ASSERT_LT(kase->items().size(), files.size());
  add(*kase, files);
  ASSERT_EQ(kase->items().size(), files.size());
  for (std::size_t i = 0; i < files.size(); ++i)
    EXPECT_EQ(kase->items()[i].source, files[i].string());
  kase.reset();
  EXPECT_EQ(problems(verify_at(case_)), Strings{});
}

TEST_F(EvidenceTest, AFullDiskLeavesACaseThatOpens) {
  const fs::path small = dir_.path() / "small";
  fs::create_directory(small);
  std::vector<fs::path> files;
  for (int i = 0; i < 40; ++i)
    files.push_back(write(std::to_string(i), std::string(200000, static_cast<char>('a' + i))));
  const auto work = [&] {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", small.c_str(), "tmpfs", 0, "size=5m") != 0)
      return 77;
    // Room for the end of the test, whatever the files take.
    std::ofstream(small / "reserve") << std::string(256 << 10, 'r');
    case_ = small / "case";
    {
      auto kase = create(case_, {}, {});
      if (!kase) return 1;
      const auto r = (*kase)->add_evidence(files, {}, progress_, {});
      if (r || r.error().id != "os.disk_full") return 2;
    }
    if (!verify_at(case_).ok) return 3;
    auto kase = open(case_, {.mode = Mode::write});
    if (!kase) return 4;
    // Until the very last byte is gone: still nothing half done.
    std::ofstream(small / "filler") << std::string(5 << 20, 'f');
    for (int i = 0; i < 20; ++i)
      if (auto r = (*kase)->record("note", Json::object().set("text", std::string(3000, 'x')));
          !r && r.error().id != "os.disk_full")
        return 5;
    fs::remove(small / "filler");
    fs::remove(small / "reserve");
    if (!(*kase)->record("note", Json::object())) return 6;
    kase->reset();
    const VerifyReport report = verify_at(case_);
    for (const std::string& p : problems(report)) std::fprintf(stderr, "%s\n", p.c_str());
    return report.ok && report.problems.empty() ? 0 : 7;
  };
  const int code = in_child(work);
  if (code == 77) GTEST_SKIP() << "a small file system cannot be mounted here";
  EXPECT_EQ(code, 0);
}

TEST_F(EvidenceTest, AnEmptyFileIsAnItem) {
  auto kase = create_case();
  add(*kase, {write("empty", ""), write("also empty", "")});
  ASSERT_EQ(kase->items().size(), 2U);
  EXPECT_EQ(kase->items()[0].bytes, 0U);
  kase.reset();
  EXPECT_EQ(problems(verify_at(case_)), Strings{});
}

}  // namespace
}  // namespace backtrail::casefile
