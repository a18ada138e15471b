#include <gtest/gtest.h>

#include "sigma/testing/rules.h"

namespace backtrail::sigma {
namespace {

using testing::fires;
using testing::load_text;
using testing::problem_ids;
using testing::rule_text;

/// Selections a, b, c, x_1, x_2, f_y and _h test that a field of their name is 1.
std::string with_condition(std::string_view condition) {
  std::string body;
  for (const char* name : {"a", "b", "c", "x_1", "x_2", "f_y", "_h"})
    body += std::string(name) + ": {" + name + ": 1}\n  ";
  return rule_text(body + "condition: " + std::string(condition));
}

struct Row {
  const char* condition;
  const char* json;
  bool fires;
};

TEST(SigmaCondition, FormsAndPrecedence) {
  const Row rows[] = {
      {"a", R"({"a":1})", true},
      {"not a", R"({"b":1})", true},
      {"not not a", R"({"a":1})", true},
      {"a and b", R"({"a":1})", false},
      {"a or b and c", R"({"a":1})", true},  // and binds tighter than or
      {"a or b and c", R"({"b":1})", false},
      {"(a or b) and c", R"({"a":1})", false},
      {"(a or b) and c", R"({"b":1,"c":1})", true},
      {"not a and b", R"({"b":1})", true},  // not binds tighter than and
      {"not a or b", R"({"a":1,"b":1})", true},
      {"not (a or b)", R"({"c":1})", true},
      {"not (a or b)", R"({"b":1})", false},
      {"1 of x_*", R"({"x_2":1})", true},
      {"any of x_*", R"({"x_2":1})", true},
      {"1 of x_*", R"({"a":1})", false},
      {"all of x_*", R"({"x_1":1})", false},
      {"all of x_*", R"({"x_1":1,"x_2":1})", true},
      {"not 1 of x_*", R"({"x_1":1})", false},   // none of them
      {"not all of x_*", R"({"x_1":1})", true},  // one is missing
      {"1 of *_y", R"({"f_y":1})", true},        // a star may stand anywhere
      {"1 of f*y", R"({"f_y":1})", true},
      {"all of f_y", R"({"f_y":1})", true},
      {"1 of them", R"({"c":1})", true},
      {"1 of them", R"({"_h":1})", false},  // names with _ in front are left out
      {"1 of *", R"({"_h":1})", false},
      {"1 of _*", R"({"_h":1})", true},
      {"_h", R"({"_h":1})", true},
      {"all of them", R"({"a":1,"b":1,"c":1,"x_1":1,"x_2":1,"f_y":1})", true},
      {"a and 1 of x_* and not f_y", R"({"a":1,"x_1":1})", true},
      {"((a))", R"({"a":1})", true},
      {"\"a and (b or\\n c)\"", R"({"a":1,"c":1})", true},
  };
  for (const Row& row : rows)
    EXPECT_EQ(fires(with_condition(row.condition), row.json), row.fires)
        << row.condition << " on " << row.json;
}

struct BadRow {
  const char* condition;
  const char* id;
  int column;           // of the character at fault; the condition starts in column 14
  const char* message;  // a part
};

TEST(SigmaCondition, ErrorsPointAtTheCharacter) {
  const BadRow rows[] = {
      {"a and", "sigma.condition", 19, "got the end"},
      {"and a", "sigma.condition", 14, "got \"and\""},
      {"a b", "sigma.condition", 16, "before \"b\""},
      {"(a or b", "sigma.condition", 21, "expected )"},
      {"a or b)", "sigma.condition", 20, "closes nothing"},
      {"a or ()", "sigma.condition", 20, "got \")\""},
      {"2 of them", "sigma.condition", 14, "\"2 of\" does not exist"},
      {"none of them", "sigma.condition", 14, "expected \"1 of\""},
      {"1 of", "sigma.condition", 18, "expected \"them\""},
      {"1 of (a)", "sigma.condition", 19, "expected \"them\""},
      {"x_*", "sigma.condition", 14, "needs \"1 of x_*\""},
      {"a & b", "sigma.condition", 16, "unexpected"},
      {"a not b", "sigma.condition", 16, "expected \"and\""},
      {"selektion", "sigma.unknown_selection", 14, "not defined"},
      {"a and x_11", "sigma.unknown_selection", 20, "did you mean \"x_1\"?"},
      {"a or 1 of zzz*", "sigma.no_selection_matches", 19, "matches no selection"},
      {"''", "sigma.condition", 15, "empty"},
      {"a | count() > 5", "sigma.legacy_aggregation", 16, "event_count"},
      {"a | count(eventName) by user >= 5", "sigma.legacy_aggregation", 16, "value_count"},
      {"a | near b", "sigma.legacy_aggregation", 16, "temporal"},
      {"a | sum(bytes) > 5", "sigma.legacy_aggregation", 16, "value_sum"},
  };
  for (const BadRow& row : rows) {
    const LoadResult loaded = load_text(with_condition(row.condition));
    ASSERT_EQ(loaded.rejected.size(), 1U) << row.condition;
    const Problem& p = loaded.rejected[0];
    EXPECT_EQ(p.id, row.id) << row.condition;
    EXPECT_EQ(p.line, 11) << row.condition;
    EXPECT_EQ(p.column, row.column) << row.condition;
    EXPECT_NE(p.message.find(row.message), std::string::npos) << row.condition << ": " << p.message;
    EXPECT_TRUE(loaded.rules->rules().empty());
  }
}

TEST(SigmaCondition, UpperCaseOperatorsAreReadWithAWarning) {
  const LoadResult loaded =
      load_text(rule_text("a: {f: 1}\n  b: {g: 1}\n  condition: a AND NOT b"));
  EXPECT_EQ(problem_ids(loaded), "w:sigma.upper_case_operator w:sigma.upper_case_operator");
  EXPECT_TRUE(fires(rule_text("a: {f: 1}\n  b: {g: 1}\n  condition: a AND NOT b"), R"({"f":1})"));
}

TEST(SigmaCondition, DeepNestingIsRefused) {
  std::string deep(2000, '(');
  deep += "a" + std::string(2000, ')');
  EXPECT_EQ(problem_ids(load_text(with_condition("'" + deep + "'"))), "sigma.condition");
  std::string nots;
  for (int i = 0; i < 2000; ++i) nots += "not ";
  EXPECT_EQ(problem_ids(load_text(with_condition(nots + "a"))), "sigma.condition");
}

TEST(SigmaCondition, LegacyMessagesSpellTheReplacement) {
  const LoadResult loaded = load_text(
      rule_text("a: {f: 1}\n  timeframe: 10m\n  condition: a | count() by sourceIPAddress > 5"));
  ASSERT_EQ(loaded.rejected.size(), 1U);
  const std::string& m = loaded.rejected[0].message;
  for (const char* part : {"event_count", "group-by: [sourceIPAddress]", "timespan: 10m", "gt: 5"})
    EXPECT_NE(m.find(part), std::string::npos) << m;

  const LoadResult frame = load_text(rule_text("a: {f: 1}\n  timeframe: 5m\n  condition: a"));
  EXPECT_EQ(problem_ids(frame), "sigma.legacy_timeframe");
}

}  // namespace
}  // namespace backtrail::sigma
