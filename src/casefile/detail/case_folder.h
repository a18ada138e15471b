#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "casefile/casefile.h"
#include "casefile/detail/incoming.h"
#include "casefile/detail/lock.h"
#include "casefile/detail/names.h"
#include "casefile/detail/state.h"
#include "ledger/ledger.h"

namespace backtrail::casefile {

/// A case on disk. Used by one thread, `record` by any.
class CaseFolder final : public Case {
 public:
  /// What opening found; `ledger` is null for a reader.
  struct Parts {
    std::filesystem::path directory{};
    OpenOptions options{};
    Info info{};
    State state{};
    std::optional<int> migrated_from{};
    std::unique_ptr<ledger::Ledger> ledger{};
    /// Where items are whose place in the case is elsewhere, by id.
    std::map<std::uint32_t, std::filesystem::path> elsewhere{};
  };
  CaseFolder(Parts parts, Lock lock);

  const std::filesystem::path& directory() const override { return parts_.directory; }
  const Info& info() const override { return parts_.info; }
  Mode mode() const override { return parts_.options.mode; }
  std::optional<int> migrated_from() const override { return parts_.migrated_from; }
  const std::vector<EvidenceItem>& items() const override { return parts_.state.items; }
  std::filesystem::path path_of(const EvidenceItem& item) const override;
  Result<store::Store*> store() override;
  Result<AddResult> add_evidence(const std::vector<std::filesystem::path>& files,
                                 const AddOptions& options, Progress& progress,
                                 std::stop_token stop) override;
  Result<AddResult> add_stdin(int fd, const AddOptions& options, Progress& progress,
                              std::stop_token stop) override;
  Result<void> record(std::string_view type, Json body) override;
  Result<std::vector<Entry>> entries() const override;
  Result<void> set_context(const Context& context) override;
  Result<std::string> keep_rule_file(std::string_view name, std::string_view text) override;
  Result<store::Store*> reset_store() override;

  /// Enters a new form of case.json in the ledger (with `body` beside it) and puts it in place.
  [[nodiscard]] Result<void> write_info(std::string_view type, Json body, Info info);

 private:
  friend class Adder;
  [[nodiscard]] Result<void> need_writer() const;
  [[nodiscard]] Result<void> append(std::span<const ledger::Draft> drafts);

  Lock lock_;  // given back last
  Parts parts_;
  Incoming incoming_;
  std::unique_ptr<store::Store> store_{};
};

}  // namespace backtrail::casefile
