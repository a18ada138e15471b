#include <gtest/gtest.h>

#include "sigma/testing/rules.h"

namespace backtrail::sigma {
namespace {

using testing::kAws;
using testing::load_text;
using testing::matching;
using testing::problem_ids;
using testing::rule_text;

TEST(SigmaRuleSet, KeepsWhatPeopleNeed) {
  const LoadResult loaded = load_text(
      "title: T\nid: 12345678-1234-1234-1234-123456789abc\nname: n\nstatus: stable\nlevel: high\n"
      "description: |\n  Long\n  text\nauthor: A\nlicense: L\ndate: 2024-01-02\n"
      "references: [r1, r2]\nfalsepositives: [fp]\ninvestigation: [look here]\n"
      "tags: [attack.t1078.004, attack.t1098, attack.impact, attack.defense_evasion, "
      "attack.stealth,"
      " attack.initial-access, attack.T1098]\n"
      "logsource: {product: aws, service: cloudtrail, definition: d}\n"
      "detection:\n  s: {b.c: 1, a|fieldref: z, '|contains': word}\n  condition: s\n");
  ASSERT_EQ(problem_ids(loaded), "");
  const RuleInfo& r = loaded.rules->rules()[0];
  EXPECT_EQ(r.id, "12345678-1234-1234-1234-123456789abc");
  EXPECT_EQ(r.name, "n");
  EXPECT_EQ(r.level, model::Severity::high);
  EXPECT_EQ(r.description, "Long\ntext");
  EXPECT_EQ(r.techniques, (std::vector<std::string>{"T1078.004", "T1098"}));
  EXPECT_EQ(r.tactics,
            (std::vector<std::string>{"initial-access", "defense-evasion", "stealth", "impact"}));
  EXPECT_EQ(r.fields, (std::vector<std::string>{"a", "b.c", "z"}));
  EXPECT_EQ(r.investigation, (std::vector<std::string>{"look here"}));
  EXPECT_EQ(r.logsource.service, "cloudtrail");
  EXPECT_TRUE(r.reports);
  EXPECT_EQ(loaded.rules->find("n"), 0);
  EXPECT_EQ(loaded.rules->find(r.id), 0);
  EXPECT_EQ(loaded.rules->find("x"), -1);
}

TEST(SigmaRuleSet, RoutesByLogSource) {
  struct Row {
    const char* logsource;
    bool applies;
  };
  const Row rows[] = {
      {"{product: aws}", true},        {"{product: AWS, service: CloudTrail}", true},
      {"{service: cloudtrail}", true}, {"{product: aws, service: vpcflow}", false},
      {"{product: azure}", false},     {"{product: aws, category: network}", false},
  };
  for (const Row& row : rows) {
    const LoadResult loaded = load_text(std::string("title: t\nlogsource: ") + row.logsource +
                                        "\ndetection: {s: {f: 1}, condition: s}\n");
    EXPECT_EQ(matching(loaded, R"({"f":1})").size(), row.applies ? 1U : 0U) << row.logsource;
  }
}

TEST(SigmaRuleSet, OfADuplicateIdTheSecondIsKept) {
  const std::string id = "id: 12345678-1234-1234-1234-123456789abc\n";
  const LoadResult loaded = load({{"a.yml", rule_text("s: {f: 1}\n  condition: s", id)},
                                  {"b.yml", rule_text("s: {f: 2}\n  condition: s", id)}});
  EXPECT_EQ(problem_ids(loaded), "w:sigma.duplicate_id");
  EXPECT_EQ(loaded.warnings[0].path, "b.yml");
  ASSERT_EQ(loaded.rules->rules().size(), 1U);
  EXPECT_EQ(matching(loaded, R"({"f":1})").size(), 0U);
  EXPECT_EQ(matching(loaded, R"({"f":2})").size(), 1U);
}

TEST(SigmaRuleSet, HashNamesTheTexts) {
  const auto hash = [](const char* value) {
    return load_text(rule_text(std::string("s: {f: ") + value + "}\n  condition: s")).rules->hash();
  };
  EXPECT_EQ(hash("1").size(), 64U);
  EXPECT_EQ(hash("1"), hash("1"));
  EXPECT_NE(hash("1"), hash("2"));

  const std::string rule = rule_text("s: {f|expand: '%x%'}\n  condition: s");
  const auto with = [&](const char* value) {
    return load_text(rule, {.placeholders = {{"x", {value}}}}).rules->hash();
  };
  EXPECT_NE(with("1"), with("2"));

  const auto global = [](const char* level) {
    return load_text(std::string("action: global\nlevel: ") + level + "\n---\n" +
                     rule_text("s: {f: 1}\n  condition: s"))
        .rules->hash();
  };
  EXPECT_NE(global("low"), global("high"));
}

TEST(SigmaCollections, GlobalResetAndRepeat) {
  const LoadResult loaded = load_text(R"(action: global
title: base
logsource: {product: aws}
detection:
  s: {f: 1}
  condition: s
---
level: high
detection: {s: {g: 1}}
---
action: repeat
detection: {s: {f: 2}}
---
action: reset
---
title: own
logsource: {product: aws}
detection: {s: {f: 9}, condition: s}
---
action: gobal
)");
  EXPECT_EQ(problem_ids(loaded), "sigma.action");
  EXPECT_NE(loaded.rejected[0].message.find("did you mean \"global\"?"), std::string::npos);
  ASSERT_EQ(loaded.rules->rules().size(), 3U);
  EXPECT_EQ(loaded.rules->rules()[0].title, "base");
  EXPECT_EQ(loaded.rules->rules()[0].level, model::Severity::high);
  EXPECT_EQ(loaded.rules->rules()[1].level, model::Severity::high);
  EXPECT_EQ(loaded.rules->rules()[2].title, "own");
  EXPECT_EQ(matching(loaded, R"({"f":1,"g":1})"), (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(matching(loaded, R"({"f":2,"g":1})"), (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(matching(loaded, R"({"f":9})"), (std::vector<std::uint32_t>{2}));
}

std::string filter_text(std::string_view filter, std::string_view logsource = "{product: aws}") {
  return "---\ntitle: f\nname: the_filter\nlogsource: " + std::string(logsource) + "\nfilter:\n  " +
         std::string(filter) + "\n";
}

TEST(SigmaFilters, TakeHitsAwayAndCountThem) {
  const std::string rules =
      rule_text("selection_a: {f: 1}\n  condition: 1 of selection_*", "name: r\n") + "---\n" +
      rule_text("s: {f: 1}\n  condition: s", "name: other\n");
  const LoadResult loaded =
      load_text(rules + filter_text("rules: [r]\n  selection_x: {user: bot}\n  x_1: {user: ci}\n"
                                    "  condition: not selection_x and not 1 of x_*"));
  ASSERT_EQ(problem_ids(loaded), "");
  EXPECT_EQ(matching(loaded, R"({"f":1,"user":"eve"})"), (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(matching(loaded, R"({"f":1,"user":"bot"})"), (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(matching(loaded, R"({"f":1,"user":"ci"})"), (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(matching(loaded, R"({"user":"bot"})").size(), 0U);  // the filter itself is no rule
  ASSERT_EQ(loaded.rules->filters().size(), 1U);
  EXPECT_EQ(loaded.rules->filters()[0].applied, 1U);
  EXPECT_EQ(loaded.rules->rules()[0].fields, (std::vector<std::string>{"f", "user"}));

  model::testing::JsonRecord record;
  Matcher matcher(loaded.rules, record.layout(), kAws);
  for (const char* json :
       {R"({"f":1,"user":"bot"})", R"({"f":1,"user":"eve"})", R"({"user":"bot"})"})
    (void)matcher.match(record.load(json));
  EXPECT_EQ(matcher.removed_by_filters(), (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(matcher.rule_count(), 2U);
}

struct FilterRow {
  std::string filter;
  std::string logsource;
  std::string ids;
  std::size_t hits;  // of the rule on a record that the filter's selection matches
};

TEST(SigmaFilters, LintAndRefusals) {
  const std::string aws = "{product: aws}";
  const FilterRow rows[] = {
      {"rules: any\n  s: {f: 1}\n  condition: not s", aws, "", 0},
      {"rules: r\n  s: {f: 1}\n  condition: not s", aws, "", 0},
      {"rules: [r]\n  s: {f: 1}\n  condition: s", aws, "w:sigma.filter_without_not", 1},
      {"rules: [r]\n  s: {f: 1}\n  condition: not s", "{product: azure}", "w:sigma.filter_unused",
       1},
      {"rules: [zz]\n  s: {f: 1}\n  condition: not s", aws,
       "w:sigma.filter_unknown_rule w:sigma.filter_unused", 1},
      {"s: {f: 1}\n  condition: not s", aws, "sigma.filter", 1},
      {"rules: []\n  s: {f: 1}\n  condition: not s", aws, "sigma.filter", 1},
      {"rules: [{a: b}]\n  s: {f: 1}\n  condition: not s", aws, "sigma.filter", 1},
      {"rules: any\n  condition: not s", aws, "sigma.no_selection", 1},
      {"rules: any\n  s: {f: 1}", aws, "sigma.condition_missing", 1},
      {"rules: any\n  s: {f: 1}\n  condition: not t", aws, "sigma.unknown_selection", 1},
  };
  for (const FilterRow& row : rows) {
    const LoadResult loaded = load_text(rule_text("s: {f: 1}\n  condition: s", "name: r\n") +
                                        filter_text(row.filter, row.logsource));
    EXPECT_EQ(problem_ids(loaded), row.ids) << row.filter;
    EXPECT_EQ(matching(loaded, R"({"f":1})").size(), row.hits) << row.filter;
  }
}

TEST(SigmaUnseenFields, NamesTheNearPath) {
  const LoadResult loaded =
      load_text(rule_text("s: {o.roleArn: 1, eventName: x, o: y, nowhere: 1}\n  condition: s"));
  const std::vector<std::string> seen = {"eventName", "o.roleARN", "o.user.name"};
  const auto unseen = unseen_fields(*loaded.rules, kAws, seen);
  ASSERT_EQ(unseen.size(), 2U);
  EXPECT_EQ(unseen[0].field, "nowhere");
  EXPECT_EQ(unseen[0].near, "");
  EXPECT_EQ(unseen[1].field, "o.roleArn");
  EXPECT_EQ(unseen[1].near, "o.roleARN");
  EXPECT_TRUE(unseen_fields(*loaded.rules, {.product = "gcp"}, seen).empty());
}

TEST(SigmaExplain, SaysWhatHeldAndWhatWasSeen) {
  const LoadResult loaded =
      load_text(rule_text("sel: {eventName: x, user|contains: adm}\n  filter_1: {ip: null}\n"
                          "  filter_2: {f: [1, 2]}\n  condition: sel and not 1 of filter_*",
                          "name: r\n") +
                filter_text("rules: any\n  s: {eventName: x}\n  condition: not s"));
  ASSERT_EQ(problem_ids(loaded), "");
  model::testing::JsonRecord record;
  const Explanation e =
      explain(*loaded.rules, 0,
              record.load(R"({"eventName":"X","user":["root","admin"],"ip":"1.1.1.1"})"), kAws);
  EXPECT_FALSE(e.fires);
  EXPECT_TRUE(e.applies);
  EXPECT_NE(e.note.find("filter the_filter takes the hit away"), std::string::npos);
  ASSERT_EQ(e.conditions.size(), 1U);
  const ExplainedNode& root = e.conditions[0];
  EXPECT_TRUE(root.result);
  EXPECT_EQ(root.text, "sel and not 1 of filter_*");
  ASSERT_EQ(root.children.size(), 2U);
  const ExplainedNode& sel = root.children[0];
  EXPECT_EQ(sel.text, "sel");
  EXPECT_TRUE(sel.result);
  EXPECT_EQ(sel.children[1].text, "user|contains: adm");
  EXPECT_EQ(sel.children[1].values, (std::vector<std::string>{"root", "admin"}));
  const ExplainedNode& negation = root.children[1];
  EXPECT_EQ(negation.kind, ExplainedNode::Kind::not_);
  const ExplainedNode& one_of = negation.children[0];
  EXPECT_EQ(one_of.text, "1 of filter_*");
  EXPECT_FALSE(one_of.result);
  ASSERT_EQ(one_of.children.size(), 2U);
  EXPECT_EQ(one_of.children[1].text, "filter_2");
  EXPECT_TRUE(one_of.children[1].children[0].absent);
  ASSERT_EQ(e.filters.size(), 1U);
  EXPECT_FALSE(e.filters[0].result);

  const Explanation other = explain(*loaded.rules, 0, record.load("{}"), {.product = "azure"});
  EXPECT_FALSE(other.applies);
  EXPECT_EQ(other.note, "the rule is for other logs (product: aws), these are product: azure");
}

TEST(SigmaExplain, LongValuesSayHowManyMore) {
  const LoadResult loaded = load_text(testing::selection_rule("{f: x}"));
  model::testing::JsonRecord record;
  std::string json = R"({"f":[0)";
  for (int i = 1; i < 50; ++i) json += "," + std::to_string(i);
  const Explanation e = explain(*loaded.rules, 0, record.load(json + "]}"), kAws);
  const ExplainedNode& test = e.conditions[0].children[0];
  ASSERT_EQ(test.values.size(), 21U);
  EXPECT_EQ(test.values.back(), "… and 30 more");
}

TEST(SigmaExplain, TellsWhetherARecordCountsForACorrelation) {
  const LoadResult loaded = load({{"a.yml", R"(title: Read
name: read
logsource: {product: aws, service: cloudtrail}
detection: {s: {eventName: GetSecretValue}, condition: s}
---
title: Many
correlation:
  type: value_count
  rules: [read]
  group-by: [who]
  aliases: {who: {read: userIdentity.principalId}}
  timespan: 90m
  condition: {field: requestParameters.secretId, gte: 3, lt: 9}
)"}});
  ASSERT_TRUE(loaded.rejected.empty()) << loaded.rejected[0].message;
  model::testing::JsonRecord record;
  const auto why = [&](const std::string& json) {
    return explain(*loaded.rules, 1, record.load(json), kAws);
  };
  const Explanation whole = why(
      R"({"eventName":"GetSecretValue","userIdentity":{"principalId":"P"},"requestParameters":{"secretId":"s"}})");
  EXPECT_FALSE(whole.fires) << "one record cannot tell";
  EXPECT_EQ(whole.note,
            "a correlation fires on sets of events: value_count of requestParameters.secretId "
            ">= 3 and < 9 within 90m, by who");
  ASSERT_EQ(whole.conditions.size(), 1u);
  EXPECT_TRUE(whole.conditions[0].result);
  const ExplainedNode& step = whole.conditions[0].children.at(0);
  ASSERT_EQ(step.children.size(), 3u);
  EXPECT_EQ(step.children[0].text, "group-by who = userIdentity.principalId");
  EXPECT_EQ(step.children[0].values, std::vector<std::string>{"P"});
  EXPECT_EQ(step.children[1].values, std::vector<std::string>{"s"});

  EXPECT_FALSE(why(R"({"eventName":"ListSecrets","userIdentity":{"principalId":"P"}})")
                   .conditions[0]
                   .result);
  const Explanation nobody =
      why(R"({"eventName":"GetSecretValue","requestParameters":{"secretId":"s"}})");
  EXPECT_FALSE(nobody.conditions[0].result) << "it has no value to group by";
  EXPECT_TRUE(nobody.conditions[0].children.at(0).children[0].absent);
}

}  // namespace
}  // namespace backtrail::sigma
