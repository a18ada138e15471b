// A file that is imported again with other words on how to read it, and equal files that are read differently.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "ingest/ingest.h"
#include "support/case_dump.h"

namespace backtrail {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kFlow =
    "2 111122223333 eni-0a 10.0.0.1 10.0.0.2 49761 22 6 20 4249 1418530010 1418530070 ACCEPT OK\n";
constexpr const char* kOther = "worker 17 took 1418530010 from the queue\n";
constexpr const char* kCall =
    R"({"eventVersion":"1.08","eventTime":"2023-07-10T11:42:31Z","eventSource":"iam.amazonaws.com",)"
    R"("eventName":"ListUsers","awsRegion":"us-east-1","recipientAccountId":"111122223333","eventID":"e1"})" "\n";
constexpr const char* kRule = R"(title: Remote access
id: 0a1b2c3d-0000-4000-8000-000000000003
logsource: {product: aws, service: vpcflow}
detection:
  s: {dstport: 22}
  condition: s
level: low
)";

class ReadAgain : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("XDG_DATA_HOME", (root() / "home").c_str(), 1);
    kase_ = casefile::create(root() / "case", {}, {.mode = casefile::Mode::write}).value();
    rules_ = sigma::load({{"rule.yml", kRule}}).rules;
  }
  fs::path root() const { return directory_.path(); }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(root() / name, std::ios::binary) << text;
    return (root() / name).string();
  }
  ingest::Summary import(const std::vector<std::string>& paths, const sources::ReadOptions& read = {}) {
    Progress progress;
    auto s = ingest::import(*kase_, paths, {.threads = 2, .rules = rules_, .read = read}, progress, {});
    EXPECT_TRUE(s) << s.error().message;
    if (!s) return {};
    EXPECT_EQ(s->records.read, s->records.stored + s->records.duplicates + s->records.rejected);
    EXPECT_EQ(s->files.found, s->files.imported + s->files.already + s->files.skipped);
    return *s;
  }
  std::string rows(const std::string& sql) {
    const auto t = store::fetch((*kase_->store())->engine(), {.sql = sql});
    if (!t) {
      ADD_FAILURE() << t.error().message;
      return {};
    }
    std::string out;
    for (const auto& row : t->rows) {
      for (const auto& cell : row) out += store::to_text(cell) + "|";
      out += "\n";
    }
    return out;
  }
  std::size_t imports() {
    const auto entries = kase_->entries();
    return static_cast<std::size_t>(
        std::count_if(entries->begin(), entries->end(), [](const auto& e) { return e.type == "import"; }));
  }
  /// The tables are those that evidence and ledger give.
  void expect_rebuilds_alike() {
    const auto tables = [&] {
      auto out = testing::dump_tables(**kase_->store());
      for (const char* not_derived : {"meta", "rules"}) out.erase(not_derived);
      return out;
    };
    const auto before = tables();
    ASSERT_TRUE(kase_->reset_store());
    Progress progress;
    ASSERT_TRUE(ingest::replay(*kase_, 2, progress, {}, [&](std::string_view) { return rules_; }));
    testing::expect_equal_tables(tables(), before, "rebuilt");
    EXPECT_EQ(rows("SELECT uid FROM duplicates WHERE uid NOT IN (SELECT uid FROM records)"), "") << "copies of nothing";
  }

  TemporaryDirectory directory_ = *TemporaryDirectory::create("read_again");
  std::unique_ptr<casefile::Case> kase_{};
  std::shared_ptr<const sigma::RuleSet> rules_{};
};

TEST_F(ReadAgain, WhatANameMakesReadableIsReadAndTheRestKeptOnce) {
  const std::string file = write("mixed.log", std::string(kOther) + kFlow + kFlow);
  EXPECT_EQ(import({file}).records.rejected, 1U);
  const std::string flows = rows("SELECT uid, _record, srcaddr FROM vpc_flow_logs ORDER BY _record");
  const auto s = import({file}, {.as = "worker"});
  EXPECT_THAT(s.skipped, IsEmpty());
  EXPECT_EQ(s.files.imported, 1U);
  EXPECT_EQ(s.files.already, 0U);
  EXPECT_EQ(s.records.rejected, 0U);
  EXPECT_EQ(rows("SELECT uid, _record, srcaddr FROM vpc_flow_logs ORDER BY _record"), flows);
  EXPECT_EQ(rows("SELECT log_type, _record FROM generic_logs"), "worker|0|\n");
  EXPECT_EQ(rows("SELECT count(*), count(DISTINCT uid) FROM hits"), "2|2|\n");
  EXPECT_EQ(rows("SELECT status, records_stored, records_rejected FROM evidence"), "complete|3|0|\n");
  expect_rebuilds_alike();
}

TEST_F(ReadAgain, ATimeFieldSaidLaterGivesTheTimes) {
  const std::string file = write("worker.log", std::string(kOther) + kOther);
  import({file}, {.as = "worker"});
  EXPECT_EQ(rows("SELECT count(*), count(_time) FROM generic_logs"), "2|0|\n");
  EXPECT_EQ(import({file}, {.as = "worker", .time_field = "4:s"}).records.stored, 2U);
  EXPECT_EQ(rows("SELECT count(*), count(_time) FROM generic_logs"), "2|2|\n");
  const std::size_t before = imports();
  const auto s = import({file}, {.as = "worker", .time_field = "4:s"});
  EXPECT_EQ(s.files.already, 1U);
  EXPECT_EQ(s.records.read, 0U);
  EXPECT_EQ(import({file}).files.already, 1U) << "an import that says nothing takes nothing back";
  EXPECT_EQ(imports(), before);
  expect_rebuilds_alike();
}

TEST_F(ReadAgain, AFormatSaidLaterTakesThePlaceOfTheOneAssumed) {
  const std::string file = write("flow.log", kFlow);
  import({file});
  const auto s = import({file}, {.flow_format = "version account-id interface-id dstaddr srcaddr dstport srcport protocol "
                                                "packets bytes start end action log-status"});
  EXPECT_EQ(s.records.stored, 1U);
  EXPECT_EQ(rows("SELECT srcaddr, srcport FROM vpc_flow_logs"), "10.0.0.2|22|\n");
  EXPECT_EQ(rows("SELECT count(*) FROM hits"), "0|\n");
  // What a later import leaves open stays as it was said.
  EXPECT_EQ(import({file}, {.as = "worker"}).files.already, 1U);
  EXPECT_EQ(rows("SELECT srcaddr FROM vpc_flow_logs"), "10.0.0.2|\n");
  expect_rebuilds_alike();
}

TEST_F(ReadAgain, CallsInTheFileStayWhereTheyAre) {
  const std::string file = write("calls.json", std::string(kCall) + "{\"job\":17}\n" + kCall);
  import({file});
  const std::string calls = rows("SELECT uid, _evidence, _record FROM cloudtrail_logs");
  const auto s = import({file}, {.as = "worker"});
  EXPECT_EQ(s.records.read, 3U);
  EXPECT_EQ(s.records.stored, 1U);
  EXPECT_EQ(s.records.duplicates, 2U);
  EXPECT_FALSE(s.incomplete());
  EXPECT_EQ(rows("SELECT uid, _evidence, _record FROM cloudtrail_logs"), calls);
  EXPECT_EQ(rows("SELECT _evidence, _record FROM duplicates"), "1|2|\n");
  EXPECT_EQ(rows("SELECT _record FROM generic_logs"), "1|\n");
  expect_rebuilds_alike();
}

TEST_F(ReadAgain, WhereCallsWouldMoveNothingIsDoneAndToldWithARemedy) {
  std::string call(kCall);
  call.insert(1, "\n");  // over several lines: no line of it is a record
  const std::string file = write("console.txt", std::string(kOther) + call + kOther);
  import({file});
  const auto before = testing::dump_tables(**kase_->store());
  ASSERT_EQ(rows("SELECT count(*) FROM cloudtrail_logs"), "1|\n");
  const auto s = import({file}, {.as = "worker"});
  ASSERT_THAT(s.skipped, SizeIs(1));
  EXPECT_EQ(s.skipped[0].reason, "read_before");
  EXPECT_EQ(s.skipped[0].path, file);
  EXPECT_THAT(s.skipped[0].detail, HasSubstr("--case"));
  EXPECT_TRUE(s.incomplete());
  EXPECT_EQ(s.files.already, 1U);
  testing::expect_equal_tables(testing::dump_tables(**kase_->store()), before, "as before");
}

TEST_F(ReadAgain, OptionsThatBearOnNothingInTheFileChangeNothing) {
  fs::create_directory(root() / "in");
  write("in/flow.log", kFlow);
  write("in/calls.json", kCall);
  write("in/worker.log", kOther);
  EXPECT_EQ(import({(root() / "in").string()}).files.not_a_log, 1U);
  const auto s = import({(root() / "in").string()}, {.as = "worker"});
  EXPECT_EQ(s.files.already, 2U);
  EXPECT_EQ(s.files.imported, 1U);
  EXPECT_THAT(s.skipped, IsEmpty());
  EXPECT_EQ(rows("SELECT count(*) FROM generic_logs"), "1|\n");
}

TEST_F(ReadAgain, EqualFilesAreReadAnewTogether) {
  const std::string a = write("a.log", std::string(kOther) + kFlow), b = write("b.log", std::string(kOther) + kFlow);
  EXPECT_EQ(import({a, b}).records.duplicates, 1U);
  const auto s = import({b}, {.as = "worker"});
  EXPECT_EQ(s.records.stored, 2U);
  EXPECT_EQ(s.records.duplicates, 2U);
  EXPECT_EQ(rows("SELECT _evidence FROM vpc_flow_logs UNION ALL SELECT _evidence FROM generic_logs"), "1|\n1|\n");
  EXPECT_EQ(rows("SELECT _evidence, _record FROM duplicates ORDER BY ALL"), "2|0|\n2|1|\n");
  expect_rebuilds_alike();
}

TEST_F(ReadAgain, EqualFilesReadDifferentlyAreNoCopies) {
  const std::string text = std::string(kOther) + kFlow;
  import({write("a.log", text)});
  const auto s = import({write("b.log", text)}, {.as = "worker"});
  EXPECT_EQ(s.records.stored, 1U) << "the line that has a name now";
  EXPECT_EQ(s.records.duplicates, 1U) << "the flow, on which the name does not bear";
  const auto named = import({write("c.log", text)}, {.as = "porter"});
  EXPECT_EQ(named.records.stored, 1U);
  EXPECT_EQ(named.records.duplicates, 1U);
  EXPECT_EQ(rows("SELECT log_type, _evidence FROM generic_logs ORDER BY ALL"), "porter|3|\nworker|2|\n");
  EXPECT_EQ(rows("SELECT count(DISTINCT uid) FROM generic_logs"), "2|\n");
  const auto turned = import({write("d.log", text)},
                             {.flow_format = "version account-id interface-id dstaddr srcaddr dstport srcport protocol "
                                             "packets bytes start end action log-status"});
  EXPECT_EQ(turned.records.stored, 1U);
  EXPECT_EQ(rows("SELECT srcaddr, _evidence FROM vpc_flow_logs ORDER BY 2"), "10.0.0.1|1|\n10.0.0.2|4|\n");
  EXPECT_EQ(rows("SELECT count(DISTINCT uid) FROM vpc_flow_logs"), "2|\n");
  expect_rebuilds_alike();
}

TEST_F(ReadAgain, AFileThatCouldNotBeReadIsReadWhenItIsNamedAgain) {
  const std::string file = write("both.json", std::string(kCall) + R"({"interface_id":"eni-0a","srcaddr":"10.0.0.1",)"
      R"("dstaddr":"10.0.0.2","action":"ACCEPT","start":1418530010})" "\n");
  import({file});
  const auto whole = testing::dump_tables(**kase_->store());
  // As an import leaves it from which the file was taken before its flows were read.
  ASSERT_TRUE((*kase_->store())->execute("DELETE FROM vpc_flow_logs; UPDATE evidence SET status = 'damaged', "
                                         "problems = '[{\"member\":\"\",\"reason\":\"unreadable\"}]'"));
  const auto s = import({file});
  EXPECT_EQ(s.records.stored, 1U);
  EXPECT_EQ(s.records.duplicates, 1U);
  testing::expect_equal_tables(testing::dump_tables(**kase_->store()), whole, "read anew");
}

std::string gzip(const std::string& text) {
  std::string out(compressBound(static_cast<uLong>(text.size())) + 32, '\0');
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

TEST_F(ReadAgain, WhatACapCutOffIsReadWhenMoreIsAllowed) {
  const std::string nested = write("nested.gz", gzip(gzip(kFlow)));
  // A call, a flow and 100 MB of the same byte: cut where the ratio is noticed, after both were read.
  const auto flow = [](const std::string& from) {
    return R"({"interface_id":"eni-0a","srcaddr":")" + from +
           R"(","dstaddr":"10.0.0.9","action":"ACCEPT","start":1418530010})" "\n";
  };
  const std::string bomb =
      write("bomb.gz", gzip(kCall + flow("10.0.0.2") + std::string(100'000'000, '\n') + flow("10.0.0.3")));
  const auto first = import({nested, bomb}, {.caps = {.ratio = 100, .layers = 1}});
  EXPECT_EQ(first.records.stored, 2U);
  EXPECT_THAT(rows("SELECT problems FROM evidence ORDER BY id"), HasSubstr("nested_too_deep"));
  EXPECT_THAT(rows("SELECT problems FROM evidence ORDER BY id"), HasSubstr("bomb"));
  expect_rebuilds_alike();
  const auto second = import({nested, bomb}, {.caps = {.ratio = 1030, .layers = 2}});
  EXPECT_EQ(second.records.stored, 3U) << "the call is there already";
  EXPECT_EQ(second.records.duplicates, 1U);
  EXPECT_THAT(second.skipped, IsEmpty());
  EXPECT_EQ(rows("SELECT srcaddr FROM vpc_flow_logs ORDER BY 1"), "10.0.0.1|\n10.0.0.2|\n10.0.0.3|\n");
  EXPECT_EQ(rows("SELECT DISTINCT status FROM evidence"), "complete|\n");
  expect_rebuilds_alike();
}

TEST_F(ReadAgain, CopiesOfAFileThatACapCutOffAreReadAsFarAsIt) {
  const std::string text = kFlow + std::string(100'000'000, '\n') + kFlow + kFlow;
  const std::string first = write("first.gz", gzip(text)), second = write("second.gz", gzip(text));
  EXPECT_EQ(import({first}, {.caps = {.ratio = 100}}).records.stored, 1U);
  const auto s = import({second});
  EXPECT_EQ(s.records.read, 1U);
  EXPECT_EQ(s.records.duplicates, 1U);
  ASSERT_THAT(s.skipped, SizeIs(1)) << "what lies behind the cap is told";
  EXPECT_EQ(s.skipped[0].reason, "bomb");
  expect_rebuilds_alike();
  const std::string third = write("third.gz", gzip(text));
  const auto more = import({third}, {.caps = {.ratio = 1030}});
  EXPECT_EQ(more.records.stored, 3U);
  EXPECT_EQ(rows("SELECT count(*), count(DISTINCT uid) FROM vpc_flow_logs"), "3|3|\n");
  EXPECT_EQ(rows("SELECT DISTINCT status FROM evidence"), "complete|\n");
  expect_rebuilds_alike();
}

TEST_F(ReadAgain, RowsThatStayWereMatchedByTheRulesOfThen) {
  const auto rules = std::exchange(rules_, nullptr);
  const std::string file = write("mixed.jsonl", std::string(kCall) + "{\"worker\":17}\n");
  import({file});
  rules_ = rules;
  EXPECT_EQ(import({file}, {.as = "app"}).records.stored, 1U);
  EXPECT_EQ(rows("SELECT value FROM meta WHERE key = 'hits_rules_hash'"), "|\n") << "the call was never matched";
}

TEST_F(ReadAgain, FilesThatNobodyNamedAreReadAsWasSaidOfThem) {
  const std::string left = write("left.log", kOther), named = write("named.log", std::string("other ") + kOther);
  Progress progress;
  ASSERT_TRUE(kase_->add_evidence({left}, {}, progress, {}));  // as an import leaves it that was killed
  import({named}, {.as = "app"});
  EXPECT_EQ(rows("SELECT _evidence FROM generic_logs"), "2|\n");
  const auto entries = kase_->entries().value();
  for (const auto& entry : entries)
    if (entry.type == "import" && entry.body["first_item"].as_uint() == 1) {
      EXPECT_EQ(entry.body.find("as"), nullptr);
    }
}

TEST_F(ReadAgain, AnOptionChangesOnlyTheUidsOnWhichItBears) {
  const std::string first = write("first.log", kFlow), second = write("second.log", kFlow);
  import({first});
  const std::string uid = rows("SELECT uid FROM vpc_flow_logs");
  const auto s = import({second}, {.as = "app"});
  EXPECT_EQ(s.records.duplicates, 1U);
  import({first}, {.as = "app"});
  EXPECT_EQ(rows("SELECT uid FROM vpc_flow_logs"), uid);
  expect_rebuilds_alike();
}

}  // namespace
}  // namespace backtrail
