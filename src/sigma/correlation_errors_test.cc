#include <gtest/gtest.h>

#include "sigma/testing/rules.h"

namespace backtrail::sigma {
namespace {

using testing::base_rules;
using testing::correlation;
using testing::load_text;
using testing::problem_ids;

struct BadRow {
  const char* body;
  const char* id;
  const char* message;
};

TEST(SigmaCorrelation, RefusalsNameTheCause) {
  const BadRow rows[] = {
      {"rules: [a], timespan: 1m, condition: {gte: 1}", "sigma.correlation", "no `type`"},
      {"type: event_cnt, rules: [a], timespan: 1m, condition: {gte: 1}", "sigma.correlation_type",
       "did you mean \"event_count\"?"},
      {"type: event_count, timespan: 1m, condition: {gte: 1}", "sigma.correlation", "no `rules`"},
      {"type: event_count, rules: [], timespan: 1m, condition: {gte: 1}", "sigma.correlation",
       "empty"},
      {"type: event_count, rules: [a, a], timespan: 1m, condition: {gte: 1}", "sigma.correlation",
       "twice"},
      {"type: event_count, rules: [{a: b}], timespan: 1m, condition: {gte: 1}", "sigma.correlation",
       "not a map"},
      {"type: event_count, rules: [a], condition: {gte: 1}", "sigma.correlation", "no `timespan`"},
      {"type: event_count, rules: [a], timespan: 10, condition: {gte: 1}", "sigma.timespan",
       "s, m, h"},
      {"type: event_count, rules: [a], timespan: 0s, condition: {gte: 1}", "sigma.timespan",
       "above 0"},
      {"type: event_count, rules: [a], timespan: 10 m, condition: {gte: 1}", "sigma.timespan",
       "not understood"},
      {"type: event_count, rules: [a], timespan: 99999999999y, condition: {gte: 1}",
       "sigma.timespan", "not understood"},
      {"type: event_count, rules: [a], timespan: 1m", "sigma.correlation", "no `condition`"},
      {"type: event_count, rules: [a], timespan: 1m, condition: {}", "sigma.correlation_condition",
       "compares nothing"},
      {"type: event_count, rules: [a], timespan: 1m, condition: {gte: '1'}",
       "sigma.correlation_condition", "not text"},
      {"type: event_count, rules: [a], timespan: 1m, condition: {ge: 1}",
       "sigma.correlation_condition", "no \"ge\""},
      {"type: event_count, rules: [a], timespan: 1m, condition: a", "sigma.correlation_condition",
       "a map"},
      {"type: event_count, rules: [a], timespan: 1m, condition: {field: v, gte: 1}",
       "sigma.correlation_condition", "no `field`"},
      {"type: value_count, rules: [a], timespan: 1m, condition: {gte: 1}",
       "sigma.correlation_condition", "needs `field`"},
      {"type: value_sum, rules: [a], timespan: 1m, condition: {field: [u, v], gte: 1}",
       "sigma.correlation_condition", "value_count only"},
      {"type: value_percentile, rules: [a], timespan: 1m, condition: {field: v, gte: 1}",
       "sigma.correlation_condition", "percentile: 95"},
      {"type: value_percentile, rules: [a], timespan: 1m, condition: {field: v, percentile: 101, "
       "gte: 1}",
       "sigma.correlation_condition", "0 to 100"},
      {"type: value_sum, rules: [a], timespan: 1m, condition: {field: v, percentile: 5, gte: 1}",
       "sigma.correlation_condition", "value_percentile only"},
      {"type: event_count, rules: [a], timespan: 1m, condition: {gte: 1}, groupby: [u]",
       "sigma.correlation", "did you mean \"group-by\"?"},
      {"type: event_count, rules: [a], timespan: 1m, condition: {gte: 1}, generate: maybe",
       "sigma.correlation", "true or false"},
      {"type: event_count, rules: [a], timespan: 1m, condition: {gte: 1}, aliases: [x]",
       "sigma.correlation", "`aliases`"},
      {"type: temporal, rules: [a, b], timespan: 1m, group-by: [w], aliases: {w: {a: u}}",
       "sigma.alias", "no field for rule \"b\""},
      {"type: temporal, rules: [a, b], timespan: 1m, group-by: [w], aliases: {w: {z: u}}",
       "sigma.correlation", "does not cite"},
      {"type: temporal, rules: [a, b], timespan: 1m, group-by: [u], condition: a and z",
       "sigma.unknown_rule", "\"z\""},
      {"type: temporal, rules: [a, b], timespan: 1m, group-by: [u], condition: not a",
       "sigma.correlation_condition", "at least one rule"},
      {"type: temporal, rules: [a, b], timespan: 1m, group-by: [u], condition: a and not a",
       "sigma.correlation_condition", "contradicts"},
      {"type: temporal, rules: [a, b], timespan: 1m, group-by: [u], condition: 1 of a*",
       "sigma.correlation_condition", "name the rules"},
      {"type: temporal_ordered, rules: [a, b], timespan: 1m, group-by: [u], condition: {gte: 1}",
       "sigma.correlation_condition", "in order"},
      {"type: event_count, rules: [nobody], timespan: 1m, condition: {gte: 1}",
       "sigma.unknown_rule", "\"nobody\""},
      {"type: event_count, rules: [corr], timespan: 1m, condition: {gte: 1}",
       "sigma.correlation_cycle", "circle"},
  };
  for (const BadRow& row : rows) {
    const LoadResult loaded = load_text(base_rules() + correlation(row.body));
    ASSERT_EQ(loaded.rejected.size(), 1U) << row.body;
    EXPECT_EQ(loaded.rejected[0].id, row.id) << row.body << loaded.rejected[0].message;
    EXPECT_EQ(loaded.rejected[0].line, 18) << row.body;
    EXPECT_GT(loaded.rejected[0].column, 0) << row.body;
    EXPECT_NE(loaded.rejected[0].message.find(row.message), std::string::npos)
        << row.body << ": " << loaded.rejected[0].message;
    EXPECT_EQ(loaded.rules->rules().size(), 3U) << row.body;
    EXPECT_TRUE(loaded.rules->rules()[0].reports) << row.body;
  }
}

TEST(SigmaCorrelation, ARefusalStrandsOnlyThoseThatCiteIt) {
  const char* const count = "], timespan: 1m, group-by: [u], condition: {gte: 1}";
  const auto cites = [&](const char* rule, const char* name) {
    return correlation(std::string("type: event_count, rules: [") + rule + count, name);
  };
  const LoadResult chain =
      load_text(base_rules() + cites("x1", "x2") + cites("nobody", "x1") + cites("a", "good"));
  EXPECT_EQ(problem_ids(chain), "sigma.refused_rule sigma.unknown_rule");
  EXPECT_GE(chain.rules->find("good"), 0);

  const LoadResult circle = load_text(base_rules() + cites("y2", "y1") + cites("y3", "y2") +
                                      cites("y1", "y3") + cites("a", "good"));
  EXPECT_EQ(circle.rejected.size(), 3U);
  EXPECT_GE(circle.rules->find("good"), 0);

  const LoadResult bad_base = load_text(
      "title: t\nname: broken\nlogsource: {product: aws}\ndetection: {s: {f|zz: 1}, condition: "
      "s}\n---\n" +
      cites("broken", "z"));
  EXPECT_EQ(problem_ids(bad_base), "sigma.unknown_modifier sigma.refused_rule");
  EXPECT_NE(bad_base.rejected[1].message.find("unknown modifier"), std::string::npos);

  const LoadResult field = load_text(
      base_rules() + cites("a", "in") +
      correlation(
          "type: event_count, rules: [in], timespan: 1m, group-by: [uu], condition: {gte: 1}",
          "out"));
  EXPECT_EQ(problem_ids(field), "sigma.correlation_field");
}

}  // namespace
}  // namespace backtrail::sigma
