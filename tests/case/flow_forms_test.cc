// Flow logs in whichever form they come, Parquet as a container, and what the user says of logs that do not
// tell it themselves.
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/json.h"
#include "base/json_value.h"
#include "base/test_data.h"
#include "base/text.h"
#include "case/cli_testing.h"
#include "store/parquet_rows.h"

namespace backtrail::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class FlowForms : public ::testing::Test {
 protected:
  void SetUp() override { ::setenv("XDG_DATA_HOME", path("data").c_str(), 1); }
  std::string path(const std::string& name) const { return (home_.path() / name).string(); }
  std::string write(const std::string& name, const std::string& text) {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  Terminal::Outcome run(std::vector<std::string> line, const std::string& kase = "case") {
    line.insert(line.end(), {"--case", path(kase), "--threads", "2"});
    return terminal_.run(line);
  }
  std::string rows(const std::string& sql, const std::string& kase = "case") {
    const auto got = run({"query", sql, "--output", "csv", "--limit", "100000"}, kase);
    EXPECT_EQ(got.code, 0) << sql << "\n" << got.err;
    std::string out = got.out.substr(std::min(got.out.find('\n'), got.out.size() - 1) + 1);
    std::erase(out, '\r');
    return out;
  }
  Json import(std::vector<std::string> line, const std::string& kase = "case") {
    line.insert(line.begin(), "import");
    line.insert(line.end(), {"--output", "json"});
    const auto got = run(line, kase);
    auto json = Json::parse(got.out);
    EXPECT_TRUE(json) << got.out << got.err;
    return json ? *json : Json();
  }

  TemporaryDirectory home_ = *TemporaryDirectory::create("flow-forms");
  Terminal terminal_{};
};

std::string zip_of(const std::vector<std::pair<std::string, std::string>>& files, const fs::path& to) {
  archive* const a = archive_write_new();
  archive_write_set_format_zip(a);
  archive_write_open_filename(a, to.c_str());
  for (const auto& [name, bytes] : files) {
    archive_entry* const entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(bytes.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(a, entry);
    archive_write_data(a, bytes.data(), bytes.size());
    archive_entry_free(entry);
  }
  archive_write_close(a);
  archive_write_free(a);
  return to.string();
}

TEST_F(FlowForms, TextJsonAndParquetOfTheSameFlowsGiveIdenticalRows) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const fs::path lake = data / "vpcflow/securitylake";
  const std::string sql =
      "SELECT version, account_id, interface_id, srcaddr, dstaddr, srcport, dstport, protocol, packets, bytes, "
      "\"start\", \"end\", action, log_status, vpc_id, subnet_id, instance_id, tcp_flags, type, pkt_srcaddr, "
      "pkt_dstaddr, az_id, sublocation_type, sublocation_id, pkt_src_aws_service, pkt_dst_aws_service, "
      "flow_direction, traffic_path, accid, _time, _record FROM vpc_flow_logs ORDER BY _record";
  std::map<std::string, std::string> forms;
  for (const char* file : {"vpc-flow.gz.parquet", "vpc-flow.rows.jsonl", "vpc-flow.derived-v5.log"}) {
    const Json got = import({(lake / file).string()}, file);
    EXPECT_EQ(got["records"]["stored"].as_uint(), 1304u) << file;
    EXPECT_EQ(got["records"]["rejected"].as_uint(), 0u) << file;
    forms[file] = rows(sql, file);
  }
  EXPECT_EQ(forms["vpc-flow.gz.parquet"], forms["vpc-flow.rows.jsonl"]);
  // The text has a header line, which is no record: the numbers agree all the same.
  EXPECT_EQ(forms["vpc-flow.gz.parquet"], forms["vpc-flow.derived-v5.log"]);
  EXPECT_EQ(rows("SELECT coalesce(action, log_status), count(*) FROM vpc_flow_logs GROUP BY 1 ORDER BY 1",
                 "vpc-flow.gz.parquet"),
            "ACCEPT,1108\nNODATA,166\nREJECT,30\n");
  // Only the lake tells the region, which is no field of this flow log.
  EXPECT_EQ(rows("SELECT DISTINCT region FROM vpc_flow_logs", "vpc-flow.gz.parquet"), "us-east-1\n");
  // Security Lake's name shows the same flows, whichever way they came.
  const std::string lake_sql =
      "SELECT connection_info.direction, activity_name, status_code, count(*), sum(traffic.bytes) FROM "
      "amazon_security_lake_table_us_east_1_vpc_flow_2_0 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";
  EXPECT_EQ(rows(lake_sql, "vpc-flow.gz.parquet"), rows(lake_sql, "vpc-flow.derived-v5.log"));
  EXPECT_THAT(rows(lake_sql, "vpc-flow.gz.parquet"), HasSubstr("ingress,Refused,OK,30,1282\n"));
  // The names of the other published tables.
  EXPECT_EQ(rows("SELECT sum(numbytes), count(DISTINCT sourceaddress) FROM vpcflow", "vpc-flow.gz.parquet"),
            rows("SELECT sum(bytes), count(DISTINCT srcaddr) FROM test_table_vpclogs", "vpc-flow.rows.jsonl"));
  EXPECT_EQ(rows("SELECT DISTINCT \"aws-region\" FROM vpc_flow_logs_parquet", "vpc-flow.gz.parquet"), "us-east-1\n");
}

TEST(ParquetRows, GiveWhatTheFileHolds) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const fs::path lake = data / "vpcflow/securitylake";
  store::ParquetRows reader;
  for (int again = 0; again < 2; ++again) {
    const auto file = open_for_reading(lake / "vpc-flow.gz.parquet");
    ASSERT_TRUE(file);
    ASSERT_TRUE(reader.start(file->get()));
    std::string lines;
    for (;;) {
      const auto more = reader.next(lines);
      ASSERT_TRUE(more) << more.error().message;
      if (!*more) break;
    }
    const auto text = read_file(lake / "vpc-flow.rows.jsonl");
    ASSERT_TRUE(text);
    const auto got = split(lines, '\n');
    const auto expected = split(*text, '\n');
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i + 1 < expected.size(); ++i) {
      std::string without;
      store::append_without_nulls(expected[i], without);
      EXPECT_EQ(json_value_form(got[i]), json_value_form(without)) << i;
    }
  }
}

TEST(ParquetRows, NullsAreLeftOut) {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"a":null})", "{}"},
      {R"({"a":1,"b":null})", R"({"a":1})"},
      {R"({"a":null,"b":1})", R"({"b":1})"},
      {R"({"a":null,"b":null,"c":{"d":null,"e":[null,{"f":null}]}})", R"({"c":{"e":[null,{}]}})"},
      {R"({"a":"\":null,\\","b":"x"})", R"({"a":"\":null,\\","b":"x"})"},
      {R"({"\":null":null,"c":2})", R"({"c":2})"},
      {R"({})", R"({})"},
      {R"({"a":NaN,"b":1,"c":[Infinity,-Infinity,NaN,2],"d":-inf})", R"({"b":1,"c":[null,null,null,2]})"},
      {R"({"a":nan,"b":"NaN","c":["inf,"],"d":nano})", R"({"b":"NaN","c":["inf,"],"d":nano})"},
      {R"({"a":"cut)", R"({"a":"cut)"},
  };
  for (const auto& [in, want] : rows) {
    std::string out = "before,";
    store::append_without_nulls(in, out);
    EXPECT_EQ(out, std::string("before,") + want);
  }
}

TEST_F(FlowForms, ParquetInsideArchivesAndBehindHivesNames) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const auto bytes = read_file(data / "vpcflow/securitylake/vpc-flow.gz.parquet");
  ASSERT_TRUE(bytes);
  const std::string hive = "AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2023/f.parquet";
  const std::string zip = zip_of({{hive, *bytes}, {"b.log", "2 1 eni-1 - - - - - - - 1431280876 1431280934 - NODATA\n"}}, path("z.zip"));
  const Json got = import({zip});
  EXPECT_EQ(got["records"]["stored"].as_uint(), 1304u);
  EXPECT_THAT(got["skipped"].dump(), HasSubstr("z.zip!b.log"));
  // Rows that tell nothing else are of the account in the path.
  EXPECT_EQ(rows("SELECT accid, count(*) FROM vpc_flow_logs GROUP BY 1 ORDER BY 1"), "111122223333,130\n422354213072,1174\n");
}

TEST_F(FlowForms, DamagedParquetIsCountedAndHarmless) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const auto bytes = read_file(data / "vpcflow/securitylake/vpc-flow.gz.parquet");
  ASSERT_TRUE(bytes);
  std::vector<std::string> bad = {bytes->substr(0, 4), bytes->substr(0, bytes->size() / 2),
                                  bytes->substr(0, bytes->size() - 1), "PAR1PAR1", "PARE" + bytes->substr(4, 4000)};
  std::string flipped = *bytes;
  for (std::size_t i = 2000; i < flipped.size() - 12000; i += 97) flipped[i] = static_cast<char>(flipped[i] ^ 0x55);
  bad.push_back(flipped);
  std::string footer = *bytes;
  for (std::size_t i = footer.size() - 4000; i < footer.size() - 8; i += 31) footer[i] = static_cast<char>(footer[i] ^ 0xff);
  bad.push_back(footer);
  std::vector<std::string> line;
  for (std::size_t i = 0; i < bad.size(); ++i) line.push_back(write("bad/" + std::to_string(i), bad[i]));
  line.push_back(write("bad/good", *bytes));
  const Json got = import(line);
  std::size_t corrupt = 0;
  for (const Json& s : got["skipped"].as_array()) corrupt += s["reason"].as_string() == "parquet_corrupt";
  EXPECT_EQ(corrupt, bad.size()) << got["skipped"].dump();
  EXPECT_GE(got["records"]["stored"].as_uint(), 1304u);
  EXPECT_EQ(rows("SELECT count(*) FROM vpc_flow_logs WHERE _evidence = (SELECT max(id) FROM evidence)"), "1304\n");
}

TEST_F(FlowForms, AFormatIsAskedForThenKeptForRebuildAndEvent) {
  const std::string log = write("custom.log", "eni-1 10.0.0.1 10.0.0.2 1700000000 1700000060 ACCEPT OK\n"
                                              "eni-1 10.0.0.3 10.0.0.2 1700000000 1700000060 REJECT OK\n");
  Json got = import({log});
  EXPECT_EQ(got["records"]["stored"].as_uint(), 0u);
  EXPECT_EQ(got["skipped"].as_array().at(0)["reason"].as_string(), "ambiguous_format");
  EXPECT_EQ(got["skipped"].as_array().at(0)["path"].as_string(), log);
  EXPECT_THAT(got["skipped"].as_array().at(0)["detail"].as_string(), HasSubstr("--format"));

  EXPECT_EQ(run({"import", log, "--format", "${interface-id} ${srcadr}"}).code, 2);

  got = import({log, "--format", "${interface-id} ${dstaddr} ${srcaddr} ${start} ${end} ${action} ${log-status}"});
  EXPECT_EQ(got["records"]["stored"].as_uint(), 2u);
  const std::string sql = "SELECT srcaddr, dstaddr, action, uid FROM vpc_flow_logs ORDER BY dstaddr";
  const std::string before = rows(sql);
  EXPECT_THAT(before, HasSubstr("10.0.0.2,10.0.0.1,ACCEPT"));
  EXPECT_EQ(run({"case", "rebuild"}).code, 0);
  EXPECT_EQ(rows(sql), before);
  const std::string uid = before.substr(before.find("ACCEPT,") + 7, 36);
  const auto event = run({"event", uid});
  EXPECT_EQ(event.code, 0) << event.err;
  EXPECT_THAT(event.out, HasSubstr("10.0.0.1"));
  EXPECT_EQ(run({"case", "verify"}).code, 0);
}

TEST_F(FlowForms, FieldsOfLaterVersionsAreColumnsLikeOthers) {
  import({write("tgw.log", "tgw-id tgw-attachment-id srcaddr dstaddr start end packets-lost-no-route reject-reason\n"
                           "tgw-1 tgw-attach-1 10.0.0.1 10.0.0.2 1700000000 1700000060 7 -\n"
                           "tgw-2 - 10.0.0.3 10.0.0.2 1700000000 1700000060 0 BPA\n")});
  EXPECT_EQ(rows("SELECT tgw_id, tgw_attachment_id, packets_lost_no_route + 1, reject_reason FROM vpc_flow_logs ORDER BY 1"),
            "tgw-1,tgw-attach-1,8,\ntgw-2,,1,BPA\n");
  EXPECT_EQ(rows("SELECT resource, error FROM events ORDER BY 1"), "tgw-2,BPA\ntgw-attach-1,\n");
}

TEST_F(FlowForms, UnknownLogsAreGuessedAtAndNamed) {
  const std::string lines = write("app.log", "2026-01-02 03:04:05,250 INFO started\n[2026-01-02T03:04:06Z] next\n  at frame\n");
  const std::string objects = write("app.jsonl", "{\"level\":\"info\",\"event\":{\"at\":1700000000123}}\n");
  Json got = import({lines, objects});
  EXPECT_EQ(got["records"]["stored"].as_uint(), 0u);
  EXPECT_THAT(got["skipped"].dump(), HasSubstr("lines of text that begin with a time"));
  got = import({lines, "--as", "myapp"});
  EXPECT_EQ(got["records"]["stored"].as_uint(), 3u);
  got = import({objects, "--as", "other", "--time-field", "event.at:ms"});
  EXPECT_EQ(got["records"]["stored"].as_uint(), 1u);
  const std::string sql = "SELECT log_type, _time, message FROM generic_logs ORDER BY log_type, _time";
  const std::string before = rows(sql);
  EXPECT_EQ(before,
            "myapp,2026-01-02T03:04:05.250000Z,\"2026-01-02 03:04:05,250 INFO started\"\n"
            "myapp,2026-01-02T03:04:06Z,[2026-01-02T03:04:06Z] next\n"
            "myapp,,  at frame\n"
            "other,2023-11-14T22:13:20.123000Z,\"{\"\"level\"\":\"\"info\"\",\"\"event\"\":{\"\"at\"\":1700000000123}}\"\n");
  EXPECT_EQ(run({"case", "rebuild"}).code, 0);
  EXPECT_EQ(rows(sql), before);
  EXPECT_EQ(run({"import", lines, "--as", "vpcflow"}).code, 2);
  EXPECT_EQ(run({"import", lines, "--time-field", "2"}).code, 2);
}

}  // namespace
}  // namespace backtrail::cli
