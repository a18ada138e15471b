#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "model/hit.h"
#include "sigma/sigma.h"
#include "store/store.h"

namespace backtrail::ingest {

/// Hits of one thread on their way to the table `hits`: in memory up to some MiB, then in an unnamed
/// temporary file, so that a rule that fires on everything does not fill the memory.
class HitSpool {
 public:
  [[nodiscard]] Result<void> add(std::uint32_t rule, const model::EventRef& event,
                                 const std::vector<std::optional<std::string>>& captured);
  [[nodiscard]] std::uint64_t count() const { return count_; }

  struct Row {
    std::uint32_t rule = 0;
    model::EventRef event{};
    std::vector<std::optional<std::string>> captured{};
  };
  /// Reads all rows once, in the order added; false at the end.
  [[nodiscard]] Result<bool> read(Row& row);

 private:
  [[nodiscard]] Result<void> spill();
  [[nodiscard]] Result<bool> refill();

  static constexpr std::size_t kSpillBytes = std::size_t{8} << 20;
  std::string buffer_{};
  FileHandle file_{};
  std::uint64_t count_ = 0;
  bool reading_ = false;
  bool file_done_ = false;
  std::string window_{};
  std::size_t at_ = 0;
};

/// Loads the spools' rows into `table`, which has the columns of `hits`.
[[nodiscard]] Result<void> store_hits(store::Store& store, std::string_view table,
                                      std::vector<std::unique_ptr<HitSpool>>& spools,
                                      const sigma::RuleSet& rules, unsigned threads,
                                      std::stop_token stop);

}  // namespace backtrail::ingest
