// How items become rows when files vanish, change or are alike.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "ingest/detail/apply.h"
#include "ingest/detail/import.h"
#include "ingest/detail/summary.h"
#include "support/fake_case.h"

namespace backtrail::ingest {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr const char* kCall =
    R"({"eventVersion":"1.08","eventTime":"2023-07-10T11:42:31Z","eventSource":"iam.amazonaws.com",)"
    R"("eventName":"ListUsers","awsRegion":"us-east-1","recipientAccountId":"111122223333","eventID":"e1"})" "\n";
constexpr const char* kFlow =
    R"({"interface_id":"eni-0a","srcaddr":"10.0.0.1","dstaddr":"10.0.0.2","action":"ACCEPT","start":1418530010})" "\n";

class LoadTest : public ::testing::Test {
 protected:
  fs::path write(const std::string& name, const std::string& text) {
    const fs::path path = folder_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  Work work_of(const fs::path& path) {
    return {.evidence = 1, .path = path, .shown = path.string(), .sha256 = "one", .bytes = fs::file_size(path)};
  }
  void add_item(const fs::path& path, const std::string& sha256) {
    auto& items = kase_.mutable_items();
    items.push_back({.id = static_cast<std::uint32_t>(items.size() + 1), .sha256 = sha256, .source = path.string()});
  }
  Summary load_all() {
    std::vector<const casefile::EvidenceItem*> items;
    for (const casefile::EvidenceItem& item : kase_.items()) items.push_back(&item);
    Summary summary;
    Progress progress;
    const auto loaded = load_items(kase_, items, {}, summary, progress, {});
    EXPECT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(summary.records.read, summary.records.stored + summary.records.duplicates + summary.records.rejected);
    return summary;
  }

  TemporaryDirectory folder_ = *TemporaryDirectory::create("load_test");
  testing::FakeCase kase_{sources::log_types()};
};

/// Does something before the rows of the second type are asked for.
class BetweenPasses final : public EventSink {
 public:
  BetweenPasses(store::Store& store, std::function<void()> act) : store_(store), act_(std::move(act)) {}
  Result<void> drain(const model::LogType& type, store::RowFeed& feed, unsigned threads,
                     std::stop_token stop) override {
    if (&type != &sources::cloudtrail_type()) act_();
    const auto leaves = &type == &sources::cloudtrail_type() ? event_leaves() : record_leaves(type);
    auto loaded = store_.load(type.table, leaves, feed, threads, std::move(stop));
    if (!loaded) return loaded.error();
    return {};
  }

 private:
  store::Store& store_;
  std::function<void()> act_;
};

TEST_F(LoadTest, WhatALaterReadingOfAFileMissesIsTold) {
  struct Variant {
    const char* name;
    std::string after;  // what is in the file when it is read again; "-": the file is gone
    const char* reason;
    std::uint64_t read, rejected, flows;
  };
  for (const Variant& v : {Variant{"untouched", std::string(kCall) + kFlow + kFlow, "", 3, 0, 2},
                           Variant{"gone", "-", "unreadable", 3, 2, 0},
                           Variant{"cut", std::string(kCall) + kFlow, "changed_while_read", 3, 1, 1},
                           Variant{"grown", std::string(kCall) + kFlow + kFlow + kFlow, "changed_while_read", 4, 0, 3},
                           Variant{"broken", std::string(kCall) + kFlow + R"({"interface_id":"eni)", "truncated_json", 3, 1, 1}}) {
    SCOPED_TRACE(v.name);
    testing::FakeCase kase(sources::log_types());
    store::Store& store = **kase.store();
    const fs::path path = write(std::string(v.name) + ".json", std::string(kCall) + kFlow + kFlow);
    const std::vector<Work> work = {work_of(path)};
    BetweenPasses sink(store, [&] { v.after == "-" ? void(fs::remove(path)) : void(write(path.filename(), v.after)); });
    SeenEvents seen;
    Progress progress;
    LoadBatch batch{.seen = seen, .progress = progress};
    const auto outcomes = load_batch(batch, work, sink, 1, {});
    ASSERT_TRUE(outcomes);
    ASSERT_TRUE(store_outcomes(store, work, *outcomes));
    Summary summary;
    add_outcome(summary, work[0], (*outcomes)[0]);
    EXPECT_EQ(summary.records.read, v.read);
    EXPECT_EQ(summary.records.rejected, v.rejected);
    EXPECT_EQ(batch.stored, 1 + v.flows);
    EXPECT_EQ(batch.duplicates, 0U);
    EXPECT_EQ(kase.text("SELECT count(*) FROM vpc_flow_logs"), std::to_string(v.flows));
    const bool whole = *v.reason == '\0';
    EXPECT_EQ(summary.incomplete(), !whole);
    EXPECT_EQ(summary.files.imported, 1U);
    EXPECT_EQ(kase.text("SELECT status, records_read, records_rejected FROM evidence"),
              (whole ? "complete|" : "damaged|") + std::to_string(v.read) + "|" + std::to_string(v.rejected));
    EXPECT_EQ(kase.text("SELECT problems FROM evidence") == "[]", whole);
    if (whole) continue;
    EXPECT_THAT(kase.text("SELECT problems FROM evidence"), HasSubstr(v.reason));
    ASSERT_FALSE(summary.skipped.empty());
    EXPECT_EQ(summary.skipped.front().path, path.string());
  }
}

TEST_F(LoadTest, TheCopyOfAFileThatCannotBeReadIsReadInstead) {
  const fs::path there = write("there.json", std::string(kCall) + kFlow + kFlow);
  add_item(folder_.path() / "gone.json", "one");
  add_item(folder_.path() / "gone too.json", "one");
  add_item(there, "one");
  add_item(there, "one");
  const Summary s = load_all();
  EXPECT_EQ(s.records.read, 6U);
  EXPECT_EQ(s.records.stored, 3U);
  EXPECT_EQ(s.records.duplicates, 3U);
  EXPECT_THAT(s.skipped, SizeIs(2));
  EXPECT_EQ(kase_.text("SELECT _evidence, _record FROM vpc_flow_logs ORDER BY ALL"), "3|1\n3|2");
  EXPECT_EQ(kase_.text("SELECT _evidence, _record FROM duplicates ORDER BY ALL"), "4|0\n4|1\n4|2");
  EXPECT_EQ(kase_.text("SELECT id, status FROM evidence ORDER BY id"),
            "1|unreadable\n2|unreadable\n3|complete\n4|complete");
}

TEST_F(LoadTest, ACopyGivesWhatAFileThatWasLostHalfwayDidNot) {
  const fs::path there = write("there.json", std::string(kFlow) + R"({"schemaVersion":"2.0","id":"f1","type":)"
      R"("Recon:EC2/Portscan","accountId":"111122223333","region":"us-east-1","createdAt":"2023-07-10T11:42:31Z",)"
      R"("resource":{},"service":{"count":1},"severity":5})" "\n");
  // As an import leaves it that could read the file for its flows only.
  kase_.run("INSERT INTO evidence BY NAME SELECT 1 AS id, 'damaged' AS status, "
            "'[{\"member\":\"\",\"reason\":\"unreadable\"}]' AS problems");
  kase_.run("INSERT INTO vpc_flow_logs BY NAME SELECT 1 AS _evidence, 0 AS _record, uuid() AS uid");
  add_item(folder_.path() / "gone.json", "one");
  add_item(there, "one");
  const auto& items = kase_.items();
  Summary s;
  Progress progress;
  ASSERT_TRUE(load_items(kase_, {&items[1]}, {}, s, progress, {}));
  EXPECT_EQ(s.records.read, 2U);
  EXPECT_EQ(s.records.stored, 1U);
  EXPECT_EQ(s.records.duplicates, 1U);
  EXPECT_EQ(kase_.text("SELECT _evidence FROM vpc_flow_logs"), "1");
  EXPECT_EQ(kase_.text("SELECT _evidence, _record FROM gd_logs"), "2|1");
}

}  // namespace
}  // namespace backtrail::ingest
