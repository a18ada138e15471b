#include "sigma/detail/text_value.h"

#include <gtest/gtest.h>

namespace backtrail::sigma::detail {
namespace {

std::string show(const TextValue& v) {
  std::string out;
  for (const GlobToken& t : v.tokens())
    out += t.kind == GlobToken::Kind::literal   ? "<" + t.text + ">"
           : t.kind == GlobToken::Kind::any_run ? "*"
                                                : "?";
  return out;
}

struct EscapeRow {
  const char* source;
  const char* expected;
};

TEST(TextValue, ReadsRunsOfBackslashes) {
  // The table of facts on escapes: n backslashes at the end, before other text, before a wildcard.
  const EscapeRow rows[] = {
      {"", ""},
      {"a", "<a>"},
      {R"(a\)", R"(<a\>)"},
      {R"(a\\)", R"(<a\>)"},
      {R"(a\\\)", R"(<a\\>)"},
      {R"(a\\\\)", R"(<a\\>)"},
      {R"(a\\\\\)", R"(<a\\\>)"},
      {R"(\a)", R"(<\a>)"},
      {R"(\\a)", R"(<\a>)"},
      {R"(\\\a)", R"(<\\a>)"},
      {R"(\*)", "<*>"},
      {R"(\\*)", R"(<\>*)"},
      {R"(\\\*)", R"(<\*>)"},
      {R"(\\\\*)", R"(<\\>*)"},
      {R"(\\\\\*)", R"(<\\*>)"},
      {R"(\?)", "<?>"},
      {R"(\\?)", R"(<\>?)"},
      {R"(\\\?)", R"(<\?>)"},
      {"a*b?c", "<a>*<b>?<c>"},
      {"**", "*"},
      {"*?*", "*?*"},
  };
  for (const EscapeRow& row : rows)
    EXPECT_EQ(show(TextValue::parse(row.source)), row.expected) << row.source;
}

TEST(TextValue, AnAddedWildcardIsATokenAfterABackslash) {
  TextValue v = TextValue::parse(R"(C:\)");
  v.open_end();
  EXPECT_EQ(show(v), R"(<C:\>*)");
}

TEST(TextValue, OpeningTwiceChangesNothing) {
  TextValue v = TextValue::parse("*a");
  v.open_start();
  v.open_start();
  v.open_end();
  v.open_end();
  EXPECT_EQ(show(v), "*<a>*");
}

TEST(TextValue, PatternsTakeTheSimplestShape) {
  struct Row {
    const char* source;
    TextShape shape;
    const char* text;
  };
  const Row rows[] = {
      {"", TextShape::exact, ""},          {"Ab", TextShape::exact, "ab"},
      {"Ab*", TextShape::prefix, "ab"},    {"*Ab", TextShape::suffix, "ab"},
      {"*Ab*", TextShape::contains, "ab"}, {"*", TextShape::any, ""},
      {"a*b", TextShape::glob, ""},        {"a?", TextShape::glob, ""},
  };
  for (const Row& row : rows) {
    const TextPattern p = TextValue::parse(row.source).pattern(false);
    EXPECT_EQ(p.shape, row.shape) << row.source;
    EXPECT_EQ(p.text, row.text) << row.source;
  }
  EXPECT_EQ(TextValue::parse("Ab").pattern(true).text, "Ab");
}

}  // namespace
}  // namespace backtrail::sigma::detail
