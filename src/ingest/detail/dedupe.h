#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/hash.h"

namespace backtrail::ingest {

/// Identity of an event: `high` hashes the eventID, `low` the account under that; an absent account
/// has a `low` of its own.
using EventKey = Hash128;

[[nodiscard]] EventKey make_key(std::string_view event_id, std::string_view account);
/// The key that the same eventID has without an account.
[[nodiscard]] EventKey without_account(EventKey key);
/// Where a record lies: evidence item, number of the record in it. Ordered as evidence is.
struct Place {
  std::uint32_t evidence = 0;
  std::uint32_t record = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

/// Which events have been seen, and where the kept copy lies. Sharded; thread-safe. 32 bytes an entry,
/// at least 80 % of the places taken: at most 40 bytes an event.
class SeenEvents {
 public:
  enum class Verdict : std::uint8_t {
    fresh,      // store it under `uid`, its key
    duplicate,  // a copy of a stored event, equal as the case's hash tells, or that event itself, read again
    unsettled,  // the eventID is known with other content or another account: store it under `uid`, which
                // is good until `settle_copies` has compared the copies
  };
  struct Outcome {
    Verdict verdict = Verdict::fresh;
    Hash128 uid{};
  };

  /// Looks the event up and notes it. Of equal copies the one at the lowest place is kept in the end
  /// (`moves`), whichever thread comes first.
  [[nodiscard]] Outcome note(EventKey key, std::uint64_t content, Place place);

  /// Enters an event that the store holds. `uid` differs from `key` for conflicting copies.
  void restore(EventKey key, std::uint64_t content, Place place, Hash128 uid);

  /// A further copy of a stored event.
  struct Copy {
    Hash128 uid{};
    Place place{};
  };
  /// A stored event whose kept copy lies elsewhere after all.
  struct Move {
    Hash128 uid{};
    Place to{};
  };
  /// A row of an unsettled event.
  struct Stored {
    EventKey key{};
    std::uint64_t content = 0;
    Place place{};
    Hash128 uid{};
  };

  /// What the store must be told at the end of a batch: moves and duplicates, then what is unsettled.
  /// Takes it all; unsettled events are forgotten and must be entered again (`restore`) as they were
  /// settled. Not while others call `note`.
  struct Changes {
    std::vector<Move> moves{};
    std::vector<Copy> duplicates{};
    std::vector<Stored> unsettled{};  // all rows of these eventIDs, also from earlier batches
  };
  [[nodiscard]] Changes take_changes();

  [[nodiscard]] std::uint64_t size() const;

 private:
  struct Entry {
    EventKey key{};
    std::uint64_t content = 0;
    Place place{};
  };
  static_assert(sizeof(Entry) == 32);
  struct Shard {
    mutable std::mutex mutex{};
    std::vector<Entry> slots{};  // `home` places and a tail
    std::size_t home = 0;
    std::size_t used = 0;
    std::vector<Entry> duplicates{};  // key and content of the event, place of the copy
    std::vector<Entry> moves{};
    std::unordered_set<std::uint64_t> unsettled{};          // key.high
    std::unordered_map<std::uint64_t, Hash128> own_uids{};  // of entries whose uid is not their key
  };
  static constexpr std::size_t kShards = 256;

  Shard& shard_of(EventKey key) { return shards_[key.high >> 56]; }
  static bool taken(const Entry& e) { return e.place.evidence != 0; }
  static void insert_locked(Shard& shard, const Entry& entry);
  static void erase_locked(Shard& shard, std::size_t at);
  static Hash128 uid_locked(const Shard& shard, const Entry& e);
  static std::span<Entry> find_locked(Shard& shard, std::uint64_t high);

  std::array<Shard, kShards> shards_;
};

}  // namespace backtrail::ingest
