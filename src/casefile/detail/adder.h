#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "casefile/detail/case_folder.h"
#include "casefile/detail/copy.h"

namespace backtrail::casefile {

/// One `add_evidence`: files become items in batches. Of a batch, workers copy and hash the files
/// in any order; then names and ids are given in the order of the files, so that nothing depends on
/// threads, and an interruption keeps a prefix of them.
class Adder {
 public:
  Adder(CaseFolder& kase, const AddOptions& options, Progress& progress, std::stop_token stop);

  [[nodiscard]] Result<AddResult> run(const std::vector<std::filesystem::path>& files);
  [[nodiscard]] Result<AddResult> run_stdin(int fd);

 private:
  struct Prepared {
    enum class Outcome : std::uint8_t { pending, hashed, copied, failed, fatal };
    Outcome outcome = Outcome::pending;
    std::string source{};
    Digest digest{};
    Timestamp modified{};
    std::filesystem::path copy{};  // in `.incoming`
    Error error{};
  };

  /// Fills the entries from `first` on until enough are there for a batch; gives the end.
  [[nodiscard]] std::size_t prepare(const std::vector<std::filesystem::path>& files,
                                    std::size_t first, std::vector<Prepared>& batch);
  void prepare_one(const std::filesystem::path& file, Prepared& out);
  void copy_one(const std::filesystem::path& file, const Source& source, Prepared& out);
  /// Ledger entries and final places of a batch. Stops before the first that is pending.
  [[nodiscard]] Result<void> commit(std::vector<Prepared>& batch);
  [[nodiscard]] Result<void> write_entries(std::span<const EvidenceItem> items,
                                           std::span<const Timestamp> modified);
  [[nodiscard]] const EvidenceItem* known(std::string_view source, std::string_view sha256,
                                          std::uint64_t bytes) const;
  void index(std::size_t item);

  CaseFolder& case_;
  const AddOptions& options_;
  Progress& progress_;
  std::stop_token stop_;
  std::string base_;
  Timestamp started_;
  AddResult result_{};
  NameTable names_{};
  std::unordered_multimap<std::string, std::size_t> by_source_{};  // into items()
  std::unordered_map<std::string, std::string> stored_{};          // sha256 → path in the case
  std::atomic<std::uint64_t> no_clone_device_{~std::uint64_t{0}};  // the last that refused to clone
};

}  // namespace backtrail::casefile
