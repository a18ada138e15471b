// Import and scan with several threads, events going to memory instead of the database.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "base/content.h"
#include "base/file.h"
#include "ingest/detail/pipeline.h"
#include "ingest/ingest.h"
#include "sample/sample.h"

namespace backtrail::ingest {
namespace {

namespace fs = std::filesystem;

/// Counts rows and keeps the uids.
class MemoryWriter final : public store::RowWriter {
 public:
  void text(std::size_t, std::string_view value) override { bytes_ += value.size(); }
  void integer(std::size_t, std::uint32_t) override {}
  void big_integer(std::size_t, std::int64_t) override {}
  void time(std::size_t, Timestamp) override {}
  void uuid(std::size_t, std::uint64_t high, std::uint64_t low) override { uid_ = {high, low}; }
  void present(std::size_t) override {}
  void item(std::size_t) override {}
  void real(std::size_t, double) override {}
  void date(std::size_t, std::int32_t) override {}
  void next_row() override { uids.push_back(uid_); }
  std::vector<Hash128> uids{};

 private:
  std::uint64_t bytes_ = 0;
  Hash128 uid_{};
};

class MemorySink final : public EventSink {
 public:
  Result<void> drain(const model::LogType&, store::RowFeed& feed, unsigned threads,
                     std::stop_token stop) override {
    std::vector<std::jthread> running;
    for (unsigned i = 0; i < threads; ++i)
      running.emplace_back([&] {
        const auto stream = feed.open();
        MemoryWriter writer;
        while (!stop.stop_requested()) {
          const auto rows = stream->fill(writer, 2048);
          if (!rows || *rows == 0) break;
        }
        const std::lock_guard lock(mutex_);
        uids.insert(uids.end(), writer.uids.begin(), writer.uids.end());
      });
    running.clear();
    std::ranges::sort(uids);
    return {};
  }
  std::vector<Hash128> uids{};

 private:
  std::mutex mutex_;
};

std::shared_ptr<const sigma::RuleSet> shipped_rules() {
  std::vector<sigma::RuleFile> files;
  for (const ContentFile& file : shipped_content("rules/cloudtrail"))
    files.push_back({std::string(file.path), std::string(file.bytes)});
  return sigma::load(files).rules;
}

class ImportThreads : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_.emplace(TemporaryDirectory::create("threads").value());
    summary_ = sample::write_sample(directory_->path(), {.days = 10}).value();
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(summary_.logs))
      if (entry.is_regular_file()) files.push_back(entry.path());
    std::ranges::sort(files);
    for (const fs::path& path : files)
      work_.push_back({.evidence = static_cast<std::uint32_t>(work_.size() + 1),
                       .path = path,
                       .shown = path.string(),
                       .sha256 = path.string(),
                       .bytes = fs::file_size(path)});
  }

  struct Outcome {
    std::vector<Hash128> uids;
    std::uint64_t stored = 0, duplicates = 0, hits = 0;
  };
  Outcome load(unsigned threads) {
    SeenEvents seen;
    Progress progress;
    LoadBatch batch{
        .seen = seen, .secret = 7, .rules = shipped_rules(), .progress = progress};
    MemorySink sink;
    EXPECT_TRUE(load_batch(batch, work_, sink, threads, {}).has_value());
    Outcome out{.uids = std::move(sink.uids), .stored = batch.stored};
    out.duplicates = seen.take_changes().duplicates.size();
    for (const auto& spool : batch.spools) out.hits += spool->count();
    return out;
  }

  std::optional<TemporaryDirectory> directory_;
  sample::SampleSummary summary_;
  std::vector<Work> work_;
};

TEST_F(ImportThreads, GiveTheEventsAndHitsOfOneThread) {
  const Outcome one = load(1);
  const Outcome four = load(4);
  EXPECT_EQ(one.stored, summary_.events);
  EXPECT_EQ(one.duplicates, summary_.records - summary_.events);
  EXPECT_GT(one.hits, 0U);
  EXPECT_EQ(one.uids, four.uids);
  EXPECT_EQ(one.stored, four.stored);
  EXPECT_EQ(one.duplicates, four.duplicates);
  EXPECT_EQ(one.hits, four.hits);
}

TEST_F(ImportThreads, ScanGivesEveryHitInTheOrderOfFilesAndRecords) {
  const auto rules = shipped_rules();
  const auto reports = [&](std::uint32_t rule) { return rules->rules()[rule].reports; };
  std::vector<std::string> expected;
  {
    WorkList list(work_);
    Progress progress;
    RecordCursor cursor(list, progress);
    sigma::Matcher matcher(rules, sources::cloudtrail_layout(),
                           {.category = {}, .product = "aws", .service = "cloudtrail", .definition = {}});
    while (cursor.next())
      for (const std::uint32_t rule : matcher.match(cursor.record()))
        if (reports(rule))
          expected.push_back(rules->rules()[rule].id + " " +
                             std::string(cursor.record().at(sources::kEventID).text));
  }
  ASSERT_GT(expected.size(), 10U);
  for (const unsigned threads : {1U, 4U}) {
    std::vector<std::string> hits;
    Progress progress;
    const auto prepare = [](const model::Hit& hit) { return hit.rule_id + " " + hit.events.front().event_id; };
    const auto sink = [&](const model::Hit& hit, std::string_view prepared) {
      if (rules->rules()[static_cast<std::size_t>(rules->find(hit.rule_id))].kind ==
          sigma::RuleKind::detection)
        hits.emplace_back(prepared);
    };
    ASSERT_TRUE(
        scan({summary_.logs.string()}, {.threads = threads, .rules = rules}, prepare, sink, progress, {})
            .has_value());
    EXPECT_EQ(hits, expected) << threads << " threads";
  }
}

}  // namespace
}  // namespace backtrail::ingest
