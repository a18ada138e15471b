#include <gtest/gtest.h>

#include "sigma/testing/rules.h"

namespace backtrail::sigma {
namespace {

using testing::load_text;
using testing::problem_ids;
using testing::rule_text;
using testing::selection_rule;

struct BadSelection {
  const char* selection;
  const char* id;
  int column;
  const char* message;  // a part
};

TEST(SigmaErrors, SelectionsNamePlaceAndCause) {
  const BadSelection rows[] = {
      {"{f|contain: a}", "sigma.unknown_modifier", 9, "did you mean \"contains\"?"},
      {"{f|zzz: a}", "sigma.unknown_modifier", 9, "known: all, base64,"},
      {"{f|contains|: a}", "sigma.unknown_modifier", 9, "unknown modifier \"\""},
      {"{f|contains: 5}", "sigma.modifier_type", 21, "not a number"},
      {"{f|startswith: true}", "sigma.modifier_type", 23, "not a boolean"},
      {"{f|endswith: null}", "sigma.modifier_type", 21, "not null"},
      {"{f|contains|re: a}", "sigma.modifier_order", 24, "must come first"},
      {"{f|re: 5}", "sigma.modifier_type", 15, "quote the expression"},
      {"{f|re: '('}", "sigma.regex", 15, "not a regular expression"},
      {"{f|re: '[a'}", "sigma.regex", 15, "character"},
      {"{f|i: a}", "sigma.modifier_order", 14, "flag of \"re\""},
      {"{f|i|re: a}", "sigma.modifier_order", 17, "flag of \"re\""},
      {"{f|exists: 'yes'}", "sigma.modifier_type", 19, "true or false"},
      {"{f|exists: 1}", "sigma.modifier_type", 19, "true or false"},
      {"{f|exists: [true, false]}", "sigma.modifier_type", 19, "one value"},
      {"{f|exists|contains: true}", "sigma.modifier_order", 9, "last"},
      {"{f|lt: '5'}", "sigma.modifier_type", 15, "number without quotes"},
      {"{f|gte: true}", "sigma.modifier_type", 16, "number without quotes"},
      {"{f|hour: 24}", "sigma.value_range", 17, "0 to 23"},
      {"{f|minute: 60}", "sigma.value_range", 19, "0 to 59"},
      {"{f|day: 0}", "sigma.value_range", 16, "1 to 31"},
      {"{f|month: 13}", "sigma.value_range", 18, "1 to 12"},
      {"{f|week: 54}", "sigma.value_range", 17, "1 to 53"},
      {"{f|hour: 1.5}", "sigma.modifier_type", 17, "whole number"},
      {"{f|hour: '5'}", "sigma.modifier_type", 17, "whole number"},
      {"{f|gt|hour: 5}", "sigma.modifier_order", 20, "\"hour|gt\""},
      {"{f|cidr: 10.1.0.0/15}", "sigma.cidr", 17, "10.0.0.0/15"},
      {"{f|cidr: 10.0.0.0/33}", "sigma.cidr", 17, "0 to 32"},
      {"{f|cidr: '2001:db8::1/32'}", "sigma.cidr", 17, "2001:db8::/32"},
      {"{f|cidr: localhost}", "sigma.cidr", 17, "no IP address"},
      {"{f|cidr: 10}", "sigma.modifier_type", 17, "not a number"},
      {"{f|cidr|contains: 10.0.0.0/8}", "sigma.modifier_type", 26, "not a network"},
      {"{f|base64: 'a*'}", "sigma.base64_wildcard", 19, "wildcards"},
      {"{f|contains|base64: a}", "sigma.base64_wildcard", 28, "wildcards"},
      {"{f|base64offset|contains: a}", "sigma.base64_short", 34, "two bytes"},
      {"{f|base64: 5}", "sigma.modifier_type", 19, "not a number"},
      {"{f|windash: 5}", "sigma.modifier_type", 20, "not a number"},
      {"{f|fieldref: 5}", "sigma.modifier_type", 21, "name of a field"},
      {"{f|fieldref: ''}", "sigma.modifier_type", 21, "name of a field"},
      {"{f|cased: 5}", "sigma.modifier_type", 18, "not a number"},
      {"{f|expand: '%who%'}", "sigma.placeholder", 19, "%who% has no values"},
      {"{f|contains|expand: '%who%'}", "sigma.modifier_type", 28, "before other modifiers"},
      {"{f: {g: 1}}", "sigma.value", 12, "got a map"},
      {"{f: [[a]]}", "sigma.value", 13, "got a list"},
      {"{}", "sigma.empty_selection", 8, "match everything"},
      {"[]", "sigma.empty_selection", 8, "match nothing"},
      {"", "sigma.empty_selection", 3, "got nothing"},
      {"[null]", "sigma.value", 9, "keyword cannot be null"},
      {"[a, [null]]", "sigma.value", 13, "keyword cannot be null"},
      {"{'|all': []}", "sigma.value", 17, "must not be empty"},
      {"{'|startswith': a}", "sigma.modifier_type", 24, "needs a field"},
      {"{'|cidr': 10.0.0.0/8}", "sigma.modifier_type", 18, "needs a field"},
      {"{'|exists': true}", "sigma.modifier_type", 20, "needs a field"},
      {"{'|gt': 5}", "sigma.modifier_type", 16, "needs a field"},
      {"{'|fieldref': g}", "sigma.modifier_type", 22, "needs a field"},
      {"{f: a, f: b}", "sigma.duplicate_key", 15, "already in line 4"},
  };
  for (const BadSelection& row : rows) {
    const LoadResult loaded = load_text(selection_rule(row.selection));
    ASSERT_EQ(loaded.rejected.size(), 1U) << row.selection;
    const Problem& p = loaded.rejected[0];
    EXPECT_EQ(p.id, row.id) << row.selection << ": " << p.message;
    EXPECT_EQ(p.line, 4) << row.selection;
    EXPECT_EQ(p.column, row.column) << row.selection << ": " << p.message;
    EXPECT_NE(p.message.find(row.message), std::string::npos) << row.selection << ": " << p.message;
    EXPECT_TRUE(loaded.rules->rules().empty()) << row.selection;
  }
}

struct BadDocument {
  const char* text;
  const char* id;
  int line;
  const char* message;
};

TEST(SigmaErrors, DocumentsNamePlaceAndCause) {
  const BadDocument rows[] = {
      {"just text", "sigma.not_a_rule", 1, "got text"},
      {"- a\n- b", "sigma.not_a_rule", 1, "got a list"},
      {"title: t\ndetectoin: {}", "sigma.not_a_rule", 1, "detectoin"},
      {"title: [", "sigma.yaml", 1, "not valid YAML"},
      {"a: b: c", "sigma.yaml", 1, "not valid YAML"},
      {"a: *unknown", "sigma.yaml", 1, "not valid YAML"},
      {"? [a]\n: b", "sigma.yaml", 1, "a key must be text"},
      {"title: a\nid: b\ntitle: c", "sigma.duplicate_key", 3, "already in line 1"},
      {"detection: {s: {f: 1}, condition: s}", "sigma.logsource", 1, "missing"},
      {"logsource: aws\ndetection: {s: {f: 1}, condition: s}", "sigma.logsource", 1, "not text"},
      {"logsource: {definition: x}\ndetection: {s: {f: 1}, condition: s}", "sigma.logsource", 1,
       "neither"},
      {"logsource: {product: aws}\ndetection: []", "sigma.section", 2, "not a list"},
      {"logsource: {product: aws}\ndetection: {s: {f: 1}}", "sigma.condition_missing", 2,
       "no `condition`"},
      {"logsource: {product: aws}\ndetection: {condition: s}", "sigma.no_selection", 2,
       "no selection"},
      {"logsource: {product: aws}\ndetection: {s: {f: 1}, condition: }", "sigma.condition", 2,
       "not null"},
      {"logsource: {product: aws}\ndetection: {s: {f: 1}, condition: []}", "sigma.condition", 2,
       "empty"},
      {"logsource: {product: aws}\ndetection: {s: {f: 1}, condition: {a: b}}", "sigma.condition", 2,
       "not a map"},
      {"logsource: {product: aws}\nlevel: hig\ndetection: {s: {f: 1}, condition: s}", "sigma.level",
       2, "did you mean \"high\"?"},
      {"logsource: {product: aws}\nstatus: expermental\ndetection: {s: {f: 1}, condition: s}",
       "sigma.status", 2, "did you mean \"experimental\"?"},
      {"\xFF\xFE"
       "a: b",
       "sigma.invalid_utf8", 1, "not UTF-8"},
  };
  for (const BadDocument& row : rows) {
    const LoadResult loaded = load_text(row.text);
    ASSERT_EQ(loaded.rejected.size(), 1U) << row.text;
    const Problem& p = loaded.rejected[0];
    EXPECT_EQ(p.id, row.id) << row.text << ": " << p.message;
    EXPECT_EQ(p.line, row.line) << row.text;
    EXPECT_GT(p.column, 0) << row.text;
    EXPECT_EQ(p.path, "r.yml");
    EXPECT_NE(p.message.find(row.message), std::string::npos) << row.text << ": " << p.message;
  }
}

TEST(SigmaErrors, ABadDocumentIsRefusedAlone) {
  const std::string good = selection_rule("{f: 1}");
  const LoadResult loaded = load_text(good + "---\ntitle: [\n---\n" + good + "--- # comment\n" +
                                      selection_rule("{f|x: 1}") + "...\n---\n" + good);
  EXPECT_EQ(loaded.rules->rules().size(), 3U);
  ASSERT_EQ(loaded.rejected.size(), 2U);
  EXPECT_EQ(loaded.rejected[0].id, "sigma.yaml");
  EXPECT_EQ(loaded.rejected[0].line, 8);
  EXPECT_EQ(loaded.rejected[1].id, "sigma.unknown_modifier");
  EXPECT_EQ(loaded.rejected[1].line, 18);
  EXPECT_EQ(loaded.rules->rules()[1].document, 2);
  EXPECT_EQ(loaded.rules->rules()[1].line, 9);
  EXPECT_EQ(loaded.rules->rules()[2].id, "r.yml#4");
}

TEST(SigmaErrors, BombsAreBounded) {
  std::string aliases = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string p = "*a" + std::to_string(i - 1);
    aliases += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + p;
    for (int k = 0; k < 9; ++k) aliases += ", " + p;
    aliases += "]\n";
  }
  EXPECT_EQ(problem_ids(load_text(aliases)), "sigma.too_large");
  EXPECT_EQ(problem_ids(load_text("a: &a [*a]")), "sigma.yaml");
  EXPECT_EQ(problem_ids(load_text(std::string(1000, '['))), "sigma.too_deep");
  EXPECT_EQ(problem_ids(load_text("a: " + std::string(200, '[') + std::string(200, ']'))),
            "sigma.too_deep");
  EXPECT_EQ(problem_ids(load_text(std::string((8U << 20) + 1, '#'))), "sigma.too_large");
  EXPECT_EQ(problem_ids(load_text(selection_rule("{f|windash: '-a -b -c -d -e -f -g'}"))),
            "sigma.too_many_variants");
  std::string many = "{f|windash: ['-a -b -c -d -e'";
  for (int i = 0; i < 40; ++i) many += ", '-a -b -c -d -e" + std::to_string(i) + "'";
  EXPECT_EQ(problem_ids(load_text(selection_rule(many + "]}"))), "sigma.too_many_variants");
}

TEST(SigmaErrors, ArraySelectorsOfSigma3AreRefused) {
  const LoadResult loaded =
      load_text(rule_text("s: {'f[any].x': a}\n  condition: s", "sigma-version: 3\n"));
  EXPECT_EQ(problem_ids(loaded), "sigma.array_selector w:sigma.version");
}

TEST(SigmaErrors, NothingIsNoProblem) {
  for (const char* text :
       {"", "\n\n", "# only a comment\n", "---\n...\n", "%YAML 1.2\n---\n", "\xEF\xBB\xBF"})
    EXPECT_EQ(problem_ids(load_text(text)), "") << text;
}

TEST(SigmaErrors, AliasesMergeKeysAndBomsAreRead) {
  const LoadResult loaded = load_text(
      "\xEF\xBB\xBF"
      "title: t\nlogsource: {product: aws}\ndetection:\n  a: &a {f: 1}\n  b: {<<: *a, g: 2}\n"
      "  c: *a\n  condition: b and c\n");
  EXPECT_EQ(problem_ids(loaded), "w:sigma.unused_selection");
  EXPECT_EQ(testing::matching(loaded, R"({"f":1,"g":2})").size(), 1U);
  EXPECT_EQ(testing::matching(loaded, R"({"g":2})").size(), 0U);
}

TEST(SigmaLint, OddThingsGiveWarningsAndLoad) {
  const std::string rows[][2] = {
      {selection_rule("{f: a}"), ""},
      {selection_rule("{f: []}"), "w:sigma.empty_list"},
      {selection_rule("{f|all: a}"), "w:sigma.all_single_value"},
      {selection_rule("{f|contains|all: [a]}"), "w:sigma.all_single_value"},
      {selection_rule("{f: yes}"), "w:sigma.ambiguous_boolean"},
      {selection_rule("{f: 'yes'}"), ""},
      {selection_rule("{f|wide: a}"), "w:sigma.encoding_without_base64"},
      {selection_rule("{f|wide|base64: a}"), ""},
      {rule_text("s: {f: a}\n  t: {f: b}\n  condition: s"), "w:sigma.unused_selection"},
      {rule_text("s: {f: a}\n  condition: s", "id: no-uuid\n"), "w:sigma.id"},
      {rule_text("s: {f: a}\n  condition: s", "id: 12345678-1234-1234-1234-123456789abc\n"), ""},
      {rule_text("s: {f: a}\n  condition: s", "date: 2024-13-01\n"), "w:sigma.date"},
      {rule_text("s: {f: a}\n  condition: s", "date: 2024/02/01\n"), ""},
      {rule_text("s: {f: a}\n  condition: s", "modified: soon\n"), "w:sigma.date"},
      {rule_text("s: {f: a}\n  condition: s", "related: [{id: x, type: derivd}]\n"),
       "w:sigma.related"},
      {rule_text("s: {f: a}\n  condition: s", "tags: [attack.t1078.004, attack.stealth]\n"), ""},
      {rule_text("s: {f: a}\n  condition: s", "tags: [attack.defense_evasion]\n"), ""},
      {rule_text("s: {f: a}\n  condition: s", "tags: [attack.persistance]\n"),
       "w:sigma.unknown_tag"},
      {rule_text("s: {f: a}\n  condition: s", "tags: [attack.t107]\n"), "w:sigma.unknown_tag"},
      {rule_text("s: {f: a}\n  condition: s", "tags: [mine]\n"), "w:sigma.unknown_tag"},
      {rule_text("s: {f: a}\n  condition: s", "tags: [cve.2024-1, tlp.red, attack.g0016]\n"), ""},
      {rule_text("s: {f: a}\n  condition: s", "taxonomy: x\nscope: [a]\nmy_own_key: {a: 1}\n"), ""},
      {"logsource: {product: aws}\ndetection: {s: {f: 1}, condition: s}", "w:sigma.title_missing"},
      {rule_text("s: {f: a}\n  condition: s", "sigma-version: 3\n"), "w:sigma.version"},
      {rule_text("s: {f: a}\n  condition: s", "sigma-version: 2.1.0\n"), ""},
      {rule_text("s: {'f[any]': a}\n  condition: s"), ""},  // a key's name before Sigma 3
  };
  for (const auto& row : rows) {
    const LoadResult loaded = load_text(row[0]);
    EXPECT_EQ(problem_ids(loaded), row[1]) << row[0];
    EXPECT_EQ(loaded.rules->rules().size(), 1U) << row[0];
    for (const Problem& p : loaded.warnings) EXPECT_GT(p.line, 0) << row[0];
  }
}

}  // namespace
}  // namespace backtrail::sigma
