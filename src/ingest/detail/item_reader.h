#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/progress.h"
#include "base/result.h"
#include "ingest/decompress.h"
#include "ingest/ingest.h"
#include "model/record.h"
#include "sources/sources.h"

namespace backtrail::ingest {

/// What reading one file to its end (or its damage) came to.
struct ItemReport {
  sources::FileKind kind = sources::FileKind::empty;  // of its members the most telling one
  const model::LogType* met = nullptr;                // of what no record was kept
  std::vector<std::uint64_t> kept_of{};               // records kept of each log type
  std::uint64_t raw_bytes = 0;
  std::uint64_t read = 0;
  std::uint64_t rejected = 0;
  std::uint64_t unreadable_times = 0;
  std::uint64_t repeated_fields = 0;
  std::vector<Skipped> skipped{};  // path: "!member" or ""; one entry per member and reason
  bool damaged = false;            // something was lost

  [[nodiscard]] std::uint64_t kept() const { return read - rejected; }
};

/// Reads the records of one file after another: maps it, unpacks it, parses it. One per thread.
class ItemReader {
 public:
  explicit ItemReader(Progress* progress = nullptr);

  /// Opens the file; an error means that nothing of it can be read. `shown`: its path as delivered;
  /// `options`: null for none.
  [[nodiscard]] Result<void> start(const std::filesystem::path& path, std::string_view shown,
                                   const sources::ReadOptions* options = nullptr);

  /// The next record of any member; `number` counts through all members of the file. False at the end.
  [[nodiscard]] bool next(sources::Found& found, std::uint32_t& number);
  /// Where the record that `next` gave last lies in its member.
  [[nodiscard]] const sources::RecordPosition& position() const { return position_; }
  [[nodiscard]] const std::string& member() const { return member_name_; }

  [[nodiscard]] ItemReport take_report();

 private:
  bool open_member();
  void close_member();
  void note_progress();

  Progress* progress_;
  Unpacker unpacker_;
  sources::ReadOptions options_{};  // of `reader_`
  std::unique_ptr<sources::Reader> reader_;
  std::optional<MappedFile> file_;
  sources::RecordPosition position_;
  std::string shown_;
  std::string member_name_;
  std::uint64_t numbers_before_ = 0;  // of the members already read
  std::uint64_t progress_noted_ = 0;
  bool member_open_ = false;
  bool any_member_ = false;
  ItemReport report_;
};

}  // namespace backtrail::ingest
