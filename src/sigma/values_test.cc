#include <gtest/gtest.h>

#include "sigma/testing/rules.h"

namespace backtrail::sigma {
namespace {

using testing::fires;
using testing::rule_text;
using testing::selection_rule;

struct Row {
  const char* selection;
  const char* json;
  bool fires;
};

void check(std::initializer_list<Row> rows) {
  for (const Row& row : rows)
    EXPECT_EQ(fires(selection_rule(row.selection), row.json), row.fires)
        << row.selection << " on " << row.json;
}

TEST(SigmaValues, StringsMatchWholeValuesWithWildcards) {
  check({
      {"{f: abc}", R"({"f":"ABC"})", true},
      {"{f: abc}", R"({"f":"abcd"})", false},
      {"{f: 'a*c'}", R"({"f":"aXXc"})", true},
      {"{f: 'a*c'}", R"({"f":"ac"})", true},
      {"{f: 'a*c'}", R"({"f":"acd"})", false},
      {"{f: 'a?c'}", R"({"f":"aéc"})", true},  // one character, not one byte
      {"{f: 'a?c'}", R"({"f":"ac"})", false},
      {"{f: 'a?c'}", R"({"f":"abbc"})", false},
      {"{f: '?*'}", R"({"f":""})", false},
      {"{f: '*a*b'}", R"({"f":"xaybzb"})", true},
      {"{f: '*a?'}", R"({"f":"aab"})", true},
      {"{f: 'a*b*c'}", R"({"f":"a_c_b_c"})", true},
      {"{f: 'a*bc*bc'}", R"({"f":"abc"})", false},
      {R"({f: 'a\*c'})", R"({"f":"a*c"})", true},
      {R"({f: 'a\*c'})", R"({"f":"abc"})", false},
      {R"({f: 'a\\*'})", R"({"f":"a\\xyz"})", true},
      {"{f: '*'}", R"({"f":""})", true},
      {"{f: '*'}", R"({"f":[]})", true},
      {"{f: '*'}", R"({"f":{}})", true},
      {"{f: '*'}", R"({"f":null})", false},
      {"{f: [a, b, c, d, e, g, h, i, j, k]}", R"({"f":"K"})", true},
      {"{f: [a, b, c, d, e, g, h, i, j, k]}", R"({"f":"l"})", false},
  });
}

TEST(SigmaValues, NumbersEqualEitherWay) {
  check({
      {"{f: 5}", R"({"f":5})", true},
      {"{f: 5}", R"({"f":"5"})", true},
      {"{f: '5'}", R"({"f":5})", true},
      {"{f: 5}", R"({"f":5.0})", true},
      {"{f: 5}", R"({"f":"5.0"})", false},
      {"{f: 5}", R"({"f":6})", false},
      {"{f: 5}", R"({"f":true})", false},
      {"{f: 0.5}", R"({"f":0.5})", true},
      {"{f: 012345678901}", R"({"f":"012345678901"})", true},  // an account id without quotes
      {"{f: 9007199254740993}", R"({"f":9007199254740992})", false},
      {"{f: 9007199254740993}", R"({"f":9007199254740993})", true},
      {"{f: 0x10}", R"({"f":16})", true},
      {"{f: [1, 2]}", R"({"f":[3,2]})", true},
      {"{f: 5}", R"({"f":null})", false},
  });
}

TEST(SigmaValues, BooleansAndTheirTexts) {
  check({
      {"{f: true}", R"({"f":true})", true},
      {"{f: true}", R"({"f":"True"})", true},
      {"{f: true}", R"({"f":false})", false},
      {"{f: false}", R"({"f":"false"})", true},
      {"{f: 'false'}", R"({"f":false})", true},
      {"{f: 'false'}", R"({"f":"false"})", true},
      {"{f: false}", R"({"f":null})", false},
      {"{f: false}", R"({"g":1})", false},
      {"{f: true}", R"({"f":1})", false},
  });
}

TEST(SigmaValues, NullIsAbsentOrJsonNull) {
  check({
      {"{f: null}", R"({"g":1})", true},         {"{f: null}", R"({"f":null})", true},
      {"{f: }", R"({"f":null})", true},          {"{f: ~}", R"({"f":null})", true},
      {"{f: null}", R"({"f":"null"})", false},   {"{f: null}", R"({"f":""})", false},
      {"{f: null}", R"({"f":[]})", false},       {"{f: null}", R"({"f":[1,null]})", true},
      {"{f: 'null'}", R"({"f":"null"})", true},  {"{f: 'null'}", R"({"g":1})", false},
      {"{f: [null, a]}", R"({"g":1})", true},    {"{f: [null, a]}", R"({"f":"a"})", true},
      {"{f: [null, a]}", R"({"f":"b"})", false}, {"{f|neq: null}", R"({"f":"b"})", true},
      {"{f|neq: null}", R"({"g":1})", false},    {"{o.x: null}", R"({"o":{"y":1}})", true},
      {"{f: []}", R"({"g":1})", true},           {"{f: ''}", R"({"f":""})", true},
      {"{f: ''}", R"({"g":1})", false},          {"{f: ''}", R"({"f":null})", false},
      {"{f: ''}", R"({"f":"x"})", false},
  });
}

TEST(SigmaValues, ArraysMatchByAnyMember) {
  check({
      {"{f: b}", R"({"f":["a","B"]})", true},
      {"{f: b}", R"({"f":[["b"]]})", true},
      {"{f: b}", R"({"f":["a"]})", false},
      {"{o.x: b}", R"({"o":[{"x":"a"},{"x":"b"}]})", true},
      {"{o.x.y: b}", R"({"o":{"x":[{"z":1},{"y":["b"]}]}})", true},
      {"{o.x: a, o.y: b}", R"({"o":[{"x":"a"},{"y":"b"}]})", true},  // elements may differ
      {"{f|contains: '\"a\",\"b\"'}", R"({"f":["a","b"]})", true},
      {"{f|startswith: '['}", R"({"f":["a"]})", true},
      {"{eventName: x}", R"({"eventName":["x"]})", true},  // an indexed field that is no text
      {"{eventName: x}", R"({"eventName":{"a":"x"}})", true},
      {"{eventName: x}", R"({"eventName":[]})", false},
  });
}

TEST(SigmaValues, ObjectsAreSearchedAsTextAndLeafByLeaf) {
  const char* const policy =
      R"({"o":{"doc":"{\"Effect\":\"Allow\"}","n":{"k":[1,"Deep \u00e9"]}}})";
  check({
      {R"({o|contains: '"doc":'})", policy, true},
      {R"({o|contains: '"effect":"allow"'})", policy, true},  // in the unescaped leaf
      {R"({o|contains: 'Deep É'})", policy, true},
      {R"({o: '{"effect":"allow"}'})", policy, true},
      {R"({o|endswith: 'deep é'})", policy, true},
      {R"({o|re: '^Deep'})", policy, true},
      {R"({o|contains: 'absent'})", policy, false},
      {R"({o.doc|contains: allow})", policy, true},
      {R"({o: 1})", policy, false},  // numbers want scalars
      {R"({o|contains: '{"a":1,"b":[2]}'})", R"({"o": { "x": {"a" : 1, "b": [ 2 ] } }})", true},
      {R"({o|contains: allow})", R"({"o":{"doc":"%7B%22Effect%22%3A%22Allow%22%7D"}})", true},
      {R"({o|contains: '"effect":"allow"'})", R"({"o":{"doc":"%7B%22Effect%22%3A%22Allow%22%7D"}})",
       true},
      {R"({f|contains: '{"a'})", R"({"f":"%7b%22a%22%3a1%7d"})", true},
      {R"({f|contains: '%7b'})", R"({"f":"%7B%22a%22%3a1%7d"})", true},
      {R"({f|contains: '"'})", R"({"f":"x%22"})", false},  // only encoded objects are decoded
  });
}

TEST(SigmaValues, LiteralKeysWithDotsWin) {
  check({
      {"{o.a.b: lit}", R"({"o":{"a.b":"lit","a":{"b":"nested"}}})", true},
      {"{o.a.b: nested}", R"({"o":{"a.b":"lit","a":{"b":"nested"}}})", false},
      {"{O.x: 1}", R"({"o":{"x":1}})", false},  // key names compare exactly
      {"{userIdentity.type: Root}", R"({"userIdentity":{"type":"Root"}})", true},
  });
}

TEST(SigmaValues, KeywordsSearchTheWholeRecord) {
  check({
      {"[needle]", R"({"a":{"b":["xNEEDLEx"]}})", true},
      {"[one, two]", R"({"a":"two"})", true},
      {"needle", R"({"needle":1})", true},  // key names are part of the text
      {"needle", R"({"a":"need le"})", false},
      {"{'|all': [one, two]}", R"({"a":"one","b":"two"})", true},
      {"{'|all': [one, two]}", R"({"a":"one"})", false},
      {"{'': one}", R"({"a":"one"})", true},
      {"{.: one}", R"({"a":"one"})", true},
      {"[4711]", R"({"a":{"b":4711}})", true},
      {"['a\"b']", R"({"x":"a\"b"})", true},  // unescaped leaf
      {"['b*d']", R"({"x":"abcde"})", true},
      {"{'|re': '^ab'}", R"({"x":["abc"]})", true},
      {"{'|cased': One}", R"({"x":"one"})", false},
  });
}

TEST(SigmaValues, MapsAndListsOfMaps) {
  check({
      {"{f: a, g: b}", R"({"f":"a","g":"b"})", true},
      {"{f: a, g: b}", R"({"f":"a"})", false},
      {"[{f: a}, {g: b}]", R"({"g":"b"})", true},
      {"[{f: a}, {g: b}]", R"({"g":"x"})", false},
      {"[[{f: a}, {f: b}], {g: c}]", R"({"f":"b"})", true},
      {"[{f: a}, word]", R"({"x":"a word here"})", true},
  });
}

TEST(SigmaValues, ManyConditionsAreAlternatives) {
  const std::string text = rule_text("a: {f: 1}\n  b: {f: 2}\n  condition: [a, b]");
  EXPECT_TRUE(fires(text, R"({"f":1})"));
  EXPECT_TRUE(fires(text, R"({"f":2})"));
  EXPECT_FALSE(fires(text, R"({"f":3})"));
}

}  // namespace
}  // namespace backtrail::sigma
