#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/progress.h"
#include "casefile/casefile.h"
#include "ingest/decompress.h"
#include "ingest/ingest.h"
#include "sources/sources.h"
#include "store/store.h"

/// The same log files two ways: record by record, and as rows of a case's `cloudtrail_logs`.
namespace backtrail::testing {

/// Regular files below the folder (or the file itself) with one of the extensions, sorted.
inline std::vector<std::filesystem::path> files_below(const std::filesystem::path& path,
                                                      const std::set<std::string>& extensions) {
  namespace fs = std::filesystem;
  if (fs::is_regular_file(path)) return {path};
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(path))
    if (entry.is_regular_file() && extensions.contains(entry.path().extension().string()))
      out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

/// Calls `f` for each record of the log files at the path, copies included.
[[nodiscard]] inline Result<void> for_each_record(
    const std::filesystem::path& path, const std::function<void(const model::Record&)>& f) {
  ingest::Unpacker unpacker;
  const auto reader = sources::make_reader();
  sources::Found found;
  for (const auto& file : files_below(path, {".json", ".jsonl", ".gz"})) {
    BACKTRAIL_ASSIGN(std::string bytes, read_file(file));
    const std::size_t size = bytes.size();
    bytes.append(sources::kPadding, '\0');
    unpacker.start(std::string_view(bytes).substr(0, size));
    while (true) {
      BACKTRAIL_ASSIGN(const std::optional<ingest::Member> member, unpacker.next());
      if (!member) break;
      if (member->whole)
        reader->start(*member->whole, {});
      else
        reader->start(*member->stream, {});
      while (reader->next(found)) f(*found.record);
    }
  }
  return {};
}

/// A case into which the files were imported.
class EventCase {
 public:
  [[nodiscard]] static Result<std::unique_ptr<EventCase>> create(
      const std::filesystem::path& logs) {
    BACKTRAIL_ASSIGN(TemporaryDirectory directory, TemporaryDirectory::create("event_case"));
    ::setenv("XDG_DATA_HOME", (directory.path() / "home").c_str(), 1);
    std::unique_ptr<EventCase> out(new EventCase(std::move(directory)));
    BACKTRAIL_ASSIGN(out->case_, casefile::create(out->directory_.path() / "case", {},
                                                  {.mode = casefile::Mode::write}));
    Progress progress;
    BACKTRAIL_ASSIGN(out->summary_,
                     ingest::import(*out->case_, {logs.string()}, {.threads = 2}, progress, {}));
    return out;
  }

  [[nodiscard]] const ingest::Summary& summary() const { return summary_; }
  [[nodiscard]] Result<store::Table> query(const std::string& sql) {
    BACKTRAIL_ASSIGN(store::Store* const store, case_->store());
    return store::fetch(store->engine(), {.sql = sql});
  }
  /// The first column of the rows, each value once.
  [[nodiscard]] Result<std::set<std::string>> column(const std::string& sql) {
    BACKTRAIL_ASSIGN(const store::Table table, query(sql));
    std::set<std::string> out;
    for (const auto& row : table.rows) out.insert(store::to_text(row[0]));
    return out;
  }

 private:
  explicit EventCase(TemporaryDirectory directory) : directory_(std::move(directory)) {}

  TemporaryDirectory directory_;
  std::unique_ptr<casefile::Case> case_;
  ingest::Summary summary_{};
};

}  // namespace backtrail::testing
