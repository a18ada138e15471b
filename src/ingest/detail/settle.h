#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "ingest/detail/dedupe.h"
#include "ingest/detail/pipeline.h"
#include "store/store.h"

/// What becomes of the copies of an eventID that the case's hash does not tell to be one event. The answer
/// depends on all copies and nothing else: not on the order of imports, not on the case.
namespace backtrail::ingest {

/// A copy, read again from the evidence.
struct ReadCopy {
  EventKey key{};
  std::uint64_t content = 0;  // content_hash of the case
  ContentDigest digest{};
  Place place{};
};

/// Copies that are one event.
struct SettledEvent {
  Hash128 uid{};
  std::size_t kept = 0;              // index of the copy whose row is kept
  std::vector<std::size_t> copies{};  // indices of all copies, the kept one among them
  bool conflicting = false;
  EventKey conflict{};               // names the group of copies that differ
};

/// The uid of a copy among copies that differ; `value` as in ContentDigest.
[[nodiscard]] Hash128 conflicting_uid(EventKey key, Hash128 value);

/// Sorts out the copies of one eventID (keys with one `high`). Copies of equal value and account are one
/// event; one without an account joins an event of equal value (of several the one with the least key),
/// else it differs from all others. Kept is a copy with an account, of several forms the one with the least
/// digest, of equal forms the one at the lowest place.
[[nodiscard]] std::vector<SettledEvent> settle(std::span<const ReadCopy> copies);

struct Settled {
  std::uint64_t rows_removed = 0;  // written as events, found to be copies
  std::uint64_t conflicts = 0;     // groups of copies that differ
};

/// Settles the unsettled events: reads their copies again, makes their rows in all tables what `settle`
/// says, and enters them into `seen`. `evidence`: where the case's items lie. `rules`: ids of the rules
/// that this import matches; for these only the hits of kept copies stay. Errors: `evidence.missing`.
[[nodiscard]] Result<Settled> settle_copies(store::Store& store, SeenEvents& seen,
                                            const std::vector<SeenEvents::Stored>& unsettled,
                                            std::span<const Work> evidence, std::uint64_t secret,
                                            const std::vector<std::string>& rules,
                                            std::stop_token stop);

}  // namespace backtrail::ingest
