#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>

#include "base/file.h"
#include "case/cli_testing.h"
#include "cli/help.h"

namespace backtrail::cli {
namespace {

/// What a real bash offers for a line, its last word being completed.
class BashCompletion : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("bash -c true >/dev/null 2>&1") != 0) GTEST_SKIP() << "no bash";
    std::ofstream(folder_.path() / "completion") << completion_script("bash");
    // Stands in for the program where the script asks it.
    std::ofstream(folder_.path() / "program")
        << "backtrail() { case \"$1 $2\" in 'rules list') printf "
           "'id,name,level\\nR-1,trail_stopped,high\\n' ;; "
           "findings*) printf 'id,severity\\nf-01,high\\n' ;; esac; }\n";
    std::ofstream(folder_.path() / "a file.json") << "{}";
  }
  std::string offers(const std::string& words) {
    const std::string script =
        "cd '" + folder_.path().string() + "'; . ./program; . ./completion; COMP_WORDS=(" + words +
        "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _backtrail; IFS='|'; echo \"${COMPREPLY[*]}\"";
    std::ofstream(folder_.path() / "try") << script;
    std::FILE* pipe =
        ::popen(("bash '" + (folder_.path() / "try").string() + "' 2>&1").c_str(), "r");
    std::string out;
    std::array<char, 4096> buffer{};
    while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe))
      out.append(buffer.data(), n);
    ::pclose(pipe);
    if (!out.empty()) out.pop_back();
    return out;
  }
  TemporaryDirectory folder_ = *TemporaryDirectory::create("completion");
};

TEST_F(BashCompletion, OffersWhatFits) {
  struct Row {
    const char* words;
    const char* offers;
  };
  const std::vector<Row> rows = {
      {"backtrail fin", "findings|finding"},
      {"backtrail --no-color --threads 2 findi", "findings|finding"},
      {"backtrail case ver", "verify"},
      {"backtrail --quiet case ver", "verify"},
      {"backtrail findings --sev", "--severity"},
      {"backtrail findings --severity h", "high"},
      {"backtrail findings --severity = h", "high"},  // how bash splits --severity=h
      {"backtrail findings --output =", "table|json|jsonl|csv|markdown"},
      {"backtrail findings --state ''", "new|true|benign|later"},
      {"backtrail rules explain trail", "trail_stopped"},
      {"backtrail rules explain R", "R-1"},
      {"backtrail finding set ''", "f-01"},
      {"backtrail help env", "environment"},
      {"backtrail help inv", "investigate"},
      {"backtrail completion z", "zsh"},
      {"backtrail investigate a", "a file.json"},
      {"backtrail nonsense ''", ""}};
  for (const Row& r : rows) EXPECT_EQ(offers(r.words), r.offers) << r.words;
}

}  // namespace
}  // namespace backtrail::cli
