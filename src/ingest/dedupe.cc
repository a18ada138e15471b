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

/// Names a row among the rows of one eventID.
std::uint64_t row_hash(EventKey key, std::uint64_t content) {
  const std::uint64_t words[] = {key.high, key.low, content};
  return hash64({reinterpret_cast<const char*>(words), sizeof words}, 1);
}

}  // namespace

EventKey make_key(std::string_view event_id, std::string_view account) {
  EventKey key;
  key.high = hash64(event_id);
  key.low = account.empty() ? key.high ^ kNoAccount : hash64(account, key.high);
  return key;
}

EventKey without_account(EventKey key) { return {key.high, key.high ^ kNoAccount}; }

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

void SeenEvents::erase_locked(Shard& shard, std::size_t at) {
  auto& slots = shard.slots;
  for (; at + 1 < slots.size() && taken(slots[at + 1]) &&
         slot_of(slots[at + 1].key, shard.home) <= at;
       ++at)
    slots[at] = slots[at + 1];
  slots[at] = {};
  --shard.used;
}

SeenEvents::Outcome SeenEvents::note(EventKey key, std::uint64_t content, Place place) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  const std::span<Entry> known = find_locked(shard, key.high);
  for (Entry& kept : known) {
    if (kept.key != key || kept.content != content) continue;
    if (kept.place == place) return {Verdict::duplicate, uid_locked(shard, kept)};  // the item is read anew
    if (place < kept.place) {
      shard.duplicates.push_back(kept);
      kept.place = place;
      shard.moves.push_back(kept);
    } else {
      shard.duplicates.push_back({key, content, place});
    }
    return {Verdict::duplicate, uid_locked(shard, kept)};
  }
  const bool fresh = known.empty();
  insert_locked(shard, {key, content, place});
  if (fresh) return {Verdict::fresh, key};
  const std::uint64_t row = row_hash(key, content);
  const Hash128 uid{key.high, row};
  shard.own_uids[row] = uid;
  shard.unsettled.insert(key.high);
  return {Verdict::unsettled, uid};
}

Hash128 SeenEvents::uid_locked(const Shard& shard, const Entry& e) {
  if (shard.own_uids.empty()) return e.key;
  const auto own = shard.own_uids.find(row_hash(e.key, e.content));
  return own == shard.own_uids.end() ? e.key : own->second;
}

void SeenEvents::restore(EventKey key, std::uint64_t content, Place place, Hash128 uid) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  insert_locked(shard, {key, content, place});
  if (uid != key) shard.own_uids[row_hash(key, content)] = uid;
}

SeenEvents::Changes SeenEvents::take_changes() {
  Changes out;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (const Entry& e : std::exchange(shard.duplicates, {}))
      out.duplicates.push_back({uid_locked(shard, e), e.place});
    for (const Entry& e : std::exchange(shard.moves, {}))
      out.moves.push_back({uid_locked(shard, e), e.place});
    for (const std::uint64_t high : std::exchange(shard.unsettled, {})) {
      for (auto found = find_locked(shard, high); !found.empty();
           found = find_locked(shard, high)) {
        const Entry& e = found.back();
        out.unsettled.push_back({e.key, e.content, e.place, uid_locked(shard, e)});
        shard.own_uids.erase(row_hash(e.key, e.content));
        erase_locked(shard, static_cast<std::size_t>(&e - shard.slots.data()));
      }
    }
  }
  std::sort(out.unsettled.begin(), out.unsettled.end(),
            [](const Stored& a, const Stored& b) { return a.uid < b.uid; });
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
