#include <gtest/gtest.h>

#include <set>
#include <sys/stat.h>

#include <filesystem>

#include "analysis/analysis.h"
#include "base/file.h"

namespace backtrail::analysis {
namespace {

namespace fs = std::filesystem;

class RuleFiles : public ::testing::Test {
 protected:
  fs::path put(const std::string& name, std::string_view text = "title: x\n") {
    const fs::path p = root_.path() / name;
    fs::create_directories(p.parent_path());
    EXPECT_TRUE(write_file_atomically(p, text));
    return p;
  }
  std::vector<std::string> read(const std::vector<std::string>& paths) {
    auto files = read_rule_files(paths);
    EXPECT_TRUE(files) << files.error().message;
    std::vector<std::string> out;
    if (files)
      for (const sigma::RuleFile& f : *files)
        out.push_back(fs::relative(f.path, root_.path()).string());
    return out;
  }
  Error fail(const std::string& path) {
    auto files = read_rule_files({path});
    EXPECT_FALSE(files) << path;
    return files ? Error{} : files.error();
  }
  TemporaryDirectory root_ = *TemporaryDirectory::create("rule_files");
};

TEST_F(RuleFiles, FolderGivesYamlFilesInPathOrder) {
  put("b/2.yml");
  put("a/z.yaml");
  put("c.YML");
  put("a/readme.md");
  put("b/10.yml");
  EXPECT_EQ(read({root_.path().string()}),
            (std::vector<std::string>{"a/z.yaml", "b/10.yml", "b/2.yml", "c.YML"}));
}

TEST_F(RuleFiles, NamedFilesKeepTheirOrderAndAnyName) {
  const fs::path b = put("b.rule"), a = put("a.yml");
  EXPECT_EQ(read({b.string(), a.string()}), (std::vector<std::string>{"b.rule", "a.yml"}));
}

TEST_F(RuleFiles, MissingPathIsNamed) {
  const Error e = fail((root_.path() / "nowhere").string());
  EXPECT_EQ(e.id, "rules.not_found");
  EXPECT_NE(e.message.find("nowhere does not exist"), std::string::npos) << e.message;
}

TEST_F(RuleFiles, FolderWithoutRulesIsAnError) {
  put("x/readme.md");
  EXPECT_EQ(fail((root_.path() / "x").string()).id, "rules.none");
}

TEST_F(RuleFiles, LinkLoopIsAnErrorThatNamesTheLink) {
  put("r/a.yml");
  fs::create_directory_symlink(root_.path() / "r", root_.path() / "r" / "again");
  const Error e = fail((root_.path() / "r").string());
  EXPECT_EQ(e.id, "rules.link_loop");
  EXPECT_NE(e.message.find("r/again"), std::string::npos) << e.message;
}

TEST_F(RuleFiles, FolderMetTwiceIsReadOnce) {
  put("r/one/a.yml");
  fs::create_directory_symlink("one", root_.path() / "r" / "two");
  EXPECT_EQ(read({(root_.path() / "r").string()}), (std::vector<std::string>{"r/one/a.yml"}));
}

TEST_F(RuleFiles, WhatIsNoFileIsAnErrorAndDoesNotHang) {
  fs::create_directories(root_.path() / "r");
  const fs::path pipe = root_.path() / "r" / "pipe.yml";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const Error e = fail((root_.path() / "r").string());
  EXPECT_EQ(e.id, "rules.not_a_file");
  EXPECT_NE(e.message.find("pipe.yml"), std::string::npos) << e.message;
  fs::remove(pipe);
  fs::create_symlink("nothing", root_.path() / "r" / "gone.yml");
  EXPECT_NE(fail((root_.path() / "r").string()).message.find("gone.yml is a link to nothing"),
            std::string::npos);
  fs::remove(root_.path() / "r" / "gone.yml");
  fs::create_symlink("self.yml", root_.path() / "r" / "self.yml");
  EXPECT_NE(fail((root_.path() / "r").string()).message.find("self.yml"), std::string::npos);
}

TEST_F(RuleFiles, HugeFileIsRefusedByName) {
  const fs::path p = put("big.yml");
  fs::resize_file(p, (std::uintmax_t{8} << 20) + 1);
  const Error e = fail(p.string());
  EXPECT_EQ(e.id, "file.too_large");
  EXPECT_NE(e.message.find("big.yml"), std::string::npos) << e.message;
}

TEST_F(RuleFiles, BuiltinRulesAreTheRulesOfEverySourceAndNothingElse) {
  const std::vector<sigma::RuleFile> files = builtin_rule_files();
  ASSERT_FALSE(files.empty());
  std::set<std::string> sources;
  for (const sigma::RuleFile& f : files) {
    EXPECT_TRUE(f.path.starts_with("rules/") && f.path.ends_with(".yml")) << f.path;
    EXPECT_NE(f.text.find("\nid: "), std::string::npos) << f.path;
    sources.insert(f.path.substr(6, f.path.find('/', 6) - 6));
  }
  std::set<std::string> folders;
  for (const auto& entry : fs::directory_iterator(fs::path(BACKTRAIL_SOURCE_DIR) / "rules"))
    if (entry.is_directory() && entry.path().filename() != "lists" && entry.path().filename() != "tests")
      folders.insert(entry.path().filename());
  EXPECT_EQ(sources, folders);
}

}  // namespace
}  // namespace backtrail::analysis
