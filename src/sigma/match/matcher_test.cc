#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "sigma/detail/regex.h"
#include "sigma/testing/rules.h"

namespace backtrail::sigma {
namespace {

using testing::kAws;
using testing::load_text;
using testing::rule_text;
using testing::selection_rule;

TEST(SigmaMatcher, AnswersDoNotLeakFromRecordToRecord) {
  const LoadResult loaded = load_text(selection_rule("{eventName: a, f|contains: x, o.y: 1}"));
  model::testing::JsonRecord record({"eventName", "f", "o"});
  Matcher matcher(loaded.rules, record.layout(), kAws);
  const std::string longer(2000, 'x');
  struct Row {
    std::string json;
    bool fires;
  };
  const Row rows[] = {
      {R"({"eventName":"a","f":"xx","o":{"y":1}})", true},
      {R"({"eventName":"a","f":"xx","o":{"y":2}})", false},
      {R"({"eventName":"a","f":"yy","o":{"y":1}})", false},
      {R"({"eventName":"a","f":"xx","o":{"y":1}})", true},
      {R"({"eventName":"b","f":"xx","o":{"y":1}})", false},
      {R"({"eventName":"a","f":null,"o":{"y":1}})", false},
      {R"({"eventName":"A","f":")" + longer + R"(","o":{"y":1}})", true},
      {R"({"eventName":"a","f":["p","x"],"o":{"y":1}})", true},
      {R"({"eventName":"a","o":{"y":1}})", false},
  };
  for (int round = 0; round < 3; ++round)
    for (const Row& row : rows)
      EXPECT_EQ(matcher.match(record.load(row.json)).size(), row.fires ? 1U : 0U) << row.json;
}

TEST(SigmaMatcher, DispatchFindsLiteralsOfAnyKind) {
  struct Row {
    const char* selection;
    const char* json;
    bool fires;
  };
  const std::string long_name(200, 'N');
  const std::string long_rule = "{eventName: " + long_name + "}";
  const std::string long_json = R"({"eventName":")" + long_name + R"("})";
  const Row rows[] = {
      {"{eventName: ÄRGER}", R"({"eventName":"ärger"})", true},
      {"{eventName: kelvin}", "{\"eventName\":\"\u212Aelvin\"}", true},
      {"{eventName: ''}", R"({"eventName":""})", true},
      {"{eventName: ''}", R"({"f":1})", false},
      {"{eventName: '5'}", R"({"eventName":5})", true},
      {"{eventName: 'true'}", R"({"eventName":true})", true},
      {"{eventName|cased: Ab}", R"({"eventName":"Ab"})", true},
      {"{eventName|cased: Ab}", R"({"eventName":"AB"})", false},
      {R"({eventName: '{"a"}'})", R"({"eventName":"%7B%22a%22}"})", true},
      {long_rule.c_str(), long_json.c_str(), true},
      {"{eventName: [a, 'b*']}", R"({"eventName":"bc"})", true},
      {"{eventName: [a, null]}", R"({"f":1})", true},
      {"{eventName|neq: a}", R"({"f":1})", true},
  };
  for (const Row& row : rows)
    EXPECT_EQ(testing::fires(selection_rule(row.selection), row.json), row.fires)
        << row.selection << " on " << row.json;
}

TEST(SigmaMatcher, FindsPathsHoweverTheirKeysAreSpelled) {
  struct Row {
    const char* selection;
    const char* json;
    bool fires;
  };
  const Row rows[] = {
      {"{o.name: a}", R"({"o":{"name":"a"}})", true},
      {"{o.name: a}", R"({"o":{"n\u0061me":"a"}})", true},
      {"{o.name: a}", R"({"o":{"x":"name"}})", false},
      {"{o.name: a}", R"({"o":{"names":"a"}})", false},
      {"{o.name: a}", R"({"o":[{"x":1},{"name":"a"}]})", true},
      {"{o.name: a}", R"({"o":"name"})", false},
      {"{o.name.first: a}", R"({"o":{"name.first":"a"}})", true},
      {"{o.name: null}", R"({"o":{"x":1}})", true},
      {"{o.name: null}", R"({"o":{"name":1}})", false},
      {"{o.name|exists: false}", R"({"o":{"x":1}})", true},
      {"{o.name|exists: false}", R"({"o":{"n\u0061me":1}})", false},
      {"{o.name|exists: true}", R"({"o":{"x":1}})", false},
      {"{o.name|exists: true}", R"({"o":{"name":null}})", true},
      {"{o.name|neq: a}", R"({"o":{"x":1}})", true},
      {"{o.name|fieldref: f}", R"({"o":{"x":1},"f":"a"})", false},
      {"{'o.n\"me': a}", R"({"o":{"n\"me":"a"}})", true},
      {"{o: null}", R"({"o":{"x":null}})", false},
      {"{o|contains: 'a b'}", R"({"o":{"x":"\u0061 b"}})", true},
      {"{o|contains: 'a b'}", R"({"o":{"x":"%7Ba%20b"}})", true},
      {"{o|contains: '%7ba'}", R"({"o":[{"x":"%7Ba"}]})", true},
  };
  for (const Row& row : rows)
    EXPECT_EQ(testing::fires(selection_rule(row.selection), row.json), row.fires)
        << row.selection << " on " << row.json;
}

TEST(SigmaMatcher, WhatRefutedARuleBeforeDoesNotDecideTheNextRecord) {
  const LoadResult loaded =
      load_text(selection_rule("{eventName: a, f: b, o|contains: c, p|endswith: d}"));
  model::testing::JsonRecord record({"eventName", "f", "o", "p"});
  Matcher matcher(loaded.rules, record.layout(), kAws);
  // Each round another test fails, in every order, with records that fire between.
  std::vector<int> missing = {0, 1, 2, 3, 4, 4};
  do {
    for (const int m : missing) {
      const auto value = [&](int i, const char* good) { return m == i ? "\"-\"" : good; };
      const std::string json = std::string(R"({"eventName":"a","f":)") + value(0, "\"b\"") +
                               R"(,"o":)" + value(1, R"({"x":"c"})") + R"(,"p":)" +
                               value(2, m == 3 ? "null" : "\"-d\"") + "}";
      ASSERT_EQ(matcher.match(record.load(json)).size(), m == 4 ? 1U : 0U) << json;
    }
  } while (std::next_permutation(missing.begin(), missing.end()));
}

/// A random condition over a few fields, in YAML.
class RuleMaker {
 public:
  explicit RuleMaker(unsigned seed) : random_(seed) {}

  std::string rule() {
    std::string body;
    for (int i = 1; i <= 3; ++i) body += "s" + std::to_string(i) + ": " + selection() + "\n  ";
    return rule_text(body + "condition: " +
                     pick({"s1", "s1 and s2", "s1 or s2", "s1 and not s2", "1 of s*", "all of s*",
                           "not 1 of s*", "(s1 or s2) and not s3"}));
  }
  std::string record() {
    return R"({"eventName":)" + value() + R"(,"f":)" + value() + R"(,"o":{"x":)" + value() +
           R"(,"n":)" + pick({"1", "2", "null", "\"2\""}) + "}}";
  }

 private:
  std::string pick(std::vector<std::string> from) { return from[random_() % from.size()]; }
  std::string value() {
    return pick({"\"a\"", "\"B\"", "\"ab\"", "\"\"", "null", "[\"a\",\"b\"]", "{\"k\":\"a\"}", "5",
                 "true", "\"x\\\"y\"", "\"\u00c4\"", "[]", "[{\"k\":\"ab\"}]"});
  }
  std::string selection() {
    std::string out = "{" + item("eventName");
    if (random_() % 2 == 0) out += ", " + item("f");
    if (random_() % 3 == 0) out += ", " + item("o.x");
    if (random_() % 4 == 0) out += ", o|contains: " + pick({"'a'", "x", "'\"n\"'", "'\u00c4'"});
    if (random_() % 4 == 0) out += ", o.n|gte: 2";
    return out + "}";
  }
  std::string item(const std::string& field) {
    return field +
           pick({": ", ": ", ": ", "|contains: ", "|startswith: ", "|re: ", "|neq: ",
                 "|contains|all: ", "|cased: "}) +
           pick({"'a'", "'b'", "['a', 'B']", "'ab'", "['x', 'a*', 'q']", "'ä'", "'k'"});
  }

  std::mt19937 random_;
};

TEST(SigmaMatcher, IndexedAnswersEqualPlainEvaluation) {
  RuleMaker maker(11);
  std::string text;
  for (int i = 0; i < 300; ++i) text += maker.rule() + "---\n";
  const LoadResult loaded = load_text(text);
  ASSERT_EQ(loaded.rejected.size(), 0U) << loaded.rejected[0].message;
  model::testing::JsonRecord slotted({"eventName", "f", "o"});
  model::testing::JsonRecord plain;
  Matcher matcher(loaded.rules, slotted.layout(), kAws);
  std::size_t fired = 0;
  for (int i = 0; i < 300; ++i) {
    const std::string json = maker.record();
    const auto hits = matcher.match(slotted.load(json));
    std::vector<std::uint32_t> want;
    const model::Record& record = plain.load(json);
    for (std::uint32_t rule = 0; rule < 300; ++rule)
      if (explain(*loaded.rules, rule, record, kAws).fires) want.push_back(rule);
    ASSERT_EQ(std::vector<std::uint32_t>(hits.begin(), hits.end()), want) << json;
    fired += want.size();
  }
  EXPECT_GT(fired, 1000U);
}

TEST(SigmaRegex, RequiredLiteralsAreSure) {
  struct Row {
    const char* source;
    bool ignore_case;
    const char* literal;
  };
  const Row rows[] = {
      {".+:assumed-role/aws:.+", false, ":assumed-role/aws:"},
      {"abc", false, "abc"},
      {"ABC", true, "abc"},
      {"abcd?", false, "abc"},
      {"abcd*e", false, "abc"},
      {"abcd+e", false, "abcd"},
      {"abc{2}x", false, "ab"},
      {"a(bcd)?efg", false, "efg"},
      {"ab[cd]efgh", false, "efgh"},
      {R"(a\.bc\dxy)", false, "a.bc"},
      {R"(\x41bcdef)", false, ""},
      {"a|bcd", false, ""},
      {"(?i)abc", false, ""},
      {"^abc$", false, "abc"},
      {"[[:alpha:]]abc", false, ""},
      {"aé?", false, "a"},
      {"(", false, ""},
      {"", false, ""},
      {"[]a]bc", false, "bc"},
      {R"(\Qa.b\E)", false, ""},
  };
  for (const Row& row : rows)
    EXPECT_EQ(detail::required_literal({.source = row.source, .ignore_case = row.ignore_case}),
              row.literal)
        << row.source;
}

}  // namespace
}  // namespace backtrail::sigma
