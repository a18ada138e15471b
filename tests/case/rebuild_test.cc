// `case rebuild`: evidence and ledger make every table and every command's output again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/json.h"
#include "base/test_data.h"
#include "base/text.h"
#include "case/cli_testing.h"
#include "casefile/detail/document.h"
#include "casefile/detail/open.h"
#include "sample/sample.h"
#include "support/case_dump.h"

namespace backtrail::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

std::string rule(int n, const std::string& selection, const std::string& more = "",
                 const std::string& service = "cloudtrail") {
  return "title: Rule " + std::to_string(n) + "\nid: 7d9e2f10-0000-4000-8000-00000000000" +
         std::to_string(n) + "\nname: rule_" + std::to_string(n) +
         "\nlogsource: {product: aws, service: " + service + "}\ndetection:\n  s: " + selection +
         "\n  condition: s\nlevel: medium\ntags: [attack.discovery, attack.t1087]\n" + more;
}

class Rebuild : public ::testing::Test {
 protected:
  void SetUp() override { ::setenv("XDG_DATA_HOME", path("data").c_str(), 1); }
  std::string path(const std::string& name) const { return (home_.path() / name).string(); }
  std::string write(const std::string& name, const std::string& text) {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  Terminal::Outcome run(std::vector<std::string> line, const std::set<int>& codes = {0}) {
    line.insert(line.end(), {"--case", path("case"), "--threads", "2"});
    const auto got = terminal_.run(line);
    EXPECT_TRUE(codes.contains(got.code)) << join(line, " ") << ": " << got.code << "\n" << got.err;
    return got;
  }
  /// Every table, and what every command that reads the case prints.
  std::map<std::string, std::string> state() {
    std::map<std::string, std::string> out;
    {
      auto store = store::open(path("case/store.duckdb"), {.access = store::Access::read_only});
      EXPECT_TRUE(store) << store.error().message;
      if (!store) return out;
      out = testing::dump_tables(**store);
    }
    for (const std::vector<std::string>& line : std::vector<std::vector<std::string>>{
             {"findings"},
             {"findings", "--output", "jsonl"},
             {"findings", "--state", "benign"},
             {"findings", "--output", "json"},
             {"timeline"},
             {"timeline", "--output", "jsonl"},
             {"timeline", "--findings"},
             {"summary"},
             {"summary", "--output", "json"},
             {"rules", "coverage"},
             {"rules", "coverage", "--output", "json"},
             {"case", "show"},
             {"case", "show", "--output", "json"},
             {"query", "SELECT * FROM events ORDER BY uid", "--output", "csv"},
             {"report", "--out", path("report.html")}}) {
      // what a command may not know is not compared, but must be refused alike
      const auto got = terminal_.run([&] {
        auto full = line;
        full.insert(full.end(), {"--case", path("case")});
        return full;
      }());
      out["backtrail " + join(line, " ")] = std::to_string(got.code) + "\n" + got.out;
    }
    out["report.html"] = read_file(path("report.html")).value_or("");
    return out;
  }
  std::string id_of_finding(std::size_t n) {
    const auto got = run({"findings", "--output", "jsonl"});
    const auto lines = split(got.out, '\n');
    EXPECT_GT(lines.size(), n);
    return Json::parse(lines[n])->operator[]("id").as_string();
  }
  void expect_rebuilt(const std::map<std::string, std::string>& want, const std::string& what) {
    run({"case", "rebuild"}, {0, 4});
    testing::expect_equal_tables(state(), want, what);
  }
  /// Rebuilds the whole case, then with the database gone, cut, and made of other bytes.
  void expect_rebuilds() {
    const auto want = state();
    for (const auto& [name, text] : want)
      EXPECT_TRUE(!name.starts_with("backtrail ") || text.starts_with("0\n"))
          << name << ": " << text;
    expect_rebuilt(want, "whole database");
    fs::remove(path("case/store.duckdb"));
    run({"findings"}, {1, 5, 6});
    expect_rebuilt(want, "no database");
    fs::resize_file(path("case/store.duckdb"), fs::file_size(path("case/store.duckdb")) / 2);
    expect_rebuilt(want, "half a database");
    std::ofstream(path("case/store.duckdb"), std::ios::trunc) << "no database at all";
    std::ofstream(path("case/store.duckdb.wal")) << "nor a log";
    expect_rebuilt(want, "nonsense");
    EXPECT_EQ(terminal_.run({"case", "verify", path("case")}).code, 0);
  }

  TemporaryDirectory home_ = *TemporaryDirectory::create("rebuild");
  Terminal terminal_;
};

TEST_F(Rebuild, GivesTheSameTablesAndOutputs) {
  const auto made = sample::write_sample(home_.path() / "sample", {.days = 10, .scale = 1});
  ASSERT_TRUE(made);
  std::vector<std::string> accounts;
  for (const auto& entry : fs::recursive_directory_iterator(made->logs))
    if (entry.is_directory() && entry.path().filename() == "CloudTrail")
      accounts.push_back(entry.path().string());
  std::sort(accounts.begin(), accounts.end());
  ASSERT_GE(accounts.size(), 2u);
  // the same events once more, one of them forged
  write(
      "forged/a.json",
      R"([{"eventVersion":"1.08","eventTime":"2026-01-01T00:00:00Z","eventSource":"iam.amazonaws.com",)"
      R"("eventName":"ListUsers","eventID":"f","recipientAccountId":"111122223333"},)"
      R"({"eventVersion":"1.08","eventTime":"2026-01-01T00:00:00Z","eventSource":"iam.amazonaws.com",)"
      R"("eventName":"CreateUser","eventID":"f","recipientAccountId":"111122223333"}, 7])");
  const std::string one = write("rules/one.yml", rule(1, "{eventName|startswith: List}"));
  const std::string two =
      write("rules/two.yml",
            rule(2, "{eventName|startswith: Describe}") +
                "---\ntitle: Many\nid: 7d9e2f10-0000-4000-8000-000000000009\ncorrelation:\n  type: "
                "event_count\n  "
                "rules: [rule_2]\n  group-by: [userIdentity.arn]\n  timespan: 1h\n  condition: "
                "{gte: 5}\nlevel: low\n");

  run({"import", accounts[0]});
  run({"detect", "--rules", one});
  run({"finding", "set", id_of_finding(0), "--state", "true", "--note", "key was leaked", "--by",
       "ann"});
  run({"finding", "set", id_of_finding(1), "--state", "benign", "--note", "the scanner", "--by",
       "bert"});
  run({"case", "set", "--account", "111122223333", "--network", "203.0.113.0/24", "--account-name",
       "111122223333=prod"});
  run({"import", accounts[1], "--no-rules"});
  run({"detect"});
  run({"detect", "--rules", two});
  run({"detect", "--prune"});  // rules one and two are gone
  run({"detect"});             // the same rules: replaces the run that pruned
  run({"detect", "--rules", one, two, "--no-builtin-rules"});
  run({"finding", "set", id_of_finding(0), "--state", "later", "--by", "ann"});
  run({"import", path("forged")}, {4});
  if (accounts.size() > 2) run({"import", accounts[2], "--in-place"});
  expect_rebuilds();

  run({"detect"});
  expect_rebuilt(state(), "detected after the last import");
}

TEST_F(Rebuild, GivesTheSameTablesAndOutputsOnRealLogs) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const std::string one = write("rules/one.yml", rule(1, "{eventName|contains: Key}"));
  run({"import", (data / "cloudtrail" / "invictus-a").string()}, {0, 4});
  run({"detect", "--rules", one}, {0, 4});
  run({"finding", "set", id_of_finding(0), "--state", "benign", "--by", "ann"});
  run({"import", (data / "cloudtrail" / "traildiscover-a").string()}, {0, 4});
  run({"detect", "--prune"}, {0, 4});
  expect_rebuilt(state(), "real logs");
}

/// A log of flows to port 22, a finding of GuardDuty, and what IAM says of a key.
void write_other_logs(const std::string& folder, int n) {
  fs::create_directories(folder);
  const std::string digit = std::to_string(n);
  std::ofstream(folder + "/flows.log") << "2 111122223333 eni-" << digit
                                       << " 203.0.113.7 10.0.0.1 5000 22 6 1 60 1770000000 1770000050 REJECT OK\n";
  std::ofstream(folder + "/guardduty.jsonl")
      << R"({"schemaVersion":"2.0","accountId":"111122223333","region":"eu-west-1","id":"f)" << digit
      << R"(","arn":"arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f)" << digit
      << R"(","type":"Recon:EC2/Portscan","severity":5,"title":"scan )" << digit
      << R"(","resource":{"resourceType":"Instance"},"service":{"action":{}},"createdAt":"2026-01-01T00:00:00Z",)"
      << R"("updatedAt":"2026-01-02T00:00:00Z"})" << "\n";
  std::ofstream(folder + "/key.json") << R"({"UserName":"bob)" << digit
                                      << R"(","AccessKeyLastUsed":{"Region":"us-east-1","ServiceName":"iam",)"
                                      << R"("LastUsedDate":"2023-07-10T11:42:00Z"}})";
}

TEST_F(Rebuild, GivesTheSameOfLogsOtherThanCloudTrail) {
  const std::string flows = write("rules/one.yml", rule(1, "{dstport: 22}", "", "vpcflow"));
  const std::string keys = write("rules/two.yml", rule(2, "{UserName|startswith: bob}", "", "iam_access_key_last_used"));
  write_other_logs(path("a"), 1);
  write_other_logs(path("b"), 2);
  const auto hits = [&] { return run({"query", "SELECT rule_id, count(*) FROM hits GROUP BY 1 ORDER BY 1", "--output", "csv"}).out; };
  run({"import", path("a")});
  run({"detect", "--rules", flows, keys});
  run({"import", path("b")});
  const std::string before = hits();
  EXPECT_THAT(before, HasSubstr("01,1\r\n"));
  EXPECT_THAT(before, HasSubstr("02,1\r\n"));
  EXPECT_THAT(run({"findings"}).out, HasSubstr("scan 1"));
  EXPECT_THAT(run({"findings"}).out, Not(HasSubstr("scan 2"))) << "not before the next detection";
  expect_rebuilt(state(), "imported after the detection");
  run({"detect", "--rules", flows, keys});
  EXPECT_THAT(hits(), HasSubstr("02,2\r\n"));
  EXPECT_THAT(run({"findings"}).out, HasSubstr("scan 2"));
  expect_rebuilt(state(), "detected again");
  run({"detect", "--prune"});
  EXPECT_THAT(hits(), Not(HasSubstr("7d9e2f10"))) << "the rules are gone, and so are their hits";
  expect_rebuilt(state(), "pruned");
  write_other_logs(path("c"), 3);
  run({"import", path("c")});
  expect_rebuilt(state(), "imported after the pruning");
}

TEST_F(Rebuild, ANewerCaseIsRefusedAndSaysWhy) {
  run({"import", write("a.json", R"([{"eventName":"X","eventID":"1","eventSource":"a"}])")});
  static const casefile::Migration kStep{.from = 1,
                                         .apply = [](Json document) { return document; }};
  ASSERT_TRUE(casefile::open_with(path("case"), {.mode = casefile::Mode::write}, {&kStep, 1}, 2));
  const std::string before = read_file(path("case/ledger.jsonl")).value();
  for (const std::vector<std::string>& line : std::vector<std::vector<std::string>>{
           {"findings"}, {"import", path("a.json")}, {"case", "rebuild"}, {"case", "show"}}) {
    const auto got = run(line, {1});
    EXPECT_THAT(got.err, HasSubstr("format version 2")) << join(line, " ");
    EXPECT_THAT(got.err, HasSubstr("newer backtrail")) << join(line, " ");
  }
  EXPECT_EQ(read_file(path("case/ledger.jsonl")).value(), before);
  EXPECT_EQ(terminal_.run({"case", "verify", path("case")}).code, 0)
      << "verifying needs no understanding";
}

TEST_F(Rebuild, TablesOfAnotherVersionAreRefusedOrMadeAgain) {
  run({"import", write("a.json", R"([{"eventName":"X","eventID":"1","eventSource":"a"}])")});
  const auto want = state();
  const auto set_version = [&](const std::string& version) {
    auto store = store::open(path("case/store.duckdb"), {.access = store::Access::read_write});
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE((*store)->execute("UPDATE meta SET value = '" + version +
                                  "' WHERE key = 'schema_version'"));
  };
  set_version(std::to_string(store::kSchemaVersion + 1));
  for (const char* command : {"findings", "detect"})
    EXPECT_THAT(run({command}, {1}).err, HasSubstr("newer backtrail")) << command;
  expect_rebuilt(want, "newer tables");
  set_version("0");
  for (const char* command : {"findings", "detect"})
    EXPECT_THAT(run({command}, {1}).err, HasSubstr("backtrail case rebuild")) << command;
  expect_rebuilt(want, "older tables");
}

}  // namespace
}  // namespace backtrail::cli
