#include <gtest/gtest.h>

#include "sigma/testing/rules.h"

namespace backtrail::sigma {
namespace {

using testing::fires;
using testing::load_text;
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

TEST(SigmaModifiers, ContainsStartsWithEndsWith) {
  check({
      {"{f|contains: bc}", R"({"f":"aBCd"})", true},
      {"{f|contains: bc}", R"({"f":"b c"})", false},
      {"{f|contains: ''}", R"({"f":""})", true},
      {"{f|contains: '*'}", R"({"f":""})", true},
      {"{f|contains: '*'}", R"({"f":null})", false},
      {"{f|contains: '*'}", R"({"g":1})", false},
      {"{f|contains|contains: bc}", R"({"f":"abcd"})", true},
      {"{f|contains: 'b*d'}", R"({"f":"abcde"})", true},
      {"{f|contains: 'b*d'}", R"({"f":"adcbe"})", false},
      {"{f|startswith: ab}", R"({"f":"ABc"})", true},
      {"{f|startswith: ab}", R"({"f":"cab"})", false},
      {"{f|endswith: bc}", R"({"f":"aBC"})", true},
      {"{f|endswith: bc}", R"({"f":"bca"})", false},
      {R"({f|endswith: '\x'})", R"({"f":"C:\\x"})", true},
      {R"({f|startswith: 'C:\'})", R"({"f":"C:\\x"})", true},
      {R"({f|startswith: 'C:\'})", R"({"f":"C:*"})", false},
  });
}

TEST(SigmaModifiers, AllWantsEveryListedValue) {
  check({
      {"{f|contains|all: [a, b]}", R"({"f":"xbax"})", true},
      {"{f|contains|all: [a, b]}", R"({"f":"xbx"})", false},
      {"{f|all|contains: [a, b]}", R"({"f":"ab"})", true},
      {"{f|all: [a, b]}", R"({"f":["b","a","c"]})", true},  // members may differ
      {"{f|all: [a, b]}", R"({"f":["a","c"]})", false},
      {"{f|all: a}", R"({"f":"a"})", true},
      {"{f|windash|contains|all: [' -x', y]}", R"({"f":"cmd /x y"})", true},  // variants stay OR
      {"{f|windash|contains|all: [' -x', y]}", R"({"f":"cmd /x"})", false},
  });
}

TEST(SigmaModifiers, CasedComparesExactly) {
  check({
      {"{f|cased: Ab}", R"({"f":"Ab"})", true},
      {"{f|cased: Ab}", R"({"f":"ab"})", false},
      {"{f|contains|cased: B}", R"({"f":"aBc"})", true},
      {"{f|contains|cased: B}", R"({"f":"abc"})", false},
      {"{f|cased|startswith: A}", R"({"f":"abc"})", false},
      {"{f|cased: [X, Y]}", R"({"f":"Y"})", true},
      {"{f: Ab}", R"({"f":"aB"})", true},
      {"{f: ÄB}", R"({"f":"äb"})", true},
      {"{f: k}", "{\"f\":\"\u212A\"}", true},
  });
}

TEST(SigmaModifiers, ExistsIsPresenceOnly) {
  check({
      {"{f|exists: true}", R"({"f":null})", true},
      {"{f|exists: true}", R"({"f":""})", true},
      {"{f|exists: true}", R"({"f":[]})", true},
      {"{f|exists: true}", R"({"g":1})", false},
      {"{f|exists: false}", R"({"g":1})", true},
      {"{f|exists: false}", R"({"f":null})", false},
      {"{o.x|exists: true}", R"({"o":{"x":1}})", true},
      {"{o.x|exists: true}", R"({"o":{"y":1}})", false},
      {"{o.x|exists: false}", R"({"o":"text"})", true},
  });
}

TEST(SigmaModifiers, NeqNegatesTheWholeItem) {
  check({
      {"{f|neq: a}", R"({"f":"b"})", true},
      {"{f|neq: a}", R"({"f":"A"})", false},
      {"{f|neq: a}", R"({"g":1})", true},  // absent
      {"{f|neq: a}", R"({"f":null})", true},
      {"{f|neq: [a, b]}", R"({"f":"b"})", false},
      {"{f|neq: [a, b]}", R"({"f":"c"})", true},
      {"{f|contains|all|neq: [a, b]}", R"({"f":"a"})", true},
      {"{f|contains|all|neq: [a, b]}", R"({"f":"ab"})", false},
      {"{f|neq|contains: a}", R"({"f":"xax"})", false},
      {"{f|contains|neq: a}", R"({"f":"xax"})", false},
      {"{f|neq: a}", R"({"f":["b","a"]})", false},  // no member equals
      {"{f|neq: 5}", R"({"f":5})", false},
      {"{f|neq: 5}", R"({"f":6})", true},
  });
}

TEST(SigmaModifiers, RegularExpressionsSearch) {
  check({
      {"{f|re: 'b.d'}", R"({"f":"abcde"})", true},
      {"{f|re: 'B.d'}", R"({"f":"abcde"})", false},
      {"{f|re|i: 'B.D'}", R"({"f":"abcde"})", true},
      {"{f|re|ignorecase: 'B.D'}", R"({"f":"abcde"})", true},
      {"{f|re: '^b'}", R"({"f":"a\nb"})", false},
      {"{f|re|m: '^b'}", R"({"f":"a\nb"})", true},
      {"{f|re|multiline: '^b$'}", R"({"f":"a\nb\nc"})", true},
      {"{f|re: 'a.b'}", R"({"f":"a\nb"})", false},
      {"{f|re|s: 'a.b'}", R"({"f":"a\nb"})", true},
      {"{f|re|dotall: 'a.b'}", R"({"f":"a\nb"})", true},
      {"{f|re|i|s: 'A.B'}", R"({"f":"a\nb"})", true},
      {"{f|re: 'a$'}", R"({"f":"a\n"})", false},
      {R"({f|re: '^\d+\.\d+$'})", R"({"f":1.5})", true},
      {R"({f|re: 'a\\b'})", R"({"f":"a\\b"})", true},
      {"{f|re|contains: 'b'}", R"({"f":"abc"})", true},
      {"{f|re: ['x', 'c$']}", R"({"f":"abc"})", true},
      {"{f|re|all: ['a', 'c$']}", R"({"f":"abc"})", true},
      // what RE2 refuses goes to PCRE2, with the same meaning
      {"{f|re: '^(?!arn:aws:iam)arn'}", R"({"f":"arn:aws:sts"})", true},
      {"{f|re: '^(?!arn:aws:iam)arn'}", R"({"f":"arn:aws:iam"})", false},
      {"{f|re: '(?<=a)b'}", R"({"f":"ab"})", true},
      {R"({f|re: '(a|b)\1'})", R"({"f":"xbb"})", true},
      {R"({f|re: '(a|b)\1'})", R"({"f":"xab"})", false},
      {"{f|re: '(?>a+)b'}", R"({"f":"aab"})", true},
      {"{f|re: '(?P<n>a)b'}", R"({"f":"ab"})", true},
      {"{f|re|m: '(?<=x)$'}", R"({"f":"x\ny"})", true},
      {"{f|re: '(?<=x)$'}", R"({"f":"x\n"})", false},
  });
}

TEST(SigmaModifiers, ABacktrackingBombIsGivenUpAndCounted) {
  const LoadResult loaded = load_text(selection_rule(R"({f|re: '^(a+)+(?=x)$'})"));
  ASSERT_TRUE(loaded.rejected.empty());
  model::testing::JsonRecord record;
  Matcher matcher(loaded.rules, record.layout(), testing::kAws);
  const std::string json = "{\"f\":\"" + std::string(40, 'a') + "!\"}";
  EXPECT_TRUE(matcher.match(record.load(json)).empty());
  EXPECT_EQ(matcher.regex_limits_hit(), 1U);
}

TEST(SigmaModifiers, WindashVariesDashesThatStartAnOption) {
  check({
      {"{f|windash|contains: ' -a/b-c '}", R"({"f":"x /a/b-c y"})", true},
      {"{f|windash|contains: ' -a/b-c '}", R"({"f":"x –a/b-c y"})", true},
      {"{f|windash|contains: ' -a/b-c '}", R"({"f":"x —a/b-c y"})", true},
      {"{f|windash|contains: ' -a/b-c '}", R"({"f":"x ―a/b-c y"})", true},
      {"{f|windash|contains: ' -a/b-c '}", R"({"f":"x -a-b-c y"})", false},
      {"{f|windash: '-f'}", R"({"f":"/f"})", true},
      {"{f|windash: '/f'}", R"({"f":"-f"})", true},
      {"{f|contains|windash: ' -e '}", R"({"f":"a /e b"})", true},
      {"{f|windash: 'a-b'}", R"({"f":"a/b"})", false},
      {"{f|windash: '-a -b'}", R"({"f":"/a –b"})", true},
  });
}

TEST(SigmaModifiers, Base64AndOffsets) {
  check({
      {"{f|base64: foobar}", R"({"f":"Zm9vYmFy"})", true},
      {"{f|base64: foobar}", R"({"f":"xZm9vYmFy"})", false},
      {"{f|base64|contains: fooba}", R"({"f":"xZm9vYmE=x"})", true},
      // "foobar" at offsets 0, 1, 2 inside longer text
      {"{f|base64offset|contains: foobar}", R"({"f":"Zm9vYmFyIQ=="})", true},
      {"{f|base64offset|contains: foobar}", R"({"f":"IWZvb2JhciE="})", true},
      {"{f|base64offset|contains: foobar}", R"({"f":"ISFmb29iYXIh"})", true},
      {"{f|base64offset|contains: foobar}", R"({"f":"Zm9vYmF6"})", false},
      {"{f|base64offset|contains|all: [foo, bar]}", R"({"f":"Zm9vYmFy"})", true},
      {R"({f|base64: 'a\*'})", R"({"f":"YSo="})", true},
      {"{f|wide|base64: ab}", R"({"f":"YQBiAA=="})", true},
      {"{f|utf16le|base64: ab}", R"({"f":"YQBiAA=="})", true},
      {"{f|utf16be|base64: ab}", R"({"f":"AGEAYg=="})", true},
      {"{f|utf16|base64: ab}", R"({"f":"//5hAGIA"})", true},  // FF FE, then little endian
      {"{f|wide|base64: €}", R"({"f":"rCA="})", true},
      {"{f|wide|base64: 😀}", R"({"f":"PdgA3g=="})", true},
      {"{f|wide|base64offset|contains: ab}", R"({"f":"xxxx YQBiA"})", true},
  });
}

TEST(SigmaModifiers, NumbersCompare) {
  check({
      {"{f|lt: 5}", R"({"f":4})", true},       {"{f|lt: 5}", R"({"f":5})", false},
      {"{f|lte: 5}", R"({"f":5})", true},      {"{f|lte: 5}", R"({"f":5.01})", false},
      {"{f|gt: 5}", R"({"f":5})", false},      {"{f|gt: -5}", R"({"f":-4.5})", true},
      {"{f|gte: 5}", R"({"f":"5"})", true},    {"{f|gte: 5}", R"({"f":"5x"})", false},
      {"{f|gte: 5}", R"({"f":"1e3"})", true},  {"{f|gte: 5}", R"({"f":" 6"})", false},
      {"{f|gte: 5}", R"({"f":"inf"})", false}, {"{f|gte: 5}", R"({"f":"nan"})", false},
      {"{f|gte: 5}", R"({"f":true})", false},  {"{f|gte: 5}", R"({"f":null})", false},
      {"{f|gte: 5}", R"({"g":9})", false},     {"{f|gte: 0.5}", R"({"f":0.75})", true},
      {"{f|gt: 5}", R"({"f":[1,9]})", true},   {"{f|gt: [50, 5]}", R"({"f":9})", true},
      {"{f|gt|neq: 5}", R"({"f":9})", false},
  });
}

TEST(SigmaModifiers, PartsOfTheTimeAsLogged) {
  const char* const json = R"({"f":"2023-01-02T23:45:10+05:00"})";
  check({
      {"{f|minute: 45}", json, true},
      {"{f|hour: 23}", json, true},  // no zone conversion
      {"{f|hour: 18}", json, false},
      {"{f|hour|gt: 22}", json, true},
      {"{f|hour|gte: 23}", json, true},
      {"{f|hour|lt: 23}", json, false},
      {"{f|hour|lte: 23}", json, true},
      {"{f|day: 2}", json, true},
      {"{f|week: 1}", json, true},
      {"{f|week: 52}", R"({"f":"2023-01-01T00:00:00Z"})", true},  // a Sunday: still week 52
      {"{f|week: 53}", R"({"f":"2020-12-31T00:00:00Z"})", true},
      {"{f|month: 1}", json, true},
      {"{f|year: 2023}", json, true},
      {"{f|year|lt: 2023}", json, false},
      {"{f|hour: [1, 23]}", json, true},
      {"{f|hour: 0}", R"({"f":"2023-01-01"})", true},
      {"{f|hour: 0}", R"({"f":"no time"})", false},
      {"{f|hour: 0}", R"({"f":0})", false},
  });
}

TEST(SigmaModifiers, Networks) {
  check({
      {"{f|cidr: 10.0.0.0/8}", R"({"f":"10.255.1.2"})", true},
      {"{f|cidr: 10.0.0.0/8}", R"({"f":"11.0.0.1"})", false},
      {"{f|cidr: 10.0.0.0/8}", R"({"f":"10.0.0.1:443"})", false},
      {"{f|cidr: 10.0.0.0/8}", R"({"f":"AWS Internal"})", false},
      {"{f|cidr: 10.0.0.0/8}", R"({"f":"cloudformation.amazonaws.com"})", false},
      {"{f|cidr: 10.0.0.0/8}", R"({"f":"::ffff:10.1.2.3"})", true},
      {"{f|cidr: '::ffff:10.0.0.0/104'}", R"({"f":"10.1.2.3"})", true},
      {"{f|cidr: 10.1.2.3}", R"({"f":"10.1.2.3"})", true},
      {"{f|cidr: 0.0.0.0/0}", R"({"f":"8.8.8.8"})", true},
      {"{f|cidr: 0.0.0.0/0}", R"({"f":"2001:db8::1"})", false},
      {"{f|cidr: '::/0'}", R"({"f":"8.8.8.8"})", false},
      {"{f|cidr: '2001:db8::/32'}", R"({"f":"2001:DB8:1::2"})", true},
      {"{f|cidr: '2001:db8::/32'}", R"({"f":"2001:db9::1"})", false},
      {"{f|cidr: '2001:db8::/33'}", R"({"f":"2001:db8:8000::1"})", false},
      {"{f|cidr: [10.0.0.0/8, 192.168.0.0/16]}", R"({"f":["1.1.1.1","192.168.9.9"]})", true},
      {"{f|cidr|neq: 10.0.0.0/8}", R"({"f":"10.0.0.1"})", false},
      {"{f|cidr: 10.0.0.0/8}", R"({"g":1})", false},
  });
}

TEST(SigmaModifiers, FieldReferences) {
  check({
      {"{f|fieldref: g}", R"({"f":"Same","g":"same"})", true},
      {"{f|fieldref: g}", R"({"f":"a","g":"b"})", false},
      {"{f|fieldref: g}", R"({"x":"a"})", false},
      {"{f|fieldref: g}", R"({"f":null,"g":null})", false},
      {"{f|fieldref: g}", R"({"f":5,"g":"5"})", true},
      {"{f|fieldref: g}", R"({"f":true,"g":"true"})", true},
      {"{f|fieldref|cased: g}", R"({"f":"Same","g":"same"})", false},
      {"{f|fieldref|contains: g}", R"({"f":"xSamey","g":"same"})", true},
      {"{f|fieldref|startswith: g}", R"({"f":"samey","g":"same"})", true},
      {"{f|fieldref|startswith: g}", R"({"f":"xsame","g":"same"})", false},
      {"{f|fieldref|endswith: g}", R"({"f":"xsame","g":"same"})", true},
      {"{f|fieldref: o.g}", R"({"f":"b","o":{"g":["a","b"]}})", true},
      {"{f|fieldref|neq: g}", R"({"f":"a","g":"a"})", false},
      {"{f|fieldref: [g, h]}", R"({"f":"a","h":"a"})", true},
  });
}

TEST(SigmaModifiers, PlaceholdersExpandToTheUsersValues) {
  const LoadOptions options{.placeholders = {{"admins", {"root", "adm*"}}, {"x", {"1", "2"}}}};
  const auto hit = [&](const char* selection, const char* json) {
    return fires(selection_rule(selection), json, options);
  };
  EXPECT_TRUE(hit("{f|expand: '%admins%'}", R"({"f":"ROOT"})"));
  EXPECT_TRUE(hit("{f|expand: '%admins%'}", R"({"f":"admin"})"));
  EXPECT_FALSE(hit("{f|expand: '%admins%'}", R"({"f":"bob"})"));
  EXPECT_TRUE(hit("{f|expand|contains: 'u-%admins%-%x%'}", R"({"f":"a u-root-2 b"})"));
  EXPECT_TRUE(hit("{f|re|expand: '^%x%$'}", R"({"f":"2"})"));
  EXPECT_FALSE(hit("{f|re|expand: '^%x%$'}", R"({"f":"12"})"));
  EXPECT_TRUE(hit("{f|expand: 'no placeholder'}", R"({"f":"no placeholder"})"));
  EXPECT_TRUE(fires(selection_rule("{f: '%admins%'}"), R"({"f":"%admins%"})"));  // literal text
}

}  // namespace
}  // namespace backtrail::sigma
