#include "ingest/decompress.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <vector>

#include "base/file.h"
#include "base/test_data.h"
#include "base/text.h"
#include "sources/testing.h"

namespace backtrail::ingest {
namespace {

std::string gzip(std::string_view text) {
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, text.size()) + 32, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

struct Opened {
  std::string name{};
  std::string content{};
  bool whole = false;
  std::string error{};  // id
};

std::vector<Opened> open_all(std::string_view bytes, std::string* error = nullptr,
                             const UnpackLimits& limits = {}) {
  std::vector<Opened> out;
  Unpacker unpacker(limits);
  unpacker.start(bytes);
  for (;;) {
    auto member = unpacker.next();
    if (error != nullptr) *error = member ? "" : member.error().id;
    if (!member || !member->has_value()) break;
    const Member& m = **member;
    Opened o{.name = m.name, .whole = m.whole.has_value()};
    if (m.whole) o.content = *m.whole;
    std::vector<char> piece(1000);
    while (m.stream != nullptr) {
      const auto n = m.stream->read(piece);
      if (!n) o.error = n.error().id;
      if (!n || *n == 0) break;
      o.content.append(piece.data(), *n);
    }
    out.push_back(std::move(o));
  }
  return out;
}

TEST(Unpacker, OpensPlainAndGzipOfAnyNumberOfMembers) {
  for (const std::string& bytes :
       {std::string("abcdef"), gzip("abcdef"), gzip("abc") + gzip("") + gzip("def")}) {
    const auto got = open_all(bytes);
    ASSERT_EQ(got.size(), 1U);
    EXPECT_TRUE(got[0].whole);
    EXPECT_EQ(got[0].content, "abcdef");
  }
  const auto empty = open_all("");
  ASSERT_EQ(empty.size(), 1U);
  EXPECT_EQ(empty[0].content, "");
}

TEST(Unpacker, GivesEverythingBeforeADamage) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i * 7919) + ",";
  const std::string sound = gzip(text);
  const auto cut = open_all(std::string_view(sound).substr(0, sound.size() / 2));
  ASSERT_EQ(cut.size(), 1U);
  EXPECT_EQ(cut[0].error, "gzip_truncated");
  EXPECT_GT(cut[0].content.size(), text.size() / 3);
  EXPECT_TRUE(text.starts_with(cut[0].content));

  std::string bad_crc = sound;
  bad_crc[bad_crc.size() - 6] = static_cast<char>(bad_crc[bad_crc.size() - 6] ^ 1);
  const auto crc = open_all(bad_crc);
  ASSERT_EQ(crc.size(), 1U);
  EXPECT_EQ(crc[0].error, "gzip_corrupt");
  EXPECT_EQ(crc[0].content, text);

  const auto garbage = open_all(sound + "garbage");
  ASSERT_EQ(garbage.size(), 1U);
  EXPECT_EQ(garbage[0].error, "gzip_trailing_garbage");
  EXPECT_EQ(garbage[0].content, text);
}

TEST(Unpacker, OpensEveryGzipOfTheCorpusWithItsManifestCount) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const auto manifest = read_file(data / "MANIFEST.tsv");
  ASSERT_TRUE(manifest);
  Unpacker unpacker;
  const auto reader = sources::make_reader();
  std::uint64_t files = 0;
  for (const std::string_view line : split(*manifest, '\n')) {
    const auto cells = split(line, '\t');
    if (cells.size() < 4 || cells[3].empty() || !cells[0].ends_with(".json.gz")) continue;
    const auto file = MappedFile::open(data / cells[0]);
    ASSERT_TRUE(file);
    ++files;
    std::uint64_t records = 0;
    unpacker.start(file->bytes());
    const auto member = unpacker.next();
    ASSERT_TRUE(member) << cells[0];
    ASSERT_TRUE(member->has_value() && (*member)->whole.has_value()) << cells[0];
    reader->start(*(*member)->whole);
    sources::testing::Reading got;
    sources::testing::read_all(*reader, got);
    records += got.records.size();
    EXPECT_EQ(got.report.rejected, 0U) << cells[0];
    const auto end = unpacker.next();
    EXPECT_TRUE(end && !end->has_value()) << cells[0];
    EXPECT_EQ(std::to_string(records), cells[3]) << cells[0];
  }
  EXPECT_GT(files, 2800U);
}

}  // namespace
}  // namespace backtrail::ingest
