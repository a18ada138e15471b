#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "sigma/testing/rules.h"

namespace backtrail::sigma {
namespace {

using testing::base_rules;
using testing::correlation;
using testing::load_text;
using testing::problem_ids;

/// A hit: rule name, second, value of the group field `u`, value of the field `v`.
struct Hit {
  const char* rule;
  int second;
  const char* user = "eve";
  const char* value = nullptr;
};

std::vector<BaseHit> base_hits(const RuleSet& rules, const std::vector<Hit>& hits) {
  std::vector<BaseHit> out;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    const Hit& h = hits[i];
    BaseHit& hit = out.emplace_back();
    hit.rule = static_cast<std::uint32_t>(rules.find(h.rule));
    if (h.second >= 0) hit.time = Timestamp(std::chrono::seconds(h.second));
    hit.event_key = "e" + std::to_string(1000 + i);
    for (const std::string& field : captured_fields(rules, hit.rule)) {
      const char* text = field == "u" || field == "u2" ? h.user : field == "v" ? h.value : nullptr;
      hit.captured.push_back(text == nullptr ? std::nullopt : std::optional<std::string>(text));
    }
  }
  return out;
}

/// "group:second-second#hits" for each result, in order.
std::string results(const RuleSet& rules, const std::vector<Hit>& hits) {
  const CorrelationResult result = correlate(rules, base_hits(rules, hits));
  std::string out;
  for (const CorrelationHit& h : result.hits) {
    const auto second = [](Timestamp t) {
      return std::to_string(
          std::chrono::duration_cast<std::chrono::seconds>(t.time_since_epoch()).count());
    };
    std::string group;
    for (const std::string& g : h.group) group += (group.empty() ? "" : "+") + g;
    out += (out.empty() ? "" : " ") + group + ":" + second(h.first) + "-" + second(h.last) + "#" +
           std::to_string(h.hits.size());
  }
  return out;
}

std::string run(std::string_view body, const std::vector<Hit>& hits) {
  const LoadResult loaded = load_text(base_rules() + correlation(body));
  EXPECT_TRUE(loaded.rejected.empty()) << body << loaded.rejected[0].message;
  return results(*loaded.rules, hits);
}

struct Row {
  const char* what;
  const char* body;
  std::vector<Hit> hits;
  const char* expected;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) EXPECT_EQ(run(row.body, row.hits), row.expected) << row.what;
}

TEST(SigmaCorrelation, EventCount) {
  const char* const three =
      "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 3}";
  check({
      {"too few", three, {{"a", 1}, {"a", 2}}, ""},
      {"enough", three, {{"a", 1}, {"a", 2}, {"a", 3}}, "eve:1-3#3"},
      {"both ends count", three, {{"a", 0}, {"a", 5}, {"a", 10}}, "eve:0-10#3"},
      {"one second too long", three, {{"a", 0}, {"a", 5}, {"a", 11}}, ""},
      {"over a bucket's edge", three, {{"a", 8}, {"a", 9}, {"a", 12}}, "eve:8-12#3"},
      {"one result per chain",
       three,
       {{"a", 0}, {"a", 4}, {"a", 8}, {"a", 12}, {"a", 16}},
       "eve:0-16#5"},
      {"two chains",
       three,
       {{"a", 0}, {"a", 1}, {"a", 2}, {"a", 100}, {"a", 101}, {"a", 102}, {"a", 103}},
       "eve:0-2#3 eve:100-103#4"},
      {"a straggler is no part of it",
       three,
       {{"a", 0}, {"a", 1}, {"a", 2}, {"a", 30}},
       "eve:0-2#3"},
      {"groups apart", three, {{"a", 1, "x"}, {"a", 2, "y"}, {"a", 3, "x"}, {"a", 4, "y"}}, ""},
      {"by group",
       three,
       {{"a", 1, "y"}, {"a", 2, "x"}, {"a", 3, "x"}, {"a", 4, "y"}, {"a", 5, "x"}, {"a", 6, "y"}},
       "x:2-5#3 y:1-6#3"},
      {"any order of delivery", three, {{"a", 3}, {"a", 1}, {"a", 2}}, "eve:1-3#3"},
      {"other rules do not count", three, {{"a", 1}, {"a", 2}, {"b", 3}}, ""},
      {"several rules together",
       "type: event_count, rules: [a, b], group-by: [u], timespan: 10s, condition: {gt: 2}",
       {{"a", 1}, {"b", 2}, {"a", 3}},
       "eve:1-3#3"},
      {"without group",
       "type: event_count, rules: [a], timespan: 10s, condition: {gte: 2}",
       {{"a", 1, "x"}, {"a", 2, "y"}},
       ":1-2#2"},
      {"eq at close",
       "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {eq: 2}",
       {{"a", 1}, {"a", 2}, {"a", 3}, {"a", 50}, {"a", 51}},
       "eve:50-51#2"},
      {"lt at close",
       "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {lt: 2}",
       {{"a", 1}, {"a", 2}, {"a", 50}},
       "eve:50-50#1"},
      {"lte at close",
       "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {lte: 1}",
       {{"a", 1}, {"a", 2}},
       ""},
      {"eq 0 never",
       "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {eq: 0}",
       {{"a", 1}},
       ""},
      {"neq",
       "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {neq: 2}",
       {{"a", 1}, {"a", 2}, {"a", 50}},
       "eve:50-50#1"},
      {"range",
       "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 2, lte: 3}",
       {{"a", 1}, {"a", 2}, {"a", 3}, {"a", 4}, {"a", 50}, {"a", 51}},
       "eve:50-51#2"},
      {"a fraction is not cut",
       "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gt: 2.5}",
       {{"a", 1}, {"a", 2}},
       ""},
  });
}

TEST(SigmaCorrelation, ValueCount) {
  const char* const two =
      "type: value_count, rules: [a], group-by: [u], timespan: 10s, condition: {field: v, gte: 2}";
  const char* const tuples =
      "type: value_count, rules: [a], timespan: 10s, condition: {field: [u, v], gte: 3}";
  check({
      {"same value", two, {{"a", 1, "eve", "p"}, {"a", 2, "eve", "p"}}, ""},
      {"two values",
       two,
       {{"a", 1, "eve", "p"}, {"a", 2, "eve", "q"}, {"a", 3, "eve", "p"}},
       "eve:1-3#3"},
      {"too far apart", two, {{"a", 1, "eve", "p"}, {"a", 12, "eve", "q"}}, ""},
      {"absent does not count", two, {{"a", 1, "eve", "p"}, {"a", 2}}, ""},
      {"tuples", tuples, {{"a", 1, "x", "p"}, {"a", 2, "x", "q"}, {"a", 3, "y", "p"}}, ":1-3#3"},
      {"not as joined text",
       tuples,
       {{"a", 1, "x1", "1"}, {"a", 2, "x", "11"}, {"a", 3, "x1", "1"}},
       ""},
  });
}

TEST(SigmaCorrelation, NumbersOfAField) {
  const std::string head = "rules: [a], group-by: [u], timespan: 10s, condition: {field: v, ";
  const auto value = [&](const char* type, const char* condition, const std::vector<Hit>& hits) {
    return run(std::string("type: ") + type + ", " + head + condition + "}", hits);
  };
  const std::vector<Hit> hits = {{"a", 1, "eve", "10"},
                                 {"a", 2, "eve", "20"},
                                 {"a", 3, "eve", "40"},
                                 {"a", 4, "eve", "no number"}};
  EXPECT_EQ(value("value_sum", "gte: 70", hits), "eve:1-3#3");
  EXPECT_EQ(value("value_sum", "gt: 70", hits), "");
  EXPECT_EQ(value("value_avg", "gt: 23.3", hits), "eve:1-3#3");
  EXPECT_EQ(value("value_avg", "gt: 23.4", hits), "");
  EXPECT_EQ(value("value_median", "eq: 20", hits), "eve:1-3#3");
  EXPECT_EQ(value("value_percentile", "percentile: 75, eq: 30", hits),
            "eve:1-3#3");  // interpolated
  EXPECT_EQ(value("value_percentile", "percentile: 0, eq: 10", hits), "eve:1-3#3");
  EXPECT_EQ(value("value_percentile", "percentile: 100, gt: 39.9", hits), "eve:1-3#3");
  EXPECT_EQ(value("value_percentile", "percentile: 100, gt: 40", hits), "");
  EXPECT_EQ(value("value_sum", "gte: 60",
                  {{"a", 1, "eve", "-5"}, {"a", 5, "eve", "30"}, {"a", 14, "eve", "30"}}),
            "eve:5-14#2");
}

TEST(SigmaCorrelation, Temporal) {
  const char* const all = "type: temporal, rules: [a, b], group-by: [u], timespan: 10s";
  check({
      {"both", all, {{"b", 1}, {"a", 9}}, "eve:1-9#2"},
      {"one only", all, {{"a", 1}, {"a", 2}}, ""},
      {"too far", all, {{"a", 1}, {"b", 12}}, ""},
      {"other group", all, {{"a", 1, "x"}, {"b", 2, "y"}}, ""},
      {"two of three",
       "type: temporal, rules: [a, b, c], group-by: [u], timespan: 10s, condition: {gte: 2}",
       {{"a", 1}, {"c", 2}},
       "eve:1-2#2"},
      {"text and",
       "type: temporal, rules: [a, b, c], group-by: [u], timespan: 10s, condition: a and (b or c)",
       {{"a", 1}, {"c", 2}},
       "eve:1-2#2"},
      {"text not",
       "type: temporal, rules: [a, b], group-by: [u], timespan: 10s, condition: a and not b",
       {{"a", 1}, {"b", 5}, {"a", 50}},
       "eve:50-50#1"},
      {"not waits for the close",
       "type: temporal, rules: [a, b], group-by: [u], timespan: 10s, condition: a and not b",
       {{"a", 1}, {"b", 11}},
       ""},
      {"behind the close",
       "type: temporal, rules: [a, b], group-by: [u], timespan: 10s, condition: a and not b",
       {{"a", 1}, {"b", 12}},
       "eve:1-1#1"},
  });
}

TEST(SigmaCorrelation, TemporalOrdered) {
  const char* const abc = "type: temporal_ordered, rules: [a, b, c], group-by: [u], timespan: 10s";
  check({
      {"in order", abc, {{"a", 1}, {"b", 2}, {"c", 3}}, "eve:1-3#3"},
      {"whole order", abc, {{"a", 1}, {"c", 2}, {"b", 3}}, ""},
      {"first pair only", abc, {{"b", 1}, {"a", 2}, {"b", 3}, {"c", 4}}, "eve:2-4#3"},
      {"ties satisfy either order", abc, {{"c", 5}, {"b", 5}, {"a", 5}}, "eve:5-5#3"},
      {"a tie in the middle", abc, {{"a", 1}, {"c", 5}, {"b", 5}}, "eve:1-5#3"},
      {"span", abc, {{"a", 1}, {"b", 2}, {"c", 12}}, ""},
      {"the latest start counts", abc, {{"a", 1}, {"a", 8}, {"b", 9}, {"c", 18}}, "eve:8-18#3"},
      {"an old start, then none", abc, {{"a", 1}, {"b", 9}, {"a", 10}, {"c", 18}}, ""},
      {"groups apart", abc, {{"a", 1, "x"}, {"b", 2, "y"}, {"c", 3, "x"}}, ""},
      {"repeats are one chain",
       abc,
       {{"a", 1}, {"b", 2}, {"c", 3}, {"a", 4}, {"b", 5}, {"c", 6}},
       "eve:1-3#3 eve:4-6#3"},
      {"gte all",
       "type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 10s, condition: {gte: 2}",
       {{"a", 1}, {"b", 2}},
       "eve:1-2#2"},
      {"text or",
       "type: temporal_ordered, rules: [a, b, c], group-by: [u], timespan: 10s, condition: a and "
       "(b or c)",
       {{"a", 1}, {"c", 2}},
       "eve:1-2#2"},
      {"text order",
       "type: temporal_ordered, rules: [a, b], group-by: [u], timespan: 10s, condition: b and a",
       {{"b", 1}, {"a", 2}},
       ""},
      {"text not",
       "type: temporal_ordered, rules: [a, b, c], group-by: [u], timespan: 10s, condition: a and b "
       "and not c",
       {{"a", 1}, {"b", 2}, {"c", 11}, {"a", 50}, {"b", 51}},
       "eve:50-51#2"},
  });
}

TEST(SigmaCorrelation, MissingValuesAreCountedNotMerged) {
  const LoadResult loaded =
      load_text(base_rules() + correlation("type: value_sum, rules: [a], group-by: [u], timespan: "
                                           "10s, condition: {field: v, gte: 1}"));
  const std::vector<Hit> hits = {{"a", 1, nullptr, "5"}, {"a", 2, nullptr, "5"},
                                 {"a", -1, "eve", "5"},  {"a", 3, "eve", "x"},
                                 {"a", 4, "eve"},        {"b", -1}};
  const CorrelationResult r = correlate(*loaded.rules, base_hits(*loaded.rules, hits));
  EXPECT_TRUE(r.hits.empty());
  EXPECT_EQ(r.without_group, 2U);
  EXPECT_EQ(r.without_time, 1U);
  EXPECT_EQ(r.without_value, 2U);
}

TEST(SigmaCorrelation, DuplicateDeliveriesCountOnce) {
  const LoadResult loaded = load_text(
      base_rules() +
      correlation(
          "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 2}"));
  std::vector<BaseHit> hits = base_hits(*loaded.rules, {{"a", 1}, {"a", 1}});
  hits[1].event_key = hits[0].event_key;
  EXPECT_TRUE(correlate(*loaded.rules, hits).hits.empty());
  hits[1].event_key.clear();  // events without a key are never duplicates
  EXPECT_EQ(correlate(*loaded.rules, hits).hits.size(), 1U);
}

TEST(SigmaCorrelation, AliasesJoinDifferentFields) {
  const std::string body =
      "type: temporal, rules: [a, b], group-by: [who], timespan: 10s, aliases: {who: {a: u, b: "
      "u2}}";
  const LoadResult loaded = load_text(base_rules() + correlation(body));
  ASSERT_EQ(problem_ids(loaded), "");
  EXPECT_EQ(captured_fields(*loaded.rules, 0), (std::vector<std::string>{"u"}));
  EXPECT_EQ(captured_fields(*loaded.rules, 1), (std::vector<std::string>{"u2"}));
  EXPECT_TRUE(captured_fields(*loaded.rules, 2).empty());
  EXPECT_EQ(run(body, {{"a", 1}, {"b", 2}}), "eve:1-2#2");
}

TEST(SigmaCorrelation, ChainsReportByTheOutermost) {
  const std::string inner = correlation(
      "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 2}", "inner");
  const std::string outer = correlation(
      "type: temporal_ordered, rules: [inner, b], group-by: [u], timespan: 1m", "outer");
  // The citing document may stand before the cited one.
  const LoadResult loaded = load_text(outer + base_rules() + inner);
  ASSERT_EQ(problem_ids(loaded), "");
  EXPECT_EQ(results(*loaded.rules, {{"a", 1}, {"a", 5}, {"b", 30}}), "eve:1-30#3");
  EXPECT_EQ(results(*loaded.rules, {{"a", 1}, {"a", 5}, {"b", 4}}), "");
  EXPECT_EQ(results(*loaded.rules, {{"a", 1}, {"a", 5}}), "");
  const auto rules = loaded.rules->rules();
  EXPECT_TRUE(rules[0].reports);   // outer
  EXPECT_FALSE(rules[1].reports);  // a
  EXPECT_FALSE(rules[2].reports);  // b
  EXPECT_TRUE(rules[3].reports);   // c: not cited
  EXPECT_FALSE(rules[4].reports);  // inner
  EXPECT_TRUE(has_correlations(*loaded.rules));
}

TEST(SigmaCorrelation, GenerateLetsBaseRulesReport) {
  const char* const body =
      "type: event_count, rules: [a], group-by: [u], timespan: 1m, condition: {gte: 9}";
  EXPECT_FALSE(load_text(base_rules() + correlation(body)).rules->rules()[0].reports);
  EXPECT_TRUE(load_text(base_rules() + correlation(std::string(body) + ", generate: true"))
                  .rules->rules()[0]
                  .reports);
  EXPECT_TRUE(load_text(base_rules() + "title: c\ngenerate: true\ncorrelation: {" + body + "}\n")
                  .rules->rules()[0]
                  .reports);
}

TEST(SigmaCorrelation, MatcherCapturesWhatCorrelationsNeed) {
  const LoadResult loaded =
      load_text(base_rules() + correlation("type: value_count, rules: [a], group-by: [o.u, list], "
                                           "timespan: 1m, condition: {field: v, gte: 2}"));
  ASSERT_EQ(problem_ids(loaded), "");
  model::testing::JsonRecord record;
  Matcher matcher(loaded.rules, record.layout(), testing::kAws);
  const auto& r = record.load(R"({"f":1,"o":{"u":"x"},"list":["b","a","b"],"v":null})");
  ASSERT_EQ(matcher.match(r).size(), 1U);
  EXPECT_EQ(captured_fields(*loaded.rules, 0), (std::vector<std::string>{"list", "o.u", "v"}));
  EXPECT_EQ(matcher.capture(0, r),
            (std::vector<std::optional<std::string>>{"a,b", "x", std::nullopt}));
  EXPECT_TRUE(matcher.capture(1, r).empty());
}

/// The windows by definition: every run of hits within the timespan that no larger one contains.
std::string by_definition(const std::vector<Hit>& hits, int timespan, std::size_t least) {
  std::vector<int> times;
  for (const Hit& h : hits) times.push_back(h.second);
  std::sort(times.begin(), times.end());
  std::vector<bool> member(times.size());
  std::vector<std::pair<std::size_t, std::size_t>> chains;
  for (std::size_t i = 0; i < times.size(); ++i) {
    std::size_t j = i;
    while (j + 1 < times.size() && times[j + 1] - times[i] <= timespan) ++j;
    if (j - i + 1 < least) continue;
    if (!chains.empty() && i <= chains.back().second) {
      chains.back().second = std::max(chains.back().second, j);
    } else {
      chains.emplace_back(i, j);
    }
  }
  std::string out;
  for (const auto& [i, j] : chains)
    out += (out.empty() ? "" : " ") + std::string("eve:") + std::to_string(times[i]) + "-" +
           std::to_string(times[j]) + "#" + std::to_string(j - i + 1);
  return out;
}

TEST(SigmaCorrelation, EventCountAgreesWithItsDefinition) {
  const LoadResult loaded = load_text(
      base_rules() +
      correlation(
          "type: event_count, rules: [a], group-by: [u], timespan: 10s, condition: {gte: 4}"));
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Hit> hits;
    for (std::size_t i = random() % 40; i > 0; --i)
      hits.push_back({"a", static_cast<int>(random() % 100)});
    ASSERT_EQ(results(*loaded.rules, hits), by_definition(hits, 10, 4)) << round;
  }
}

}  // namespace
}  // namespace backtrail::sigma
