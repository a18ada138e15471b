#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "casefile/casefile.h"
#include "sources/sources.h"

namespace backtrail::ingest {

/// How each evidence item is read: what the user said at import, as the ledger has it. The last import that
/// covers an item counts.
class ItemReadOptions {
 public:
  [[nodiscard]] static Result<ItemReadOptions> of_case(const casefile::Case& kase);
  /// Null: nothing was said.
  [[nodiscard]] std::shared_ptr<const sources::ReadOptions> of(std::uint32_t item) const;

 private:
  struct Range {
    std::uint64_t first = 0, last = 0;
    std::shared_ptr<const sources::ReadOptions> options{};
  };
  std::vector<Range> ranges_{};  // in the ledger's order
};

/// The options, or none where the pointer is null.
[[nodiscard]] const sources::ReadOptions& options_or_none(const std::shared_ptr<const sources::ReadOptions>& options);
/// What holds when `given` is said after `before`: what it leaves open stays. A time field belongs to its name.
[[nodiscard]] sources::ReadOptions over(sources::ReadOptions before, const sources::ReadOptions& given);

/// What an import's entry in the ledger says of them: adds nothing for options that are empty.
void write_read_options(const sources::ReadOptions& options, Json& body);

}  // namespace backtrail::ingest
