#include "base/json_value.h"

#include <gtest/gtest.h>

namespace backtrail {
namespace {

TEST(JsonValueForm, DoesNotDependOnHowTheValueWasWritten) {
  const std::pair<const char*, const char*> same[] = {
      {R"({"a":1,"b":[true,null]})", "{ \"b\" : [ true , null ] ,\n\"a\": 1 }"},
      {R"({"a":{"x":"1","y":2}})", R"({"a":{"y":2,"x":"1"}})"},
      {R"("A\u0042\/")", R"("AB/")"},
      {R"({"\u0061":0})", R"({"a":0})"},
      {"100", "1e2"},
      {"100", "1.00E+2"},
      {"-0.5", "-5e-1"},
      {"0.0", "-0"},
      {"12345678901234567890123", "12345678901234567890123.0"},
      {R"("\ud83d\ude00")", "\"\xF0\x9F\x98\x80\""},
  };
  for (const auto& [a, b] : same) {
    ASSERT_TRUE(json_value_form(a)) << a;
    EXPECT_EQ(json_value_form(a), json_value_form(b)) << a;
  }
}

TEST(JsonValueForm, TellsDifferentValuesApart) {
  const std::pair<const char*, const char*> different[] = {
      {"1", "\"1\""},
      {"1", "true"},
      {"12345678901234567890123", "12345678901234567890124"},
      {"0.1", "0.10000000000000000001"},
      {"1e-999999999999999999999", "1e-999999999999999999998"},
      {"[1,2]", "[2,1]"},
      {"[[1],2]", "[1,[2]]"},
      {"{}", "[]"},
      {"[\"\"]", "[]"},
      {R"({"a":null})", "{}"},
      {R"({"a":1,"a":2})", R"({"a":2,"a":1})"},
      {R"({"a":1,"a":2})", R"({"a":2})"},
      {R"({"a":"b"})", R"(["a","b"])"},
      {R"(["a\"1:b"])", R"(["a","b"])"},
      {R"({"":1})", "[1]"},
  };
  for (const auto& [a, b] : different) {
    ASSERT_TRUE(json_value_form(a)) << a;
    EXPECT_NE(json_value_form(a), json_value_form(b)) << a << " " << b;
  }
}

TEST(JsonValueForm, RefusesWhatIsNotOneValue) {
  for (const char* text :
       {"", "{", "1 2", "{\"a\":}", "[1,]", "nul", "\"\\ud800\"", "\"a", "1e999"})
    EXPECT_FALSE(json_value_form(text)) << text;
}

TEST(JsonValueForm, DepthCostsNoStack) {
  const std::string deep = std::string(5000, '[') + std::string(5000, ']');
  EXPECT_TRUE(json_value_form(deep));
}

}  // namespace
}  // namespace backtrail
