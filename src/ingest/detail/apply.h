#pragma once

#include "ingest/detail/pipeline.h"
#include "store/store.h"

namespace backtrail::ingest {

/// Puts right what threads and later copies changed about rows already written: uids of conflicting
/// copies, accounts learnt later, kept copies that lie elsewhere; and fills `duplicates` and `conflicts`.
[[nodiscard]] Result<void> apply_changes(store::Store& store, const SeenEvents::Changes& changes,
                                         std::stop_token stop);

/// Enters what the store holds already. `secret` as in facts_of.
[[nodiscard]] Result<void> restore_seen(store::Store& store, SeenEvents& seen, std::stop_token stop);

/// One row of `evidence` per file of the list; counts come from the tables.
[[nodiscard]] Result<void> store_outcomes(store::Store& store, WorkList& list);

}  // namespace backtrail::ingest
