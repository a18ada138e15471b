#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "ingest/detail/dedupe.h"
#include "ingest/detail/event.h"
#include "ingest/detail/hit_spool.h"
#include "ingest/detail/item_reader.h"
#include "sigma/sigma.h"

namespace backtrail::ingest {

/// The log source that CloudTrail records are matched as.
[[nodiscard]] const sigma::LogSource& cloudtrail_source();

/// A file to read, with its number in the evidence.
struct Work {
  std::uint32_t evidence = 0;
  std::filesystem::path path{};   // where the bytes lie
  std::string shown{};            // as the user named it
  std::string sha256{};
  std::uint64_t bytes = 0;
};

/// What became of one file.
struct WorkOutcome {
  ItemReport report{};
  std::optional<Timestamp> first{};
  std::optional<Timestamp> last{};
  std::optional<Error> failed{};  // nothing of it could be read
};

/// Files handed out to threads in order, and their outcomes. Thread-safe.
class WorkList {
 public:
  explicit WorkList(std::span<const Work> work) : work_(work), outcomes_(work.size()) {}
  /// The next file's index, or nullopt.
  [[nodiscard]] std::optional<std::size_t> take() {
    const std::size_t i = next_++;
    return i < work_.size() ? std::optional(i) : std::nullopt;
  }
  [[nodiscard]] const Work& at(std::size_t i) const { return work_[i]; }
  void done(std::size_t i, WorkOutcome outcome) { outcomes_[i] = std::move(outcome); }
  [[nodiscard]] std::span<WorkOutcome> outcomes() { return outcomes_; }
  [[nodiscard]] std::size_t size() const { return work_.size(); }

 private:
  std::span<const Work> work_;
  std::vector<WorkOutcome> outcomes_;  // each written by one thread only
  std::atomic<std::size_t> next_{0};
};

/// One thread's way through the list: the next record of any file, in file order.
class RecordCursor {
 public:
  RecordCursor(WorkList& list, Progress& progress);

  /// False when the list is used up. `record()`, `place()` and `work()` then tell of the record.
  [[nodiscard]] bool next();
  [[nodiscard]] const model::Record& record() const { return record_; }
  [[nodiscard]] Place place() const { return place_; }
  [[nodiscard]] const Work& work() const { return list_.at(*current_); }
  [[nodiscard]] std::size_t index() const { return *current_; }
  [[nodiscard]] const ItemReader& reader() const { return reader_; }
  /// Called, by this thread, with the index of each file that was read to its end, also of files
  /// without records, before the next file's first record is given.
  void on_file_done(std::function<void(std::size_t)> f) { on_file_done_ = std::move(f); }
  /// Notes the time of the record for the file's outcome.
  void note_time(const std::optional<Timestamp>& time);

 private:
  void finish();

  WorkList& list_;
  Progress& progress_;
  ItemReader reader_;
  model::Record record_;
  std::optional<std::size_t> current_;
  Place place_;
  WorkOutcome outcome_;
  std::function<void(std::size_t)> on_file_done_{};
};

/// The key of a record: of its eventID, else of the place where it lies.
[[nodiscard]] EventKey key_or_place(const EventFacts& facts, const Work& work, std::uint32_t record);

/// Where the rows of stored events go. The case's database, or memory in tests.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// Drains `feed` with several threads.
  [[nodiscard]] virtual Result<void> drain(store::RowFeed& feed, unsigned threads,
                                           std::stop_token stop) = 0;
};

/// Reads, recognises copies, matches and writes: the body of an import.
struct LoadBatch {
  WorkList& list;
  SeenEvents& seen;
  std::uint64_t secret = 0;  // keys the content hash
  std::shared_ptr<const sigma::RuleSet> rules{};
  Progress& progress;
  std::vector<std::unique_ptr<HitSpool>> spools{};
  std::mutex mutex{};  // of spools
  std::atomic<std::uint64_t> stored{0};
};
[[nodiscard]] Result<void> load_batch(LoadBatch& batch, EventSink& sink, unsigned threads,
                                      std::stop_token stop);

}  // namespace backtrail::ingest
