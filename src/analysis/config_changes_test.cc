#include <gtest/gtest.h>

#include "analysis/history.h"

namespace backtrail::analysis {
namespace {

std::string changes(const std::string& a, const std::string& b) {
  std::string out;
  for (const ConfigChange& c : config_changes(Json::parse(a).value(), Json::parse(b).value()))
    out += c.path + ": " + c.from.value_or("(none)") + " > " + c.to.value_or("(none)") + "; ";
  return out;
}

struct Case {
  std::string a, b, want;
};

TEST(ConfigChanges, NameThePathAndBothValues) {
  const std::vector<Case> cases = {
      {R"({"a":1})", R"({"a":1})", ""},
      {R"({"a":1})", R"({"a":"1"})", "a: 1 > 1; "},
      {R"({"a":1,"b":{"c":true}})", R"({"b":{"c":false}})", "a: 1 > (none); b.c: true > false; "},
      {R"({"a":null})", R"({})", "a: null > (none); "},
      {R"({"a":[1,2,3]})", R"({"a":[3,1,2]})", ""},
      {R"({"a":[1,1]})", R"({"a":[1]})", "a[]: 1 > (none); "},
      {R"({"a":[{"p":1,"q":2}]})", R"({"a":[{"q":2,"p":3}]})", "a[0].p: 1 > 3; "},
      {R"({"a":[]})", R"({"a":[{"p":1},2]})", R"(a[]: (none) > {"p":1}; a[]: (none) > 2; )"},
      {R"({"a":{}})", R"({"a":[]})", "a: {} > []; "},
      {R"({"x.y":{"[z]":1}})", R"({"x.y":{"[z]":2}})", R"(["x.y"]["[z]"]: 1 > 2; )"},
      {R"({"policyText":"{\"A\":[1]}"})", R"({"policyText":"{\"A\":[2]}"})", "policyText.A[0]: 1 > 2; "},
      {R"({"policyText":"{\"A\": 1}"})", R"({"policyText":"{\"A\":1}"})", ""},
      {R"({"policyText":null})", R"({"policyText":"{\"A\":1}"})", R"(policyText: null > {"A":1}; )"},
      {R"({"t":"{no json"})", R"({"t":"{no  json"})", "t: {no json > {no  json; "},
      {R"({"":1})", R"({"":2})", R"([""]: 1 > 2; )"},
  };
  for (const Case& c : cases) EXPECT_EQ(changes(c.a, c.b), c.want) << c.a << " " << c.b;
}

TEST(ConfigChanges, DeepValuesAreComparedAsAWhole) {
  std::string a = "1", b = "2";
  for (int i = 0; i < 500; ++i) {
    a = "{\"k\":" + a + "}";
    b = "{\"k\":" + b + "}";
  }
  EXPECT_EQ(config_changes(Json::parse(a).value(), Json::parse(b).value()).size(), 1U);
}

}  // namespace
}  // namespace backtrail::analysis
