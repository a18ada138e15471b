#include <cstdlib>

#include "base/hash.h"
#include "casefile/detail/testing.h"
#include "casefile/detail/zip_writer.h"

namespace backtrail::casefile {
namespace {

namespace fs = std::filesystem;
using testing::Strings;

class ArchiveTest : public testing::CaseTest {
 protected:
  fs::path zip_ = dir_.path() / "case.zip";

  ArchiveResult archive_case(const ArchiveOptions& options = {}) {
    auto kase = open_case(Mode::write);
    auto made = archive(*kase, zip_, options, progress_, {});
    EXPECT_TRUE(made) << made.error().message;
    return std::move(made).value();
  }
  fs::path unzipped() {
    const fs::path to = dir_.path() / "moved elsewhere";
    const std::string command =
        "python3 -m zipfile -e '" + zip_.string() + "' '" + to.string() + "'";
    EXPECT_EQ(std::system(command.c_str()), 0);
    return to;
  }
};

TEST_F(ArchiveTest, VerifiesWhereverItIsAndWhenUnzipped) {
  make_case();
  const ArchiveResult made = archive_case();
  EXPECT_EQ(made.sha256, sha256_hex(read_file(zip_).value()));
  EXPECT_EQ(made.bytes, fs::file_size(zip_));
  EXPECT_TRUE(made.not_included.empty());
  const fs::path moved = dir_.path() / "elsewhere.bin";
  fs::rename(zip_, moved);
  const VerifyReport r = verify_at(moved);
  EXPECT_TRUE(r.ok);
  EXPECT_EQ(problems(r), Strings{});
  EXPECT_EQ(r.items, 3U);
  fs::rename(moved, zip_);
  const fs::path folder = unzipped();
  EXPECT_EQ(problems(verify_at(folder)), Strings{});
  EXPECT_FALSE(fs::exists(folder / "store.duckdb"));
  EXPECT_FALSE(fs::exists(folder / "case.lock"));
  auto opened = open(folder, {.mode = Mode::write});
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ((*opened)->items().size(), 3U);
  EXPECT_TRUE((*opened)->store());
  // The case itself only got an entry.
  const auto entries = open_case()->entries().value();
  EXPECT_EQ(entries.back().type, "archived");
  EXPECT_EQ(entries.back().body["sha256"].as_string(), made.sha256);
  EXPECT_EQ(problems(verify_at(case_)), Strings{});
}

TEST_F(ArchiveTest, HoldsTheStoreOnlyWhenAsked) {
  make_case();
  archive_case({.keep_store = true});
  EXPECT_TRUE(fs::exists(unzipped() / "store.duckdb"));
}

TEST_F(ArchiveTest, TakesInPlaceItemsAlongOrSaysThatItDidNot) {
  make_case();
  const fs::path file = write("deep/big.json", "in place");
  add(*open_case(Mode::write), {file}, true);
  EXPECT_EQ(archive_case().not_included, Strings{file.string()});
  EXPECT_EQ(problems(verify_at(zip_)), Strings{"not_included " + file.string()});
  EXPECT_TRUE(verify_at(zip_).ok);
  fs::remove(zip_);

  EXPECT_EQ(archive_case({.take_in_place = true}).not_included, Strings{});
  EXPECT_EQ(problems(verify_at(zip_)), Strings{});
  fs::remove(file);
  const fs::path folder = unzipped();
  EXPECT_EQ(problems(verify_at(folder)), Strings{});
  {
    auto kase = open(folder, {.mode = Mode::write}).value();
    EXPECT_EQ(read_file(kase->path_of(kase->items().back())).value(), "in place");
    // Handed on once more, it still has everything.
    fs::remove(zip_);
    ASSERT_TRUE(archive(*kase, zip_, {}, progress_, {}));
  }
  EXPECT_EQ(problems(verify_at(zip_)), Strings{});
  overwrite(folder / "evidence/in-place/big.json", "1n place");
  EXPECT_EQ(problems(verify_at(folder)), Strings{"altered! evidence/in-place/big.json"});
}

TEST_F(ArchiveTest, EveryFlippedOrCutByteOfAnArchiveIsFound) {
  make_case();
  archive_case();
  const std::string good = read_file(zip_).value();
  std::size_t unnoticed = 0;
  for (std::size_t i = 0; i < good.size(); i += 11) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x20);
    overwrite(zip_, bad);
    // Bytes of the container that say nothing of the content (times, attributes) may change.
    if (verify_at(zip_).ok) ++unnoticed;
  }
  EXPECT_LT(unnoticed * 11, good.size() / 3);
  for (std::size_t size = 0; size < good.size(); size += good.size() / 23) {
    overwrite(zip_, std::string_view(good).substr(0, size));
    EXPECT_FALSE(verify_at(zip_).ok) << size;
  }
  overwrite(zip_, good + "x");
  EXPECT_EQ(problems(verify_at(zip_)), Strings{"altered! case.zip"});
}

TEST_F(ArchiveTest, FindsWhatAForgerChangedInside) {
  make_case();
  archive_case();
  const fs::path folder = unzipped();
  const auto rezip = [&](auto extra) {
    fs::remove(zip_);
    auto zip = ZipWriter::create(zip_).value();
    for (const auto& e : fs::recursive_directory_iterator(folder))
      if (const std::string path = e.path().lexically_relative(folder).string();
          e.is_regular_file()) {
        EXPECT_TRUE(zip.add_file("handed/over/" + path, e.path(), progress_, {}));
      }
    extra(zip);
    EXPECT_TRUE(zip.finish());
    return problems(verify_at(zip_));
  };
  EXPECT_EQ(rezip([](ZipWriter&) {}), Strings{});  // zipped by hand, with a folder in front
  EXPECT_EQ(rezip([](ZipWriter& z) {
              EXPECT_TRUE(z.add("handed/over/evidence/AWSLogs/a.json", "x", {}));
            }),
            (Strings{"added! evidence/AWSLogs/a.json", "altered! evidence/AWSLogs/a.json"}));
  EXPECT_EQ(rezip([](ZipWriter& z) { EXPECT_TRUE(z.add("handed/over/evidence/new", "x", {})); }),
            Strings{"added! evidence/new"});
  EXPECT_EQ(rezip([](ZipWriter& z) { EXPECT_TRUE(z.add("../../etc/passwd", "x", {})); }),
            Strings{"unreadable! ../../etc/passwd"});
}

TEST_F(ArchiveTest, RefusesToOverwriteAndToPackAlteredEvidence) {
  make_case();
  std::ofstream(zip_) << "mine";
  auto kase = open_case(Mode::write);
  EXPECT_EQ(archive(*kase, zip_, {}, progress_, {}).error().id, "archive.exists");
  EXPECT_EQ(read_file(zip_).value(), "mine");
  fs::remove(zip_);
  overwrite(case_ / "evidence/AWSLogs/b.json", "Beta");
  EXPECT_EQ(archive(*kase, zip_, {}, progress_, {}).error().id, "archive.altered");
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(archive(*kase, zip_, {}, progress_, stop.get_token()).error().id, "interrupted");
  EXPECT_FALSE(fs::exists(zip_));
  EXPECT_FALSE(fs::exists(zip_.string() + ".partial"));
  kase.reset();
  EXPECT_EQ(archive(*open_case(), zip_, {}, progress_, {}).error().id, "case.read_only");
  EXPECT_FALSE(fs::exists(zip_));
}

}  // namespace
}  // namespace backtrail::casefile
