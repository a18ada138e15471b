#include "ingest/detail/dedupe.h"

#include <algorithm>
#include <utility>

namespace backtrail::ingest {
namespace {

constexpr std::uint64_t kNoAccount = 0x9e3779b97f4a7c15;

std::size_t slot_of(EventKey key, std::size_t size) {
  // The shard took the top byte; the multiplication spreads the rest over any size.
  __extension__ typedef unsigned __int128 Wide;
  return static_cast<std::size_t>(static_cast<Wide>(key.high << 8) * size >> 64);
}

}  // namespace

EventKey make_key(std::string_view event_id, std::string_view account) {
  EventKey key;
  key.high = hash64(event_id);
  key.low = account.empty() ? key.high ^ kNoAccount : hash64(account, key.high);
  return key;
}

EventKey without_account(EventKey key) { return {key.high, key.high ^ kNoAccount}; }

Hash128 conflicting_uid(EventKey key, std::uint64_t content) {
  const std::uint64_t words[] = {key.high, key.low, content};
  return {key.high,
          hash64({reinterpret_cast<const char*>(words), sizeof words}, 1)};
}

/// Entries lie in the order of key.high: where the key says, or as near behind it as others let it. So
/// a search ends at the first greater key, and growing is one pass. A tail takes what is pushed off the end.
void SeenEvents::insert_locked(Shard& shard, const Entry& entry) {
  auto& slots = shard.slots;
  for (;;) {
    if (shard.used * 100 < shard.home * 92) {
      std::size_t i = slot_of(entry.key, shard.home);
      while (i < slots.size() && taken(slots[i]) && slots[i].key.high <= entry.key.high) ++i;
      std::size_t end = i;
      while (end < slots.size() && taken(slots[end])) ++end;
      if (end < slots.size()) {
        std::move_backward(slots.begin() + static_cast<std::ptrdiff_t>(i),
                           slots.begin() + static_cast<std::ptrdiff_t>(end),
                           slots.begin() + static_cast<std::ptrdiff_t>(end) + 1);
        slots[i] = entry;
        ++shard.used;
        return;
      }
    }
    const std::vector<Entry> old = std::exchange(slots, {});
    shard.home = std::max<std::size_t>(16, shard.home + shard.home / 8);
    slots.resize(shard.home + 16 + shard.home / 64);
    std::size_t next = 0;
    for (const Entry& e : old) {
      if (!taken(e)) continue;
      next = std::max(next, slot_of(e.key, shard.home));
      if (next == slots.size()) slots.emplace_back();
      slots[next++] = e;
    }
  }
}

std::span<SeenEvents::Entry> SeenEvents::find_locked(Shard& shard, std::uint64_t high) {
  auto& slots = shard.slots;
  if (slots.empty()) return {};
  std::size_t i = slot_of({high, 0}, shard.home);
  while (i < slots.size() && taken(slots[i]) && slots[i].key.high < high) ++i;
  std::size_t end = i;
  while (end < slots.size() && taken(slots[end]) && slots[end].key.high == high) ++end;
  return {slots.data() + i, end - i};
}

SeenEvents::Outcome SeenEvents::note(EventKey key, std::uint64_t content, Place place) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  const bool absent = key == without_account(key);
  Entry* same_key = nullptr;   // any entry that this key matches
  Entry* same_copy = nullptr;  // … with this content
  const auto matches = [&](const Entry& e) {
    return e.key.low == key.low || absent || e.key == without_account(key);
  };
  const std::span<Entry> candidates = find_locked(shard, key.high);
  for (Entry& e : candidates) {
    if (!matches(e)) continue;
    if (same_key == nullptr || e.key < same_key->key) same_key = &e;
    if (e.content == content && (same_copy == nullptr || e.key < same_copy->key)) same_copy = &e;
  }
  const bool in_conflict = shard.conflicted.contains(key.high);
  if (same_copy != nullptr) {
    Entry& kept = *same_copy;
    if (!absent && kept.key == without_account(key)) {
      shard.duplicates.push_back({key, content, kept.place});
      kept.place = place;
      shard.upgrades.emplace_back(kept, key);
      kept.key = key;
    } else if (place < kept.place) {
      shard.duplicates.push_back(kept);
      kept.place = place;
      shard.moves.push_back(kept);
    } else {
      shard.duplicates.push_back({kept.key, content, place});
    }
    return {Verdict::duplicate, uid_locked(shard, kept)};
  }
  if (same_key == nullptr) {
    insert_locked(shard, {key, content, place});
    return {Verdict::fresh, key};
  }
  if (!in_conflict) {
    shard.conflicted.insert(key.high);
    for (const Entry& e : candidates)
      if (matches(e)) shard.conflicts.push_back({e.key, e.content, e.place, true});
  }
  insert_locked(shard, {key, content, place});
  shard.conflicts.push_back({key, content, place, false});
  return {Verdict::conflicting, conflicting_uid(key, content)};
}

Hash128 SeenEvents::uid_locked(const Shard& shard, const Entry& e) {
  return shard.conflicted.contains(e.key.high) ? conflicting_uid(e.key, e.content) : e.key;
}

void SeenEvents::restore(EventKey key, std::uint64_t content, Place place) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  insert_locked(shard, {key, content, place});
}

void SeenEvents::restore_conflict(EventKey key) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  shard.conflicted.insert(key.high);
}

SeenEvents::Changes SeenEvents::take_changes() {
  Changes out;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (const Entry& e : std::exchange(shard.duplicates, {}))
      out.duplicates.push_back({uid_locked(shard, e), e.place});
    for (const Entry& e : std::exchange(shard.moves, {}))
      out.moves.push_back({uid_locked(shard, e), e.place});
    for (const auto& [e, key] : std::exchange(shard.upgrades, {}))
      out.upgrades.push_back(
          {uid_locked(shard, e), uid_locked(shard, {key, e.content, e.place}), e.place});
    const auto conflicts = std::exchange(shard.conflicts, {});
    out.conflicts.insert(out.conflicts.end(), conflicts.begin(), conflicts.end());
  }
  return out;
}

std::uint64_t SeenEvents::size() const {
  std::uint64_t n = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    n += shard.used;
  }
  return n;
}

}  // namespace backtrail::ingest
