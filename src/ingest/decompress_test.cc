#include "ingest/decompress.h"

#include <archive.h>
#include <archive_entry.h>
#include <bzlib.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

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

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string bzip2(std::string_view text) {
  std::string out(text.size() + text.size() / 100 + 600, '\0');
  auto size = static_cast<unsigned>(out.size());
  BZ2_bzBuffToBuffCompress(out.data(), &size, const_cast<char*>(text.data()),
                           static_cast<unsigned>(text.size()), 9, 0, 0);
  out.resize(size);
  return out;
}

using Files = std::vector<std::pair<std::string, std::string>>;

std::string archive_of(const Files& files, bool zip) {
  ::archive* a = archive_write_new();
  if (zip)
    archive_write_set_format_zip(a);
  else
    archive_write_set_format_ustar(a);
  archive_write_set_bytes_in_last_block(a, 1);
  std::string out(1U << 20, '\0');
  for (const auto& [name, text] : files) out.resize(out.size() + text.size() + 2048);
  std::size_t used = 0;
  archive_write_open_memory(a, out.data(), out.size(), &used);
  for (const auto& [name, text] : files) {
    archive_entry* e = archive_entry_new();
    archive_entry_set_pathname(e, name.c_str());
    archive_entry_set_size(e, static_cast<la_int64_t>(text.size()));
    archive_entry_set_filetype(e, name.ends_with('/') ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_write_header(a, e);
    if (!text.empty()) archive_write_data(a, text.data(), text.size());
    archive_entry_free(e);
  }
  archive_write_close(a);
  archive_write_free(a);
  out.resize(used);
  return out;
}
std::string zip(const Files& files) { return archive_of(files, true); }
std::string tar(const Files& files) { return archive_of(files, false); }

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

TEST(Unpacker, TellsOfAZipWithoutItsEnd) {
  const std::string sound = zip({{"a", "ONE"}, {"b", "TWO"}});
  std::string error;
  const auto got = open_all(sound.substr(0, sound.size() - 10), &error);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[1].content, "TWO");
  EXPECT_EQ(error, "archive_truncated");
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

std::string numbers() {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i * 7919) + ",";
  return text;
}

std::string told(const std::vector<Opened>& members) {
  std::string out;
  for (const Opened& m : members) out += m.name + "=" + m.content + ";";
  return out;
}

TEST(Unpacker, KnowsEveryContainerByItsContent) {
  const Files two{{"a/one.json", "ONE"}, {"a/", ""}, {"b", "TWO"}};
  const struct {
    const char* name;
    std::string bytes;
    std::string told;
  } cases[] = {
      {"zstd", zstd("abc"), "=abc;"},
      {"zstd frames", zstd("abc") + zstd("def"), "=abcdef;"},
      {"bzip2", bzip2("abc"), "=abc;"},
      {"bzip2 streams", bzip2("abc") + bzip2("def"), "=abcdef;"},
      {"empty bzip2", bzip2(""), "=;"},
      {"zip", zip(two), "a/one.json=ONE;b=TWO;"},
      {"tar", tar(two), "a/one.json=ONE;b=TWO;"},
      {"tar.gz", gzip(tar(two)), "a/one.json=ONE;b=TWO;"},
      {"tar.zst", zstd(tar(two)), "a/one.json=ONE;b=TWO;"},
      {"tar.bz2", bzip2(tar(two)), "a/one.json=ONE;b=TWO;"},
      {"gzip in zip", zip({{"x.json.gz", gzip("X")}, {"y", "Y"}}), "x.json.gz=X;y=Y;"},
      {"zip in tar", tar({{"in.zip", zip(two)}, {"y", "Y"}}), "in.zip/a/one.json=ONE;in.zip/b=TWO;y=Y;"},
      {"gzip in gzip", gzip(gzip("abc")), "=abc;"},
      {"empty zip", zip({}), ""},
      {"a zip's empty file", zip({{"e", ""}}), "e=;"},
  };
  for (const auto& c : cases) {
    std::string error;
    EXPECT_EQ(told(open_all(c.bytes, &error)), c.told) << c.name;
    EXPECT_EQ(error, "") << c.name;
  }
}

TEST(Unpacker, TellsCutAndCorruptDataOfEachCodec) {
  const std::string text = numbers();
  const struct {
    std::string codec;
    std::string bytes;
  } cases[] = {{"gzip", gzip(text)}, {"zstd", zstd(text)}, {"bzip2", bzip2(text)}};
  for (const auto& [codec, bytes] : cases) {
    const auto cut = open_all(std::string_view(bytes).substr(0, bytes.size() - 5));
    ASSERT_EQ(cut.size(), 1U) << codec;
    EXPECT_EQ(cut[0].error, codec + "_truncated");
    EXPECT_TRUE(text.starts_with(cut[0].content)) << codec;
    std::string bad = bytes;
    bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 0x55);
    const auto corrupt = open_all(bad);
    ASSERT_EQ(corrupt.size(), 1U) << codec;
    EXPECT_EQ(corrupt[0].error, codec + "_corrupt");
  }
}

TEST(Unpacker, CutAnywhereADamagedArchiveGivesTheFilesBefore) {
  for (const bool is_zip : {false, true}) {
    const std::string whole = archive_of({{"a", "AAAA"}, {"b", numbers()}, {"c", "CCCC"}}, is_zip);
    for (std::size_t size = 1; size < whole.size(); size += size < 3000 ? 37 : 1013) {
      std::string error;
      const auto got = open_all(std::string_view(whole).substr(0, size), &error);
      EXPECT_TRUE(size <= 1100 || got.empty() || got[0].content == "AAAA") << size;
      for (const Opened& m : got)
        EXPECT_TRUE(m.name != "b" || m.content == numbers() || m.error.starts_with("archive_"))
            << m.error << " " << size;
    }
  }
}

TEST(Unpacker, ABrokenArchiveInsideDoesNotHideWhatFollows) {
  std::string broken = zip({{"x", numbers()}});
  broken.resize(broken.size() / 2);
  std::string error;
  const auto got = open_all(tar({{"in.zip", broken}, {"y", "Y"}}), &error);
  ASSERT_EQ(got.size(), 2U);
  EXPECT_EQ(got[0].name, "in.zip/x");
  EXPECT_TRUE(got[0].error.starts_with("archive_")) << got[0].error;
  EXPECT_EQ(got[1].content, "Y");
}

TEST(Unpacker, StopsBombs) {
  const std::string blanks(std::size_t{8} << 20, ' ');
  const UnpackLimits tight{.max_ratio = 100, .ratio_from = 1U << 20};
  for (const std::string& bomb :
       {gzip(blanks), zstd(blanks), bzip2(blanks), zip({{"a", gzip(blanks)}}), gzip(gzip(blanks)),
        gzip(tar({{"a", blanks}}))}) {
    const auto got = open_all(bomb, nullptr, tight);
    ASSERT_FALSE(got.empty());
    EXPECT_EQ(got.back().error, "bomb");
    EXPECT_LT(got.back().content.size(), std::size_t{3} << 20);
  }
  std::string error;
  const auto large = open_all(zstd(numbers()), &error, {.max_output = 100'000});
  ASSERT_EQ(large.size(), 1U);
  EXPECT_EQ(large[0].error, "bomb");

  const auto many = open_all(zip({{"a", "1"}, {"b", "2"}, {"c", "3"}}), &error, {.max_members = 2});
  EXPECT_EQ(told(many), "a=1;b=2;");
  EXPECT_EQ(error, "bomb");

  std::string deep = "x";
  for (int i = 0; i < 8; ++i) deep = gzip(deep);
  EXPECT_TRUE(open_all(deep, &error).empty());
  EXPECT_EQ(error, "nested_too_deep");
}

TEST(Unpacker, ContentOverTheSwitchComesAsAStream) {
  for (const std::size_t size : {sources::kWholeFileBytes, sources::kWholeFileBytes + 1}) {
    std::string text = numbers();
    while (text.size() < size) text += text;
    text.resize(size);
    const bool whole = size == sources::kWholeFileBytes;
    for (const std::string& bytes : {text, gzip(text), zstd(text)}) {
      const auto got = open_all(bytes);
      ASSERT_EQ(got.size(), 1U);
      EXPECT_EQ(got[0].whole, whole);
      EXPECT_EQ(got[0].content, text);
    }
  }
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
