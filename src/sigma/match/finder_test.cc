#include "sigma/match/finder.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace backtrail::sigma::match {
namespace {

TEST(Finder, FindsAtEitherEndAndNowhereElse) {
  struct Row {
    std::string literal;
    std::string text;
    bool found;
  };
  const Row rows[] = {
      {"", "", true},           {"", "a", true},
      {"a", "", false},         {"a", "a", true},
      {"ab", "a", false},       {"ab", "ab", true},
      {"ab", "xxab", true},     {"ab", "abxx", true},
      {"ab", "xabx", true},     {"ab", "axbx", false},
      {"q-a", "qqqq-a", true},  {"q-a", "qqqq-b", false},
      {"a*", "a*", true},       {"*a", "**a", true},
      {"aaq", "aaaaq", true},   {"aaq", "qaaaa", false},
      {"q", "aq", true},        {"\xFF", "a\xFF", true},
      {std::string("\0a", 2), std::string("a\0a", 3), true},
  };
  for (const Row& row : rows)
    EXPECT_EQ(Finder(row.literal).is_in(row.text), row.found) << row.literal << " in " << row.text;
}

TEST(Finder, GoesOnWhereItsRarestByteIsCommon) {
  const std::string text(1000, '*');
  EXPECT_TRUE(Finder("*b").is_in(text + "b"));
  EXPECT_FALSE(Finder("*b").is_in(text));
  EXPECT_FALSE(Finder("*b").is_in(text + "ab"));
  EXPECT_TRUE(Finder("b*").is_in("ab" + text));
}

TEST(Finder, AgreesWithStringSearch) {
  std::mt19937 random(7);
  const auto text = [&](std::size_t longest) {
    std::string out(random() % (longest + 1), ' ');
    for (char& c : out) c = "ab*\xC3"[random() % 4];
    return out;
  };
  int found = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string literal = text(5);
    const std::string haystack = text(60);
    const bool expected = haystack.find(literal) != std::string::npos;
    ASSERT_EQ(Finder(literal).is_in(haystack), expected) << literal << " in " << haystack;
    found += expected ? 1 : 0;
  }
  EXPECT_GT(found, 5'000);
  EXPECT_LT(found, 18'000);
}

}  // namespace
}  // namespace backtrail::sigma::match
