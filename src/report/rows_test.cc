#include "report/rows.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/text.h"
#include "report/width.h"

namespace backtrail::report {
namespace {

TEST(Width, CountsCellsNotBytes) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("äöü"), 3U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);  // e and a combining accent
}

TEST(Width, CutsAtCodePoints) {
  EXPECT_EQ(fit("abcdef", 6), "abcdef");
  EXPECT_EQ(fit("abcdef", 4), "abc…");
  EXPECT_EQ(fit("日本語", 5), "日本…");
  EXPECT_EQ(fit("日本語", 4), "日…");
  EXPECT_EQ(fit("abc", 0), "");
  EXPECT_EQ(fit_end("arn:aws:iam::1:user/bob", 9), "…user/bob");
  EXPECT_EQ(pad("ä", 3), "ä  ");
  EXPECT_EQ(pad("12", 4, true), "  12");
}

std::string table(const std::vector<std::vector<RowCell>>& rows, const TableOptions& options) {
  std::ostringstream out;
  auto writer = make_table(out,
                           {{.title = "name"},
                            {.title = "n", .right = true, .least = 1},
                            {.title = "principal", .least = 8, .keep_end = true}},
                           options);
  for (const auto& r : rows) writer->row(r);
  writer->finish();
  return out.str();
}

TEST(Table, AlignsColumns) {
  EXPECT_EQ(table({{{"CreateUser"}, {"7"}, {"user/a"}}, {{"x"}, {"1200"}, {"role/b"}}}, {}),
            "name           n  principal\n"
            "CreateUser     7  user/a\n"
            "x           1200  role/b\n");
}

TEST(Table, FitsTheWidth) {
  const std::string out =
      table({{{"AVeryLongNameOfACall"}, {"7"}, {"arn:aws:iam::111122223333:user/somebody"}}},
            {.width = 40});
  for (const std::string_view line : split(out, '\n')) EXPECT_LE(display_width(line), 40U) << out;
  EXPECT_NE(out.find("user/somebody"), std::string::npos) << out;
}

TEST(Table, NarrowTerminalLeavesOutWholeColumnsAndSaysSo) {
  std::ostringstream out;
  auto writer = make_table(out,
                           {{.title = "id", .least = 8},
                            {.title = "minor", .least = 10, .rank = 2},
                            {.title = "title", .least = 10},
                            {.title = "major", .least = 10, .rank = 1}},
                           {.width = 32});
  writer->row(
      std::vector<RowCell>{{"f-123456"}, {"minor value"}, {"a longer title"}, {"major value"}});
  writer->finish();
  EXPECT_EQ(out.str(),
            "id        title       major\n"
            "f-123456  a longer …  major val…\n"
            "left out, for want of room: min…\n");
}

TEST(Table, OneLongValueDoesNotPadEveryRow) {
  const std::string longest(100'000, 'x');
  std::vector<std::vector<RowCell>> rows(50, {{"short"}, {"1"}, {"p"}});
  rows[0][0].text = longest;
  const std::string out = table(rows, {});
  EXPECT_NE(out.find(longest), std::string::npos) << "values stay whole without a width";
  EXPECT_LT(out.size(), longest.size() + 50 * 120);
}

TEST(Table, EscapesWhatATerminalWouldObey) {
  const std::string out = table({{{"\x1b[2Jgone"}, {"1"}, {"a\nb\xE2\x80\xAE"}}}, {});
  EXPECT_EQ(out.find('\x1b'), std::string::npos);
  EXPECT_NE(out.find("\\x1b[2Jgone"), std::string::npos);
  EXPECT_NE(out.find("a\\x0ab\\u202e"), std::string::npos);
}

TEST(Table, PaintsWithoutMovingColumns) {
  const std::string out = table({{{"high", Tone::high}, {"1"}, {"p"}}}, {.style = {.color = true}});
  EXPECT_NE(out.find("\x1b[1;31mhigh\x1b[0m  1  p"), std::string::npos) << out;
}

TEST(Table, MasksSecrets) {
  EXPECT_NE(table({{{R"({"password":"hunter2"})"}, {"1"}, {"p"}}}, {}).find("[masked]"),
            std::string::npos);
}

std::string csv(const std::string& cell) {
  std::ostringstream out;
  auto writer = make_csv(out, {{.title = "c"}}, {.header = false});
  writer->row(std::vector<RowCell>{{cell}});
  return out.str();
}

TEST(Csv, QuotesAndDisarms) {
  EXPECT_EQ(csv("plain"), "plain\r\n");
  EXPECT_EQ(csv("a,b"), "\"a,b\"\r\n");
  EXPECT_EQ(csv("say \"x\""), "\"say \"\"x\"\"\"\r\n");
  EXPECT_EQ(csv("two\nlines"), "\"two\nlines\"\r\n");
  EXPECT_EQ(csv("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0\r\n");
  EXPECT_EQ(csv("@SUM(A1)"), "'@SUM(A1)\r\n");
  EXPECT_EQ(csv("-12.5"), "-12.5\r\n");
  EXPECT_EQ(csv("-1+cmd"), "'-1+cmd\r\n");
}

TEST(Markdown, EscapesMarkup) {
  std::ostringstream out;
  auto writer = make_markdown(out, {{.title = "what"}, {.title = "n", .right = true}});
  writer->row(std::vector<RowCell>{{"a|b <img src=x> [l](u) *s*"}, {"1"}});
  EXPECT_EQ(out.str(),
            "| what | n |\n| --- | ---: |\n"
            "| a\\|b &lt;img src=x&gt; \\[l\\](u) \\*s\\* | 1 |\n");
}

}  // namespace
}  // namespace backtrail::report
