#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "casefile/casefile.h"

/// A case and a folder of input in a temporary folder, for tests.
namespace backtrail::casefile::testing {

namespace fs = std::filesystem;

class CaseTest : public ::testing::Test {
 protected:
  TemporaryDirectory dir_ = TemporaryDirectory::create("case-test").value();
  fs::path in_ = dir_.path() / "in";
  fs::path case_ = dir_.path() / "case";
  Progress progress_;

  fs::path write(const std::string& name, std::string_view text) {
    const fs::path path = in_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  std::unique_ptr<Case> create_case() {
    auto made = create(case_, {}, {});
    EXPECT_TRUE(made) << made.error().message;
    return std::move(made).value();
  }
  std::unique_ptr<Case> open_case(Mode mode = Mode::read) {
    auto opened = open(case_, {.mode = mode});
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(opened).value();
  }
  AddResult add(Case& kase, const std::vector<fs::path>& files, bool in_place = false) {
    auto added = kase.add_evidence(
        files, {.in_place = in_place, .threads = 2, .base = in_.string()}, progress_, {});
    EXPECT_TRUE(added) << added.error().message;
    return std::move(added).value();
  }
  /// A case with three items, a rule, a context and a note; closed.
  void make_case() {
    auto kase = create_case();
    add(*kase, {write("AWSLogs/a.json", "alpha alpha"), write("AWSLogs/b.json", "beta"),
                write("c.json.gz", "gamma")});
    ASSERT_TRUE(kase->keep_rule_file("my rule.yml", "title: mine\n"));
    ASSERT_TRUE(kase->set_context({.accounts = {"111122223333"}}));
    ASSERT_TRUE(kase->record("note", Json::object().set("text", "seen")));
  }
  VerifyReport verify_at(const fs::path& path, const VerifyOptions& options = {}) {
    return verify(path, options, progress_, {});
  }
  /// "kind subject" of each problem, faults with "!".
  static std::vector<std::string> problems(const VerifyReport& r) {
    std::vector<std::string> out;
    for (const VerifyProblem& p : r.problems)
      out.push_back(p.kind + (p.fault ? "! " : " ") + p.subject);
    return out;
  }
  static void overwrite(const fs::path& file, std::string_view text) {
    fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
  }
  /// The exit code of `work` in a child process.
  template <typename F>
  static int in_child(F work) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(work());
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
};

using Strings = std::vector<std::string>;

}  // namespace backtrail::casefile::testing
