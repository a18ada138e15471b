#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "base/file.h"
#include "store/store.h"

namespace backtrail::store {
namespace {

class RuleFunctions : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened =
        open(directory_.path() / "store.duckdb", {.access = Access::read_write, .threads = 2});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  std::string one(const std::string& expression) {
    const auto t = fetch(store_->engine(), {.sql = "SELECT " + expression});
    if (!t) return "error: " + t.error().message;
    return is_null(t->rows[0][0]) ? "NULL" : to_text(t->rows[0][0]);
  }

  TemporaryDirectory directory_ = *TemporaryDirectory::create("rule_functions");
  std::unique_ptr<Store> store_;
};

TEST_F(RuleFunctions, JsonWalksAsTheMatcherDoes) {
  for (const auto& [call, want] : std::vector<std::pair<std::string, std::string>>{
           {R"(rule_strings('{"a":[{"b":"x"},{"b":["y",1]},{"c":2}]}', 'a.b'))", R"(["x","y"])"},
           {R"(rule_numbers('{"a":[{"b":"x"},{"b":["y",1]},{"c":2}]}', 'a.b'))", R"(["1"])"},
           {R"(rule_scalars('{"a":[true,null,1.5,"t",{"o":1}]}', 'a'))", R"(["true","1.5","t"])"},
           {R"(rule_texts('{"a":{"b":"x","c":[1,null]}}', 'a'))",
            R"(["{\"b\":\"x\",\"c\":[1,null]}","x","1"])"},
           {R"(rule_texts('{"a":[{"b":"x"}]}', 'a'))",
            R"(["[{\"b\":\"x\"}]","{\"b\":\"x\"}","x"])"},
           {R"(rule_texts('{"a.b":"dotted","a":{"b":"nested"}}', 'a.b'))", R"(["dotted"])"},
           {R"(rule_texts('plain', ''))", R"(["plain"])"},
           {R"(rule_texts('plain', 'a'))", "[]"},
           {R"(rule_texts('{"cut":', ''))", R"(["{\"cut\":"])"},
           {R"(rule_exists('{"a":null}', 'a'))", "true"},
           {R"(rule_exists('{"a":[]}', 'a'))", "true"},
           {R"(rule_exists('{"a":1}', 'b'))", "false"},
           {R"(rule_exists(NULL, 'b'))", "NULL"},
           {R"(rule_has_null('{"a":[1,[null]]}', 'a'))", "true"},
           {R"(rule_has_null('{"a":[1]}', 'a'))", "false"},
       })
    EXPECT_EQ(one(call), want) << call;
}

TEST_F(RuleFunctions, ScalarsAreReadStrictly) {
  for (const auto& [call, want] : std::vector<std::pair<std::string, std::string>>{
           {"rule_fold('ſΣς')", "sσσ"},
           {"rule_number('+5')", "5.0"},
           {"rule_number('.5e1')", "5.0"},
           {"rule_number('+-5')", "NULL"},
           {"rule_number(' 5')", "NULL"},
           {"rule_number('inf')", "NULL"},
           {"rule_number('nan')", "NULL"},
           {"rule_number('1e999')", "NULL"},
           {"rule_number('0x10')", "NULL"},
           {"rule_number('')", "NULL"},
           {"rule_address('10.0.0.1') = rule_address('::ffff:10.0.0.1')", "true"},
           {"rule_address('10.0.0.256')", "NULL"},
           {"rule_address('10.0.0.1/32')", "NULL"},
           {"rule_address('AWS Internal')", "NULL"},
           {"rule_address('')", "NULL"},
           {"rule_clock('2023-07-10T11:42:31+02:00')", "2023-07-10T11:42:00Z"},
           {"rule_clock('2023-07-10')", "2023-07-10T00:00:00Z"},
           {"rule_clock('2023-02-30')", "NULL"},
           {"rule_clock('11:42')", "NULL"},
           {"rule_percent_decoded('%7B%22a%22%3A1%7D')", R"({"a":1})"},
           {"rule_percent_decoded('%7b%zz%')", "{%zz%"},
           {"rule_percent_decoded('%7B%FF')", "{\uFFFD"},
           {"rule_percent_decoded('a%7B')", "NULL"},
           {"rule_search('secret', '(?<=s)E', 'i')", "true"},
           {"rule_search('secret', '(?<=s)E', '')", "false"},
           {"rule_search(repeat('a', 5000) || 'b', '^(a|aa)+(?!.)$', '')", "false"},
       })
    EXPECT_EQ(one(call), want) << call;
  EXPECT_NE(one("rule_search('a', '(', '')").find("not a regular expression"), std::string::npos);
}

TEST_F(RuleFunctions, RowsOfManyChunksKeepTheirValues) {
  EXPECT_EQ(one("count(*) FILTER (WHERE len(l) = i % 3 AND (i % 3 = 0 OR l[1] = i::VARCHAR)) FROM "
                "(SELECT i, "
                "rule_scalars(to_json(list_transform(range(i % 3), x -> i))::VARCHAR, '') AS l "
                "FROM range(10000) t(i))"),
            "10000");
}

}  // namespace
}  // namespace backtrail::store
