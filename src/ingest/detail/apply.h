#pragma once

#include "ingest/detail/pipeline.h"
#include "store/store.h"

namespace backtrail::ingest {

/// Puts right where the kept copies of rows already written lie, and adds the rows of `duplicates`.
/// What is unsettled is left to `settle_copies`.
[[nodiscard]] Result<void> apply_changes(store::Store& store, const SeenEvents::Changes& changes,
                                         std::stop_token stop);

[[nodiscard]] Result<void> store_duplicates(store::Store& store,
                                            const std::vector<SeenEvents::Copy>& copies,
                                            std::stop_token stop);

/// Enters what the store holds already.
[[nodiscard]] Result<void> restore_seen(store::Store& store, SeenEvents& seen, std::stop_token stop);

/// One row of `evidence` per file of the list; counts come from the tables.
[[nodiscard]] Result<void> store_outcomes(store::Store& store, std::span<const Work> list,
                                          std::span<const WorkOutcome> outcomes);

}  // namespace backtrail::ingest
