#include "base/case_folding.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace backtrail {
namespace {

TEST(CaseFolding, FoldsSimplyAsUnicodeSays) {
  // Rows where folding and lower case differ stand first.
  for (const auto& [text, folded] : std::vector<std::pair<std::string, std::string>>{
           {"\u017F", "s"},       // LONG S
           {"\u03C2", "\u03C3"},  // FINAL SIGMA
           {"\u00B5", "\u03BC"},  // MICRO SIGN
           {"\u1E9E", "\u00DF"},  // CAPITAL SHARP S: status S
           {"\u13A0", "\u13A0"},  // CHEROKEE folds to capitals
           {"\uAB70", "\u13A0"},
           {"\u212A", "k"},       // KELVIN SIGN
           {"\u0130", "\u0130"},  // Turkic I with a dot: only T and F
           {"\U00010400", "\U00010428"},
           {"ABC-xyz_09", "abc-xyz_09"},
           {"\u00DF", "\u00DF"},
           {"", ""},
       })
    EXPECT_EQ(fold_case(text), folded) << text;
}

TEST(CaseFolding, KeepsInvalidBytes) {
  EXPECT_EQ(fold_case("A\xFFZ\xC3"), "a\xFFz\xC3");
  EXPECT_EQ(fold_case(std::string("A\0B\u00C9", 5)), std::string("a\0b\u00E9", 5));
}

TEST(CaseFolding, FoldsAsciiOfAnyLength) {
  std::string text;
  std::string folded;
  for (char32_t c = 0; c < 300; ++c) {
    const char ascii = static_cast<char>(c * 37 % 128);
    text += ascii;
    folded += static_cast<char>(fold_case(static_cast<char32_t>(ascii)));
    std::string out(text.size(), '?');
    ASSERT_TRUE(fold_ascii(text, out.data()));
    ASSERT_EQ(out, folded);
    for (const std::size_t place : {std::size_t{0}, text.size() / 2, text.size() - 1}) {
      std::string other = text;
      other[place] = '\x80';
      ASSERT_FALSE(fold_ascii(other, out.data())) << text.size() << " " << place;
    }
  }
}

TEST(CaseFolding, FoldingAgainChangesNothing) {
  for (char32_t c = 0; c < 0x20000; ++c)
    ASSERT_EQ(fold_case(fold_case(c)), fold_case(c)) << std::hex << +c;
}

}  // namespace
}  // namespace backtrail
