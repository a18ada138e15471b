#include "base/text.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace backtrail {
namespace {

TEST(ShellWord, QuotesWhatAShellWouldRead) {
  for (const auto& [text, want] : std::vector<std::pair<std::string, std::string>>{
           {"plain-1.2/x:y@z", "plain-1.2/x:y@z"},
           {"", "''"},
           {"a b", "'a b'"},
           {"$(rm -rf ~)", "'$(rm -rf ~)'"},
           {"it's", "'it'\\''s'"},
           {"`x`", "'`x`'"},
           {"é", "'é'"},
       })
    EXPECT_EQ(shell_word(text), want);
}

}  // namespace
}  // namespace backtrail
