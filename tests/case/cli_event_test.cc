#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "case/cli_fixture.h"

namespace backtrail::cli {
namespace {

using ::testing::HasSubstr;

class CliEvent : public CliCase {
 protected:
  /// Files of every log type.
  std::vector<std::string> samples() {
    std::vector<std::string> out;
    for (const auto& folder : fs::directory_iterator(fs::path(BACKTRAIL_SOURCE_DIR) / "fuzz/corpus"))
      if (folder.path().filename().string().starts_with("log_")) out.push_back(folder.path().string());
    return out;
  }
};

TEST_F(CliEvent, PrintsARecordOfAnyTableByItsUid) {
  std::vector<std::string> import = {"import"};
  for (const std::string& folder : samples()) import.push_back(folder);
  ASSERT_EQ(run(import).code, 4) << "some samples are damaged";
  const Json places = json({"query", "SELECT log, CAST(uid AS VARCHAR), _evidence, _record FROM records QUALIFY row_number() OVER "
                                     "(PARTITION BY log ORDER BY _evidence, _record) = 1 ORDER BY log"});
  std::set<std::string> tables;
  for (const Json& place : places["rows"].as_array()) {
    const Json::Array& row = place.as_array();
    tables.insert(row[0].as_string());
    const Json got = json({"event", row[1].as_string()});
    ASSERT_EQ(got["events"].as_array().size(), 1U) << row[0].as_string();
    const Json& event = got["events"].as_array()[0];
    EXPECT_EQ(event["uid"], row[1]);
    const bool is_empty = event["record"].is_null() || event["record"] == Json("");
    EXPECT_TRUE(!is_empty || row[0].as_string() == "cloudwatch") << row[0].as_string() << ": a message may be empty";
    const Json& at = event["places"].as_array().at(0);
    EXPECT_EQ(at["item"], row[2]);
    EXPECT_EQ(at["record"], row[3]);
    EXPECT_TRUE(at["kept"].as_bool());
  }
  for (const char* state : {"iam_credential_report", "iam_entities", "iam_access_key_last_used", "cloudwatch_metric",
                            "detective_indicator", "config", "guardduty"})
    EXPECT_TRUE(tables.contains(state)) << state;
  const Json metric = json({"query", "SELECT CAST(uid AS VARCHAR), _time FROM cloudwatch_metrics ORDER BY _record LIMIT 1"});
  const Json::Array& row = metric["rows"].as_array().at(0).as_array();
  ASSERT_FALSE(row[1].is_null());
  EXPECT_EQ(json({"event", row[0].as_string()})["events"].as_array().at(0)["time"], row[1]);
  EXPECT_EQ(json({"query", "SELECT count(DISTINCT log) FROM records"})["rows"].as_array()[0].as_array()[0].as_uint(),
            tables.size());
}

TEST_F(CliEvent, TellsTheFindingsOfAStateRecord) {
  write("logs/used.json",
        R"({"UserName":"bob","AccessKeyLastUsed":{"Region":"us-east-1","ServiceName":"iam","LastUsedDate":"2023-07-10T11:42:00Z"}})");
  write("rule.yml",
        "title: Key used\nid: 7a1d2f6e-3b0c-4a53-9d5f-0c1b2a3d4e5f\nlevel: low\n"
        "logsource: {product: aws, service: iam_access_key_last_used}\n"
        "detection: {sel: {UserName: bob}, condition: sel}\n");
  ASSERT_EQ(run({"import", path("logs")}).code, 0);
  ASSERT_EQ(run({"detect", "--rules", path("rule.yml")}).code, 0);
  const Json uid = json({"query", "SELECT CAST(uid AS VARCHAR) FROM iam_access_key_last_used"});
  const Json got = json({"event", uid["rows"].as_array()[0].as_array()[0].as_string()})["events"].as_array()[0];
  EXPECT_TRUE(got["time"].is_null()) << "the state has none";
  EXPECT_EQ(got["record"]["UserName"].as_string(), "bob");
  EXPECT_EQ(got["findings"].as_array().size(), 1U) << got.dump_pretty();
}

TEST_F(CliEvent, SaysWhereIdsAreFound) {
  ASSERT_EQ(run({"import", path("logs")}).code, 0);
  for (const char* id : {"no-such-event", "00000000-0000-0000-0000-000000000000", "x' OR 1=1 --"}) {
    const auto got = run({"event", id});
    EXPECT_EQ(got.code, 1) << id;
    EXPECT_THAT(got.err, HasSubstr("backtrail timeline")) << id;
    EXPECT_THAT(got.err, HasSubstr("column uid")) << id;
  }
  EXPECT_EQ(run({"event", "00000000-0000-4000-8000-000000000003"}).code, 0);
}

}  // namespace
}  // namespace backtrail::cli
