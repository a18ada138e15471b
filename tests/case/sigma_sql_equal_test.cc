// The native matcher and the DuckDB translation give the same hits, rule by rule and event by
// event.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/json.h"
#include "base/test_data.h"
#include "sigma/sigma.h"
#include "sigma/sql.h"
#include "support/events.h"

namespace backtrail {
namespace {

namespace fs = std::filesystem;
using Hits = std::map<std::string, std::set<std::string>>;  // rule id → eventIDs

std::vector<sigma::RuleFile> rule_files(const fs::path& folder) {
  std::vector<sigma::RuleFile> out;
  for (const fs::path& path : testing::files_below(folder, {".yml"})) {
    const auto text = read_file(path);
    EXPECT_TRUE(text) << path;
    if (text) out.push_back({.path = path.string(), .text = *text});
  }
  return out;
}

Hits native_hits(const sigma::LoadResult& loaded, const fs::path& logs) {
  sigma::Matcher matcher(loaded.rules, sources::cloudtrail_layout(),
                         {.product = "aws", .service = "cloudtrail"});
  Hits out;
  const auto read = testing::for_each_record(logs, [&](const model::Record& record) {
    for (const std::uint32_t rule : matcher.match(record))
      out[loaded.rules->rules()[rule].id].emplace(record.at(sources::kEventID).text);
  });
  EXPECT_TRUE(read) << read.error().message;
  return out;
}

/// The rule's SQL. A field without a column must be named; then the rule is taken with it as
/// absent.
Result<sigma::SqlText> rule_sql(const sigma::RuleSet& rules, std::uint32_t rule) {
  auto text = sigma::to_sql(rules, rule);
  if (text || text.error().id != "sigma.field_not_stored") return text;
  auto again = sigma::to_sql(rules, rule, {.missing_columns_are_absent = true});
  EXPECT_TRUE(!again || !again->notes.empty()) << rules.rules()[rule].id;
  return again;
}

/// Compares all detection rules on the data; returns the hits.
Hits expect_equal(const sigma::LoadResult& loaded, const fs::path& logs,
                  testing::EventCase& events) {
  const Hits native = native_hits(loaded, logs);
  for (std::uint32_t i = 0; i < loaded.rules->rules().size(); ++i) {
    const sigma::RuleInfo& rule = loaded.rules->rules()[i];
    if (rule.kind != sigma::RuleKind::detection) continue;
    const auto text = rule_sql(*loaded.rules, i);
    EXPECT_TRUE(text) << text.error().message;
    if (!text) continue;
    const auto ids = events.column(text->sql);
    EXPECT_TRUE(ids) << rule.id << ": " << ids.error().message << "\n" << text->sql;
    if (!ids) continue;
    const auto found = native.find(rule.id);
    EXPECT_EQ(*ids, found == native.end() ? std::set<std::string>() : found->second)
        << rule.id << " " << rule.title << "\n"
        << text->sql;
  }
  return native;
}

/// expected/sigma-hits.json; it knows events by their eventID.
Hits expected_hits(const fs::path& data, const std::string& set) {
  Hits out;
  const auto text = read_file(data / "expected" / "sigma-hits.json");
  const auto json = text ? Json::parse(*text) : Result<Json>(text.error());
  EXPECT_TRUE(json) << json.error().message;
  if (!json) return out;
  for (const auto& [rule, hit] : (*json)["cloudtrail/" + set]["rules"].as_object())
    for (const Json& id : hit["eventIDs"].as_array()) out[rule].insert(id.as_string());
  EXPECT_FALSE(out.empty()) << set;
  return out;
}

class SigmaSqlEqual : public ::testing::TestWithParam<const char*> {};

TEST_P(SigmaSqlEqual, BothBackEndsGiveTheSameHits) {
  BACKTRAIL_REQUIRE_TEST_DATA(dir);
  const fs::path logs = dir / "cloudtrail" / GetParam();
  const auto events = testing::EventCase::create(logs);
  ASSERT_TRUE(events) << events.error().message;

  const sigma::LoadResult public_rules = sigma::load(rule_files(dir / "sigma-aws" / "rules"));
  ASSERT_TRUE(public_rules.rejected.empty());
  ASSERT_EQ(public_rules.rules->rules().size(), 57U);
  Hits got = expect_equal(public_rules, logs, **events);
  for (auto& [rule, ids] : got) ids.erase("");
  std::erase_if(got, [](const auto& rule) { return rule.second.empty(); });
  EXPECT_EQ(got, expected_hits(dir, GetParam()));

  const sigma::LoadResult ours =
      sigma::load(rule_files(fs::path(BACKTRAIL_SOURCE_DIR) / "rules" / "cloudtrail"));
  ASSERT_TRUE(ours.rejected.empty()) << ours.rejected.front().message;
  ASSERT_GE(ours.rules->rules().size(), 60U);
  EXPECT_FALSE(expect_equal(ours, logs, **events).empty());
}

INSTANTIATE_TEST_SUITE_P(Data, SigmaSqlEqual,
                         ::testing::Values("invictus-a", "sans504-background", "traildiscover-a"),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace backtrail
