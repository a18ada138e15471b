#include "ingest/detail/settle.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/cancel.h"
#include "base/json.h"
#include "ingest/detail/apply.h"
#include "ingest/detail/load_rows.h"
#include "ingest/detail/read_places.h"

namespace backtrail::ingest {

Hash128 conflicting_uid(EventKey key, Hash128 value) {
  std::string bytes = "backtrail conflicting copy";
  for (const std::uint64_t word : {key.high, key.low, value.high, value.low})
    for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(word >> shift);
  return strong_hash128(bytes);
}

std::vector<SettledEvent> settle(std::span<const ReadCopy> copies) {
  if (copies.empty()) return {};
  const EventKey none = without_account(copies.front().key);
  using Class = std::pair<Hash128, EventKey>;  // value first: the least account of a value comes first
  std::map<Class, std::vector<std::size_t>> classes;
  for (std::size_t i = 0; i < copies.size(); ++i)
    if (copies[i].key != none) classes[{copies[i].digest.value, copies[i].key}].push_back(i);
  bool joker = false;  // a copy without an account that joins none
  for (std::size_t i = 0; i < copies.size(); ++i) {
    if (copies[i].key != none) continue;
    const Hash128 value = copies[i].digest.value;
    const auto least = classes.lower_bound({value, EventKey{}});
    const bool joins = least != classes.end() && least->first.first == value;
    classes[joins ? least->first : Class{value, none}].push_back(i);
    joker = joker || !joins || least->first.second == none;
  }

  std::map<EventKey, std::size_t> sizes;  // of the groups in which copies may differ
  const auto group = [&](const Class& c) { return joker ? none : c.second; };
  for (const auto& [c, members] : classes) ++sizes[group(c)];
  std::vector<SettledEvent> out;
  for (auto& [c, members] : classes) {
    const auto rank = [&](std::size_t i) {
      const ReadCopy& copy = copies[i];
      return std::tuple(copy.key == none, copy.digest.form, copy.place);
    };
    const bool conflicting = sizes[group(c)] > 1;
    const std::size_t kept = *std::min_element(members.begin(), members.end(), [&](auto a, auto b) {
      return rank(a) < rank(b);
    });
    out.push_back({.uid = conflicting ? conflicting_uid(c.second, c.first) : c.second,
                   .kept = kept,
                   .copies = std::move(members),
                   .conflicting = conflicting,
                   .conflict = group(c)});
  }
  return out;
}

namespace {

/// Reads the records at these places (sorted, without repeats) again.
Result<std::vector<ReadCopy>> read_copies(std::span<const Place> places, std::span<const Work> evidence,
                                          std::uint64_t secret, const std::stop_token& stop) {
  std::vector<ReadCopy> out;
  out.reserve(places.size());
  ItemReader reader;
  sources::Found found;
  auto work = evidence.begin();
  for (std::size_t at = 0; at < places.size();) {
    if (stop.stop_requested()) return cancelled_error("the import");
    const std::uint32_t item = places[at].evidence;
    work = std::find_if(work, evidence.end(), [&](const Work& w) { return w.evidence == item; });
    const auto missing = [&](const std::string& why) {
      return data_loss("evidence.missing",
                       "copies of one event differ, and evidence item " + std::to_string(item) +
                           (work == evidence.end() ? "" : " (" + work->shown + ")") +
                           ", which holds one of them, " + why +
                           "; run `backtrail case verify`, bring the file back and repeat the command");
    };
    if (work == evidence.end()) return missing("is not in the case");
    if (auto started = reader.start(work->path, work->shown, work->read.get()); !started)
      return missing("cannot be read (" + started.error().message + ")");
    for (std::uint32_t number = 0; at < places.size() && places[at].evidence == item;) {
      if (!reader.next(found, number)) return missing("does not hold it any more");
      if (number != places[at].record) continue;
      const EventFacts facts = facts_of(found, secret);
      out.push_back({.key = key_or_place(found, facts, *work, number),
                     .content = facts.content,
                     .digest = digest_of(*found.record),
                     .place = places[at]});
      ++at;
    }
  }
  return out;
}

/// A row of the tables and the event that it belongs to.
struct Fix {
  Hash128 uid{};
  Hash128 new_uid{};
  bool kept = false;
  Hash128 conflict{};  // {} = none
};

Result<void> write_fixes(store::Store& store, const std::vector<Fix>& fixes,
                         const std::vector<std::string>& rules, const std::stop_token& stop) {
  BACKTRAIL_RETURN_IF_ERROR(store.execute(
      "CREATE OR REPLACE TEMP TABLE fixes (uid UUID, new_uid UUID, kept INTEGER, conflict UUID)"));
  static const std::vector<std::string> kLeaves = {"uid", "new_uid", "kept", "conflict"};
  BACKTRAIL_RETURN_IF_ERROR(load_rows(
      store, "fixes", kLeaves, fixes,
      [](store::RowWriter& out, const Fix& f) {
        out.uuid(0, f.uid.high, f.uid.low);
        out.uuid(1, f.new_uid.high, f.new_uid.low);
        out.integer(2, f.kept ? 1 : 0);
        if (f.conflict != Hash128{}) out.uuid(3, f.conflict.high, f.conflict.low);
      },
      stop));
  Json ids = Json::array();
  for (const std::string& id : rules) ids.push(id);
  BACKTRAIL_RETURN_IF_ERROR(store.execute(
      "DELETE FROM duplicates WHERE uid IN (SELECT uid FROM fixes);"
      "DELETE FROM conflicts WHERE uid IN (SELECT uid FROM fixes);"
      "DELETE FROM cloudtrail_logs WHERE uid IN (SELECT uid FROM fixes WHERE kept = 0);"
      "UPDATE cloudtrail_logs SET uid = new_uid FROM fixes WHERE cloudtrail_logs.uid = fixes.uid;"
      "UPDATE correlation_hits SET uid = new_uid FROM fixes WHERE correlation_hits.uid = fixes.uid;"
      "INSERT INTO conflicts SELECT conflict, new_uid, eventid, recipientaccountid FROM fixes JOIN "
      "cloudtrail_logs ON cloudtrail_logs.uid = new_uid WHERE kept = 1 AND conflict IS NOT NULL;"));
  BACKTRAIL_RETURN_IF_ERROR(store.execute(store::Query{
      .sql = "CREATE OR REPLACE TEMP TABLE settled_hits AS SELECT hits.* REPLACE (new_uid AS uid) FROM hits "
             "JOIN fixes ON hits.uid = fixes.uid WHERE kept = 1 OR rule_id NOT IN "
             "(SELECT unnest(from_json($1, '[\"VARCHAR\"]'))) QUALIFY row_number() OVER (PARTITION BY "
             "rule_id, new_uid ORDER BY kept DESC, fixes.uid) = 1",
      .parameters = {ids.dump()}}));
  return store.execute(
      "DELETE FROM hits WHERE uid IN (SELECT uid FROM fixes);"
      "INSERT INTO hits SELECT h.* REPLACE (coalesce(e.recipientaccountid, h.account) AS account) FROM "
      "settled_hits AS h JOIN cloudtrail_logs AS e ON e.uid = h.uid;"
      "DROP TABLE settled_hits; DROP TABLE fixes; DROP TABLE unsettled;");
}

}  // namespace

Result<Settled> settle_copies(store::Store& store, SeenEvents& seen,
                              const std::vector<SeenEvents::Stored>& unsettled,
                              std::span<const Work> evidence, std::uint64_t secret,
                              const std::vector<std::string>& rules, std::stop_token stop) {
  Settled result;
  if (unsettled.empty()) return result;
  BACKTRAIL_RETURN_IF_ERROR(store.execute("CREATE OR REPLACE TEMP TABLE unsettled (uid UUID)"));
  BACKTRAIL_RETURN_IF_ERROR(load_rows(
      store, "unsettled", {"uid"}, unsettled,
      [](store::RowWriter& out, const SeenEvents::Stored& s) { out.uuid(0, s.uid.high, s.uid.low); },
      stop));
  std::vector<Place> places;
  for (const SeenEvents::Stored& s : unsettled) places.push_back(s.place);
  BACKTRAIL_RETURN_IF_ERROR(read_places(
      store, "SELECT _evidence, _record FROM duplicates WHERE uid IN (SELECT uid FROM unsettled)", places, stop));
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  BACKTRAIL_ASSIGN(std::vector<ReadCopy> copies, read_copies(places, evidence, secret, stop));
  std::sort(copies.begin(), copies.end(), [](const ReadCopy& a, const ReadCopy& b) {
    return std::tuple(a.key.high, a.place) < std::tuple(b.key.high, b.place);
  });

  // Which event each row belongs to: a row is told by key and content.
  using Row = std::pair<EventKey, std::uint64_t>;
  std::vector<std::pair<Row, Hash128>> rows;
  for (const SeenEvents::Stored& s : unsettled) rows.push_back({{s.key, s.content}, s.uid});
  std::sort(rows.begin(), rows.end());
  const auto row_of = [&](const ReadCopy& c) {
    const Row row{c.key, c.content};
    const auto it = std::lower_bound(rows.begin(), rows.end(), row,
                                     [](const auto& a, const Row& b) { return a.first < b; });
    return it != rows.end() && it->first == row ? std::optional(it->second) : std::nullopt;
  };
  std::vector<Fix> fixes;
  std::vector<SeenEvents::Copy> duplicates;
  std::vector<EventKey> groups;
  for (std::size_t from = 0; from < copies.size();) {
    std::size_t to = from;
    while (to < copies.size() && copies[to].key.high == copies[from].key.high) ++to;
    const auto of_event = std::span(copies).subspan(from, to - from);
    for (const SettledEvent& event : settle(of_event)) {
      const ReadCopy& kept = of_event[event.kept];
      const auto kept_row = row_of(kept);
      if (!kept_row)
        return data_loss("evidence.altered", "evidence item " + std::to_string(kept.place.evidence) +
                                                 " is not what was read before; run `backtrail case "
                                                 "verify`");
      for (const std::size_t i : event.copies) {
        const ReadCopy& copy = of_event[i];
        if (i != event.kept) duplicates.push_back({event.uid, copy.place});
        const auto row = row_of(copy);
        if (!row) continue;
        fixes.push_back({.uid = *row,
                         .new_uid = event.uid,
                         .kept = *row == *kept_row,
                         .conflict = event.conflicting ? event.conflict : Hash128{}});
      }
      if (event.conflicting) groups.push_back(event.conflict);
      seen.restore(kept.key, kept.content, kept.place, event.uid);
    }
    from = to;
  }
  const auto less = [](const Fix& a, const Fix& b) { return a.uid < b.uid; };
  std::sort(fixes.begin(), fixes.end(), less);
  fixes.erase(std::unique(fixes.begin(), fixes.end(),
                          [](const Fix& a, const Fix& b) { return a.uid == b.uid; }),
              fixes.end());
  BACKTRAIL_RETURN_IF_ERROR(write_fixes(store, fixes, rules, stop));
  BACKTRAIL_RETURN_IF_ERROR(store_duplicates(store, duplicates, stop));
  result.rows_removed = static_cast<std::uint64_t>(
      std::count_if(fixes.begin(), fixes.end(), [](const Fix& f) { return !f.kept; }));
  std::sort(groups.begin(), groups.end());
  result.conflicts = static_cast<std::uint64_t>(std::unique(groups.begin(), groups.end()) - groups.begin());
  return result;
}

}  // namespace backtrail::ingest
