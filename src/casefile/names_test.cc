#include "casefile/detail/names.h"

#include <gtest/gtest.h>

#include "base/file.h"

namespace backtrail::casefile {
namespace {

namespace fs = std::filesystem;

TEST(NameTable, KeepsPlainNamesAndEscapesTheRest) {
  const struct {
    std::string wanted;
    std::string chosen;
  } kCases[] = {
      {"AWSLogs/111122223333/CloudTrail/eu-west-1/2023/07/10/1_CloudTrail_x.json.gz",
       "AWSLogs/111122223333/CloudTrail/eu-west-1/2023/07/10/1_CloudTrail_x.json.gz"},
      {"with space.json", "with space.json"},
      {"../../etc/passwd", "%2E%2E/%2E%2E/etc/passwd"},
      {"./x", "%2E/x"},
      {".incoming/7", "%2Eincoming/7"},
      {"/abs//path/", "abs/path"},
      {"a\nb\x1b[31m\x7f", "a%0Ab%1B%5B31m%7F"},
      {"bad\xff\xfe.json", "bad%FF%FE.json"},
      {"r\xc3\xa9sum\xc3\xa9", "r%C3%A9sum%C3%A9"},
      {"\xe2\x80\xaegpj.exe", "%E2%80%AEgpj.exe"},
      {"C:\\x?*|<>\"", "C%3A%5Cx%3F%2A%7C%3C%3E%22"},
      {"50%", "50%25"},
      {"trailing. ", "trailing.%20"},
      {"dot.", "dot%2E"},
      {std::string("nul\0x", 5), "nul%00x"},
      {"", "unnamed"},
      {"///", "unnamed~2"},
  };
  NameTable names;
  for (const auto& c : kCases) EXPECT_EQ(names.choose(c.wanted), c.chosen) << c.wanted;
}

TEST(NameTable, CutsWhatIsTooLong) {
  NameTable names;
  const std::string a = names.choose(std::string(300, 'a') + "1");
  const std::string b = names.choose(std::string(300, 'a') + "2");
  EXPECT_EQ(a.size(), 200U);
  EXPECT_NE(a, b);
  EXPECT_LE(names.choose(std::string(250, '\xff')).size(), 200U);
  std::string deep;
  for (int i = 0; i < 600; ++i) deep += "dir/";
  const std::string path = names.choose(deep + "file.json");
  EXPECT_LE(path.size(), 300U);
  EXPECT_TRUE(path.starts_with("long/") && path.ends_with("/file.json")) << path;
}

TEST(NameTable, GivesNoNameTwiceWhateverTheCase) {
  NameTable names;
  names.take("taken.json.gz");
  EXPECT_EQ(names.choose("Taken.json.gz"), "Taken~2.json.gz");
  EXPECT_EQ(names.choose("taken.json.gz"), "taken~3.json.gz");
  EXPECT_EQ(names.choose("a/b"), "a/b");
  EXPECT_EQ(names.choose("A"), "A~2");          // a folder has the name
  EXPECT_EQ(names.choose("a/b/c"), "a/b~2/c");  // a file has the folder's name
  EXPECT_EQ(names.choose("A/B/d"), "A/B~2/d");
  EXPECT_EQ(names.choose("noext"), "noext");
  EXPECT_EQ(names.choose("noext"), "noext~2");
}

TEST(RelativeSource, IsBelowTheBaseOrTheNameAlone) {
  EXPECT_EQ(relative_source("/in/AWSLogs/x.gz", "/in"), "AWSLogs/x.gz");
  EXPECT_EQ(relative_source("/in/AWSLogs/x.gz", "/in/"), "AWSLogs/x.gz");
  EXPECT_EQ(relative_source("/input/x.gz", "/in"), "x.gz");
  EXPECT_EQ(relative_source("/in/x.gz", ""), "x.gz");
  EXPECT_EQ(relative_source("/in/x.gz", "/"), "x.gz");
  EXPECT_EQ(relative_source("-", ""), "-");
}

TEST(AbsoluteSource, ResolvesOnlyWhatMeansTheSame) {
  const auto dir = TemporaryDirectory::create("names-test").value();
  const fs::path base = fs::canonical(dir.path());
  fs::create_directories(base / "real/sub");
  fs::create_directory_symlink(base / "real/sub", base / "link");
  EXPECT_EQ(absolute_source(base / "./real//sub/x"), (base / "real/sub/x").string());
  EXPECT_EQ(absolute_source(base / "link/x"), (base / "link/x").string());
  EXPECT_EQ(absolute_source(base / "link/../x"), (base / "real/x").string());
  EXPECT_TRUE(absolute_source("x").ends_with("/x"));
}

}  // namespace
}  // namespace backtrail::casefile
