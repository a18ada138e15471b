#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <span>
#include <unordered_set>
#include <vector>

#include "base/hash.h"

namespace backtrail::ingest {

/// Identity of an event: `high` hashes the eventID, `low` the account under that; an absent account
/// has a `low` of its own and matches any.
using EventKey = Hash128;

[[nodiscard]] EventKey make_key(std::string_view event_id, std::string_view account);
/// The key that the same eventID has without an account.
[[nodiscard]] EventKey without_account(EventKey key);
/// The uid of a copy among copies that differ in content.
[[nodiscard]] Hash128 conflicting_uid(EventKey key, std::uint64_t content);

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
    fresh,       // store it under `uid`
    duplicate,   // a copy of a stored event
    conflicting  // same key, other content: store it under `uid` (of a conflicting copy)
  };
  struct Outcome {
    Verdict verdict = Verdict::fresh;
    Hash128 uid{};
  };

  /// Looks the event up and notes it. Of equal copies the one at the lowest place is kept in the end
  /// (`moves`), whichever thread comes first.
  [[nodiscard]] Outcome note(EventKey key, std::uint64_t content, Place place);

  /// Enters an event that the store already holds. `uid` differs from `key` for conflicting copies.
  void restore(EventKey key, std::uint64_t content, Place place);
  void restore_conflict(EventKey key);

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
  /// One of several copies of a key that differ in content.
  struct Conflict {
    EventKey key{};
    std::uint64_t content = 0;
    Place place{};
    bool stored_plain = false;  // its row still carries the plain key as uid
    [[nodiscard]] Hash128 uid() const { return conflicting_uid(key, content); }
  };
  /// An event stored from a copy without an account that turned up with one.
  struct Upgrade {
    Hash128 from{};
    Hash128 to{};
    Place place{};
  };

  /// What the store must be told at the end of a batch, to be applied in this order: conflicts,
  /// upgrades, moves; uids are those after the conflicts. Takes it all. Not while others call `note`.
  struct Changes {
    std::vector<Conflict> conflicts{};
    std::vector<Upgrade> upgrades{};
    std::vector<Move> moves{};
    std::vector<Copy> duplicates{};
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
    std::vector<std::pair<Entry, EventKey>> upgrades{};  // entry as it was (at its new place), new key
    std::vector<Conflict> conflicts{};
    std::unordered_set<std::uint64_t> conflicted{};  // key.high of keys in conflict
  };
  static constexpr std::size_t kShards = 256;

  Shard& shard_of(EventKey key) { return shards_[key.high >> 56]; }
  static bool taken(const Entry& e) { return e.place.evidence != 0; }
  static void insert_locked(Shard& shard, const Entry& entry);
  static Hash128 uid_locked(const Shard& shard, const Entry& e);
  static std::span<Entry> find_locked(Shard& shard, std::uint64_t high);

  std::array<Shard, kShards> shards_;
};

}  // namespace backtrail::ingest
