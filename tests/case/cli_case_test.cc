#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "case/cli_fixture.h"
#include "report/width.h"

namespace backtrail::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST_F(CliCase, ImportCountsWhatItReadAndWhatItDidNot) {
  const Json first = json({"import", path("logs")});
  EXPECT_EQ(first["schema"].as_string(), "backtrail.import/1");
  EXPECT_EQ(first["files"]["found"].as_uint(), 3U);
  EXPECT_EQ(first["files"]["imported"].as_uint(), 2U);
  EXPECT_EQ(first["records"]["read"].as_uint(), 4U);
  EXPECT_EQ(first["records"]["stored"].as_uint(), 3U);
  EXPECT_EQ(first["records"]["duplicates"].as_uint(), 1U);
  ASSERT_EQ(first["skipped"].as_array().size(), 1U);
  EXPECT_EQ(first["skipped"].as_array()[0]["reason"].as_string(), "not_a_log");
  EXPECT_EQ(first["time"]["first"].as_string(), "2026-01-31T08:01:00Z");
  const Json again = json({"import", path("logs")});
  EXPECT_EQ(again["records"]["stored"].as_uint(), 0U);
  EXPECT_EQ(again["files"]["already"].as_uint() + again["files"]["imported"].as_uint(), 3U);
}

TEST_F(CliCase, SummaryCutsAPrincipalLongerThanAny) {
  std::string long_one = record(4, "ListRoles", "null");
  const std::string arn = "user/bert";
  long_one.replace(long_one.find(arn), arn.size(), "user/" + std::string(20'000, 'x'));
  write("logs/long.json", "[" + long_one + "]");
  ASSERT_EQ(run({"investigate", path("logs")}).code, 0);
  const auto text = run({"summary"});
  EXPECT_LT(text.out.size(), 5'000U);
  EXPECT_THAT(text.out, HasSubstr("… (20,031 bytes; --output json has all)"));
  EXPECT_THAT(run({"summary", "--output", "json"}).out, HasSubstr(std::string(20'000, 'x')));
}

TEST_F(CliCase, ADamagedFileExitsWithFour) {
  write("logs/cut.json", "{\"Records\":[" + record(4, "ListRoles", "null") +
                             ",{\"eventVersion\":\"1.08\",\"eventNa");
  const Json got = json({"import", path("logs")}, 4);
  EXPECT_EQ(got["records"]["stored"].as_uint(), 4U);
}

TEST_F(CliCase, InvestigateFitsAScreenAndWritesTheReport) {
  terminal_.columns = 80;
  terminal_.lines = 24;
  const auto got = run({"investigate", path("logs"), "--fail-on", "high"});
  EXPECT_EQ(got.code, 3) << got.err;
  const auto shown = split(got.out, '\n');
  EXPECT_LE(shown.size(), 24U) << got.out;
  for (const std::string_view line : shown) EXPECT_LE(report::display_width(line), 80U) << line;
  EXPECT_THAT(got.out, HasSubstr("FINDINGS"));
  EXPECT_THAT(got.out, HasSubstr("user/bert"));
  EXPECT_THAT(got.out, HasSubstr("198.51.100.7"));
  EXPECT_EQ(got.out.find('\x1b'), std::string::npos);
  const auto page = read_file(path("case/reports/report.html"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->find("hunter2-secret"), std::string::npos);
  EXPECT_EQ(page->find("2.15.0 <b>"), std::string::npos);
  EXPECT_THAT(*page, HasSubstr("&lt;b&gt;"));
  EXPECT_EQ(run({"report", "--out", path("again.html")}).code, 0);
  EXPECT_EQ(read_file(path("again.html")).value_or(""), *page);
}

TEST_F(CliCase, JsonHasThePromisedMembers) {
  ASSERT_EQ(run({"investigate", path("logs")}).code, 0);
  const auto hits = lines({"detect"});
  ASSERT_FALSE(hits.empty());
  for (const char* key : {"schema", "rule_id", "rule_title", "level", "time", "event_ids",
                          "principal", "source_ip", "techniques"})
    EXPECT_NE(hits[0].find(key), nullptr) << key;
  const auto findings = lines({"findings"});
  ASSERT_FALSE(findings.empty());
  for (const char* key : {"schema", "id", "title", "severity", "techniques", "count", "first",
                          "last", "principals", "source_ips", "event_ids", "rule_ids", "state"})
    EXPECT_NE(findings[0].find(key), nullptr) << key;
  EXPECT_EQ(findings[0]["principals"].as_array()[0].as_string(),
            "arn:aws:iam::111122223333:user/bert");
  const auto events = lines({"timeline"});
  ASSERT_EQ(events.size(), 3U);
  for (const char* key : {"schema", "uid", "time", "source", "account", "principal", "action",
                          "outcome", "source_ip", "techniques", "event_id"})
    EXPECT_NE(events[0].find(key), nullptr) << key;
  EXPECT_EQ(events[0]["time"].as_string(), "2026-01-31T08:01:00Z");
  const Json summary = json({"summary"});
  EXPECT_EQ(summary["read"]["events"].as_uint(), 3U);
  const auto verify = terminal_.run({"case", "verify", path("case"), "--output", "json"});
  EXPECT_EQ(verify.code, 0) << verify.out;
  for (const char* key : {"schema", "ok", "items", "key", "head", "problems"})
    EXPECT_NE(Json::parse(verify.out).value_or(Json()).find(key), nullptr) << key;
}

TEST_F(CliCase, VerifyExitsWithSixOnAlteredEvidence) {
  ASSERT_EQ(run({"import", path("logs")}).code, 0);
  for (const auto& entry : fs::recursive_directory_iterator(path("case/evidence")))
    if (entry.is_regular_file() && entry.path().filename() == "a.json") {
      fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::add);
      std::fstream(entry.path(), std::ios::in | std::ios::out) << "[";
    }
  EXPECT_EQ(terminal_.run({"case", "verify", path("case")}).code, 6);
}

TEST_F(CliCase, QueryAnswersInEveryFormAndMasks) {
  ASSERT_EQ(run({"import", path("logs")}).code, 0);
  const std::string sql =
      "SELECT eventname, requestparameters FROM cloudtrail_logs ORDER BY eventtime";
  const Json got = json({"query", sql});
  EXPECT_EQ(got["columns"].as_array()[0]["name"].as_string(), "eventname");
  EXPECT_EQ(got["rows"].as_array().size(), 3U);
  EXPECT_FALSE(got["truncated"].as_bool());
  EXPECT_EQ(got.dump().find("hunter2"), std::string::npos);
  EXPECT_NE(json({"query", sql, "--unmasked"}).dump().find("hunter2"), std::string::npos);
  const Json cut = json({"query", sql, "--limit", "2"});
  EXPECT_EQ(cut["rows"].as_array().size(), 2U);
  EXPECT_TRUE(cut["truncated"].as_bool());
  for (const char* format : {"table", "csv", "markdown", "jsonl"}) {
    const auto text = run({"query", sql, "--output", format});
    EXPECT_EQ(text.code, 0) << text.err;
    EXPECT_THAT(text.out, HasSubstr("StopLogging"));
    EXPECT_EQ(text.out.find("hunter2"), std::string::npos) << format;
  }
  const auto parquet = run({"query", sql, "--output", "parquet", "--out", path("x.parquet")});
  EXPECT_EQ(parquet.code, 0) << parquet.err;
  EXPECT_EQ(read_file(path("x.parquet")).value_or("").substr(0, 4), "PAR1");
  EXPECT_FALSE(fs::exists(path("x.parquet.part")));
  EXPECT_EQ(run({"query", "SELECT nonsense FROM cloudtrail_logs"}).code, 1);
}

TEST_F(CliCase, EveryOptionThatIsGivenIsRead) {
  ASSERT_EQ(
      run({"investigate", path("logs"), "--in-place", "--threads", "1", "--no-progress", "--quiet"})
          .code,
      0);
  const auto got = run({"findings", "--severity", "critical", "--state", "new", "--limit", "1",
                        "--rule", "cloudtrail_stopped_or_deleted"});
  EXPECT_EQ(got.code, 0) << got.err;
  const auto stopped = lines({"findings", "--rule", "cloudtrail_stopped_or_deleted"});
  ASSERT_EQ(stopped.size(), 1U);
  EXPECT_EQ(lines({"findings", "--rule", stopped[0]["rule_ids"].as_array()[0].as_string()}).size(),
            1U);
  EXPECT_EQ(lines({"findings", "--rule", "secrets_swept"}).size(), 0U);
  EXPECT_EQ(lines({"findings", "--rule", "conflicting_copies"}).size(), 0U);
  const auto unknown = run({"findings", "--rule", "secret_swept"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("Did you mean 'secrets_swept'?"));
  EXPECT_EQ(lines({"timeline", "--action", "StopLogging"}).size(), 1U);
  const std::string id = stopped[0]["id"].as_string();
  EXPECT_EQ(lines({"timeline", "--finding", id}).size(), 1U);
  const auto no_finding = run({"timeline", "--finding", "f-0000000000000000"});
  EXPECT_EQ(no_finding.code, 1);
  EXPECT_THAT(no_finding.err, HasSubstr("no finding 'f-0000000000000000'"));
  const auto no_rules = terminal_.run(
      {"investigate", path("logs"), "--no-builtin-rules", "--case", path("no-rules")});
  EXPECT_EQ(no_rules.code, 2);
  EXPECT_FALSE(fs::exists(path("no-rules")));
  EXPECT_EQ(lines({"timeline", "--to", "2026-01-31T08:02:00Z"}).size(), 1U);
  EXPECT_EQ(lines({"timeline", "--limit", "2"}).size(), 2U);
}

TEST_F(CliCase, InterruptedWorkExitsWith130) {
  terminal_.stop.request_stop();
  const auto got = run({"import", path("logs")});
  EXPECT_EQ(got.code, 130) << got.err;
  EXPECT_THAT(got.err, HasSubstr("interrupted"));
}

TEST_F(CliCase, EventLeadsToTheBytesOfItsRecord) {
  ASSERT_EQ(run({"import", path("logs")}).code, 0);
  const std::string id = "00000000-0000-4000-8000-000000000002";
  const Json first =
      json({"event", "00000000-0000-4000-8000-000000000001"})["events"].as_array()[0];
  ASSERT_EQ(first["places"].as_array().size(), 2u) << first.dump();  // the second delivery too
  const Json event = json({"event", id})["events"].as_array()[0];
  const Json& place = event["places"].as_array()[0];
  EXPECT_EQ(place["record"].as_uint(), 1u);
  EXPECT_TRUE(place["unchanged"].as_bool());
  const auto logs = read_file(path("logs/a.json"));
  ASSERT_TRUE(logs);
  EXPECT_EQ(place["sha256"].as_string(), sha256_hex(*logs));
  const auto raw = run({"event", id, "--raw"});
  ASSERT_FALSE(raw.out.empty());
  EXPECT_EQ(logs->compare(place["byte"].as_uint(), raw.out.size() - 1,
                          raw.out.substr(0, raw.out.size() - 1)),
            0)
      << raw.out;
  EXPECT_NE(raw.out.find("hunter2-secret"), std::string::npos);
  const auto text = run({"event", id});
  EXPECT_EQ(text.out.find("hunter2-secret"), std::string::npos);
  EXPECT_EQ(text.out.find('\x1b'), std::string::npos);
  EXPECT_NE(run({"event", id, "--unmasked"}).out.find("hunter2-secret"), std::string::npos);
  EXPECT_EQ(run({"event", "no-such-event"}).code, 1);
  const auto many = run({"event", "00000000-0000"});
  EXPECT_EQ(many.code, 1);
  EXPECT_NE(many.err.find("event.ambiguous"), std::string::npos) << many.err;

  const fs::path stored = fs::path(path("case")) / place["stored"].as_string();
  fs::permissions(stored, fs::perms::owner_all);
  std::ofstream(stored, std::ios::app) << " ";
  const auto altered = run({"event", id});
  EXPECT_EQ(altered.code, 6);
  EXPECT_NE(altered.out.find("the file has it no more"), std::string::npos) << altered.out;
}

TEST_F(CliCase, ExplainSaysWhyConditionByCondition) {
  ASSERT_EQ(run({"import", path("logs")}).code, 0);
  write("rule.yml",
        "title: Logging stopped\nid: 7a1d2f6e-3b0c-4a53-9d5f-0c1b2a3d4e5f\nlevel: high\nlogsource: "
        "{product: aws, service: cloudtrail}\n"
        "detection:\n  sel:\n    eventName: StopLogging\n    requestParameters.nmae|contains: "
        "trail\n  condition: sel\n");
  const Json whole = json(
      {"rules", "explain", "7a1d2f6e-3b0c-4a53-9d5f-0c1b2a3d4e5f", "--rules", path("rule.yml")});
  EXPECT_FALSE(whole["fires"].as_bool());
  ASSERT_EQ(whole["unseen_fields"].as_array().size(), 1U) << whole.dump();
  EXPECT_EQ(whole["unseen_fields"].as_array()[0]["field"].as_string(), "requestParameters.nmae");
  const auto text = run({"rules", "explain", "7a1d2f6e-3b0c-4a53-9d5f-0c1b2a3d4e5f", "--rules",
                         path("rule.yml"), "--event", "00000000-0000-4000-8000-000000000003"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("It does not fire"));
  EXPECT_THAT(text.out, HasSubstr("+ eventName: StopLogging"));
  EXPECT_THAT(text.out, HasSubstr("no such field"));
}

}  // namespace

}  // namespace backtrail::cli
