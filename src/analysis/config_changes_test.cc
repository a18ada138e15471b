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
      {R"({"a":[1,2,1,1]})", R"({"a":[1,3,2,1,4]})", "a[]: 1 > (none); a[]: (none) > 3; a[]: (none) > 4; "},
      {R"({"a":[9,8,7,1]})", R"({"a":[1]})", "a[]: 9 > (none); a[]: 8 > (none); a[]: 7 > (none); "},
      {R"({"c":1,"a":2})", R"({"b":2,"c":2,"d":3})", "a: 2 > (none); b: (none) > 2; c: 1 > 2; d: (none) > 3; "},
      {R"({"b":1,"a":2})", R"({"a":2,"b":1})", ""},
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

TEST(ConfigChanges, ManyMembersAreCompared) {  // each with each would take minutes
  constexpr int kMany = 200'000;
  Json a = Json::object(), b = Json::object();
  Json::Object keys_a, keys_b;
  Json::Array same, fewer;
  for (int i = 0; i < kMany; ++i) {
    keys_a.emplace_back("key" + std::to_string(i), i);
    keys_b.emplace_back("key" + std::to_string(kMany - i), kMany - i);
    same.emplace_back(7);
    if (i > 2) fewer.emplace_back(7);
  }
  a.set("keys", std::move(keys_a));
  b.set("keys", std::move(keys_b));
  a.set("list", std::move(same));
  b.set("list", std::move(fewer));
  const std::vector<ConfigChange> got = config_changes(a, b);
  ASSERT_EQ(got.size(), 5U);
  EXPECT_EQ(got[0].path, "keys.key0");
  EXPECT_EQ(got[0].from, "0");
  EXPECT_EQ(got[1].path, "keys.key200000");
  EXPECT_EQ(got[1].to, "200000");
  EXPECT_EQ(got[4].path, "list[]");
  EXPECT_EQ(got[4].from, "7");
}

TEST(ConfigChanges, BelowALongPathValuesAreComparedAsAWhole) {
  // Otherwise each of the members repeats the path.
  Json::Object from, to;
  for (int i = 0; i < 10'000; ++i) {
    from.emplace_back("k" + std::to_string(i), 1);
    to.emplace_back("k" + std::to_string(i), 2);
  }
  const std::string longest(1'000, 'p');
  Json a = Json::object(), b = Json::object();
  a.set(longest, from).set(longest + "p", from);
  b.set(longest, to).set(longest + "p", to);
  const std::vector<ConfigChange> got = config_changes(a, b);
  ASSERT_EQ(got.size(), 10'001U);
  EXPECT_EQ(got.front().path, longest + ".k0");
  EXPECT_EQ(got.back().path, longest + "p");
}

}  // namespace
}  // namespace backtrail::analysis
