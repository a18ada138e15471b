#include <gtest/gtest.h>

#include "base/file.h"
#include "store/store.h"

namespace backtrail::store {
namespace {

class UserEngineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = open(directory_.path() / "store.duckdb",
                       {.access = Access::read_write, .threads = 2, .writable = {parquet()}});
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
    ASSERT_TRUE(store_->execute(
        "INSERT INTO cloudtrail_logs (eventname, eventsource, awsregion, sourceipaddress, eventtime, _time, "
        "requestparameters, readonly, managementevent, useridentity, uid) VALUES "
        "('ListUsers', 'iam.amazonaws.com', 'us-east-1', '198.51.100.7', '2023-07-10T11:42:31Z', "
        "TIMESTAMP '2023-07-10 11:42:31', '{\"userName\":\"mia\"}', 'true', 'true', {'type': 'IAMUser', "
        "'principalid': 'AIDA1', 'arn': 'arn:aws:iam::1:user/mia', 'accountid': '111122223333', 'invokedby': "
        "NULL, 'accesskeyid': 'AKIA1', 'username': 'mia', 'onbehalfof': NULL, 'sessioncontext': NULL}, uuid()), "
        "('PutObject', 's3.amazonaws.com', 'eu-west-1', 'AWS Internal', '2023-07-11T00:00:00Z', "
        "TIMESTAMP '2023-07-11', NULL, 'false', NULL, NULL, uuid())"));
  }
  std::filesystem::path parquet() const { return directory_.path() / "out.parquet"; }
  Result<Table> run(std::string sql) {
    auto engine = store_->user_engine();
    if (!engine) return engine.error();
    return fetch(**engine, {.sql = std::move(sql)});
  }
  std::string one(std::string sql) {
    auto t = run(sql);
    if (!t) return t.error().id + ": " + t.error().message;
    return t->rows.empty() ? "(no row)" : to_text(t->rows[0][0]);
  }

  TemporaryDirectory directory_ = *TemporaryDirectory::create("user_engine");
  std::unique_ptr<Store> store_;
};

TEST_F(UserEngineTest, PublishedTableNamesAndPartitionsAnswer) {
  for (const char* from :
       {"cloudtrail_logs", "cloudtrail_logs_pp", "cloudtrail", "default.cloudtrail_logs",
        "\"default\".\"cloudtrail_logs\"", "\"awsdatacatalog\".\"default\".\"cloudtrail_logs\"",
        "AwsDataCatalog.default.cloudtrail_logs"})
    EXPECT_EQ(one(std::string("SELECT count(*) FROM ") + from), "2") << from;
  EXPECT_EQ(one("SELECT eventname FROM cloudtrail_logs WHERE region = 'us-east-1' AND year = '2023' AND "
                "month = '07' AND day = '10' AND timestamp = '2023/07/10'"),
            "ListUsers");
  EXPECT_EQ(one("SELECT useridentity.username FROM cloudtrail WHERE region_partition = 'us-east-1' AND "
                "account_partition = '111122223333' AND date_partition >= '2023/07/10'"),
            "mia");
  EXPECT_EQ(one("SELECT action FROM events WHERE outcome = 'success' ORDER BY time LIMIT 1"), "ListUsers");
}

TEST_F(UserEngineTest, TheLakeViewAnswersWithMapsAndTimestamps) {
  EXPECT_EQ(one("SELECT element_at(requestParameters, 'userName') FROM cloudtrail_lake WHERE eventTime > "
                "timestamp '2023-07-10 00:00:00' AND readOnly = true AND userIdentity.arn LIKE '%mia'"),
            "mia");
}

TEST_F(UserEngineTest, TrinosMeaningHolds) {
  EXPECT_EQ(one("SELECT 7/2"), "3");
  EXPECT_EQ(one("SELECT json_extract_scalar(requestparameters, '$.userName') FROM cloudtrail_logs WHERE "
                "requestparameters IS NOT NULL"),
            "mia");
  EXPECT_EQ(one("SELECT count(*) FROM cloudtrail_logs WHERE contains('198.51.100.0/24', "
                "CAST(sourceipaddress AS IPADDRESS))"),
            "1");
  EXPECT_EQ(one("SELECT try_cast(sourceipaddress AS ipaddress) FROM cloudtrail_logs WHERE eventname = "
                "'ListUsers'"),
            "198.51.100.7");
}

TEST_F(UserEngineTest, NothingCanBeWrittenOrReached) {
  for (const char* sql :
       {"DELETE FROM cloudtrail_logs", "DROP TABLE main.cloudtrail_logs", "CREATE TABLE x AS SELECT 1",
        "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM '/etc/passwd'", "SELECT getenv('HOME')",
        "COPY (SELECT 1) TO '/tmp/x'", "SELECT 1; SELECT 2", "SET memory_limit = '1TB'", "PRAGMA version",
        "INSTALL httpfs", "ATTACH '/tmp/x.db'", "SELECT * FROM glob('/*')", "SELECT current_setting('temp_directory')"})
    EXPECT_FALSE(run(sql)) << sql;
  EXPECT_EQ(one("SELECT count(*) FROM cloudtrail_logs"), "2");
}

TEST_F(UserEngineTest, ErrorsNameThePlaceAndANearName) {
  const std::string message = one("SELECT evntname\nFROM cloudtrail_logs");
  EXPECT_NE(message.find("eventname"), std::string::npos) << message;
  EXPECT_NE(message.find("line 1"), std::string::npos) << message;
  const std::string table = one("SELECT 1 FROM cloudtrial_logs");
  EXPECT_NE(table.find("cloudtrail_logs"), std::string::npos) << table;
}

TEST_F(UserEngineTest, TellsWhatTheUserShouldKnow) {
  class Notes final : public RowSink {
   public:
    void columns(std::span<const Column>) override {}
    bool row(std::span<const Cell>) override { return true; }
    void note(std::string_view text) override { text_ += text; }
    std::string text_{};
  } notes;
  ASSERT_TRUE((*store_->user_engine())
                  ->run({.sql = "SELECT 1 FROM cloudtrail_logs\nWHERE eventtime > '2023-07-10 11:42:31'"},
                        notes, {}));
  EXPECT_TRUE(notes.text_.starts_with("line 2, column 19: eventtime is text")) << notes.text_;
  EXPECT_TRUE(notes.text_.ends_with("[sql.note.text_time]")) << notes.text_;
}

TEST_F(UserEngineTest, AResultBecomesAParquetFileWhereAllowedOnly) {
  auto rows = store_->export_parquet({.sql = "SELECT eventname, 7/2 AS n FROM cloudtrail_logs"}, parquet(), {});
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(*rows, 2u);
  EXPECT_EQ(read_file(parquet())->substr(0, 4), "PAR1");
  EXPECT_FALSE(store_->export_parquet({.sql = "SELECT 1"}, directory_.path() / "other.parquet", {}));
}

}  // namespace
}  // namespace backtrail::store
