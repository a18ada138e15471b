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
#include "ingest/ingest.h"
#include "sigma/sigma.h"

namespace backtrail::ingest {

/// Matchers of the log types that occur, each made when the first of its records comes. One per thread.
class Matchers {
 public:
  explicit Matchers(std::shared_ptr<const sigma::RuleSet> rules) : rules_(std::move(rules)) {}
  [[nodiscard]] sigma::Matcher& of(const model::LogType& type);

 private:
  std::shared_ptr<const sigma::RuleSet> rules_;
  std::vector<std::optional<sigma::Matcher>> by_type_{};
};

/// A file to read, with its number in the evidence.
struct Work {
  std::uint32_t evidence = 0;
  std::filesystem::path path{};   // where the bytes lie
  std::string shown{};            // as the user named it
  std::string sha256{};
  std::uint64_t bytes = 0;
  std::vector<bool> copied{};     // by log type: an equal item gave these records; empty: none did
  std::shared_ptr<const sources::ReadOptions> read{};  // null: none
  bool is_known = false;          // read before, for records of another type: not to be reported again

  [[nodiscard]] bool is_copied(std::size_t type) const { return type < copied.size() && copied[type]; }
};

/// What became of one file.
struct WorkOutcome {
  ItemReport report{};
  std::optional<Timestamp> first{};
  std::optional<Timestamp> last{};
  std::optional<Error> failed{};  // nothing of it could be read
  const model::LogType* other{};  // not read on: its first record is of this type, not of the one asked for
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

/// One thread's way through the list: the next record of any file, in file order. With `only`, records of
/// that type; a file that begins with another is left (`WorkOutcome::other`), unless it is known to hold some.
class RecordCursor {
 public:
  RecordCursor(WorkList& list, Progress& progress, const model::LogType* only = nullptr);

  /// False when the list is used up. `record()`, `place()` and `work()` then tell of the record.
  [[nodiscard]] bool next();
  [[nodiscard]] const sources::Found& found() const { return found_; }
  [[nodiscard]] const model::Record& record() const { return *found_.record; }
  [[nodiscard]] Place place() const { return place_; }
  [[nodiscard]] const Work& work() const { return list_.at(*current_); }
  [[nodiscard]] std::size_t index() const { return *current_; }
  [[nodiscard]] const ItemReader& reader() const { return reader_; }
  /// Called, by this thread, with the index of each file that was read to its end, also of files
  /// without records, before the next file's first record is given.
  void on_file_done(std::function<void(std::size_t)> f) { on_file_done_ = std::move(f); }
  /// Notes the time of the record for the file's outcome; the caller has it at hand.
  void note_time(const std::optional<Timestamp>& time);

 private:
  void finish();

  WorkList& list_;
  Progress& progress_;
  ItemReader reader_;
  sources::Found found_{};
  const model::LogType* only_;
  bool met_record_ = false;  // of the present file
  std::optional<std::size_t> current_;
  Place place_;
  WorkOutcome outcome_;
  std::function<void(std::size_t)> on_file_done_{};
};

/// The key of a record: of its eventID, else of the place where it lies and of the options that bear on it.
[[nodiscard]] EventKey key_or_place(const sources::Found& found, const EventFacts& facts, const Work& work,
                                    std::uint32_t record);

/// Where the rows of stored records go. The case's database, or memory in tests.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// Drains `feed`, whose rows are records of the type, with several threads.
  [[nodiscard]] virtual Result<void> drain(const model::LogType& type, store::RowFeed& feed,
                                           unsigned threads, std::stop_token stop) = 0;
};

/// Reads, recognises copies, matches and writes: the body of an import.
struct LoadBatch {
  SeenEvents& seen;
  std::uint64_t secret = 0;  // keys the content hash
  std::shared_ptr<const sigma::RuleSet> rules{};
  Progress& progress;
  std::vector<std::unique_ptr<HitSpool>> spools{};
  std::vector<SeenEvents::Copy> copies{};  // records that an equal item gave
  std::mutex mutex{};                      // of spools and copies
  std::atomic<std::uint64_t> stored{0};
  std::atomic<std::uint64_t> duplicates{0};
};
/// Reads each file once for each log type that it holds: a load fills one table. Gives the outcome of each; a
/// record that only the first reading found is lost, with reason `unreadable` or `changed_while_read`.
[[nodiscard]] Result<std::vector<WorkOutcome>> load_batch(LoadBatch& batch, std::span<const Work> work,
                                                          EventSink& sink, unsigned threads,
                                                          std::stop_token stop);

}  // namespace backtrail::ingest
