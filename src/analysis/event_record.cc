#include <array>
#include <map>

#include "analysis/analysis.h"
#include "analysis/detail/finding_events.h"
#include "analysis/detail/sql.h"
#include "base/file.h"
#include "base/hash.h"
#include "ingest/ingest.h"

namespace backtrail::analysis {
namespace {

/// The hash of what the evidence file holds now; empty when it cannot be read.
std::string hash_now(const std::filesystem::path& path) {
  const auto file = open_for_reading(path);
  if (!file) return {};
  Sha256Stream hash;
  std::array<char, 65536> buffer{};
  for (;;) {
    const auto n = read_some(*file, buffer);
    if (!n) return {};
    if (*n == 0) break;
    hash.update(std::string_view(buffer.data(), *n));
  }
  return to_hex(hash.finish());
}

/// What begins so, when nothing is called so and only one event begins so: tables cut long ids.
Result<std::string> full_id(store::Engine& engine, std::string_view id, std::stop_token stop) {
  constexpr std::size_t kShortest = 6;
  constexpr std::string_view kCut = "…";
  if (id.ends_with(kCut)) id.remove_suffix(kCut.size());
  std::string text(id);
  if (text.size() < kShortest) return text;
  BACKTRAIL_ASSIGN(
      const store::Table found,
      store::fetch(engine,
                   {.sql = "SELECT DISTINCT event_id FROM events WHERE starts_with(event_id, $1) "
                           "ORDER BY event_id <> $1, event_id LIMIT 3",
                    .parameters = {text}},
                   stop));
  if (found.rows.empty()) return text;  // a uid
  std::string first = store::to_text(found.rows[0][0]);
  if (first == text || found.rows.size() == 1) return first;
  return invalid_argument("event.ambiguous", "several events begin with '" + text + "': " + first +
                                                 ", " + store::to_text(found.rows[1][0]) +
                                                 (found.rows.size() > 2 ? " and more" : "") +
                                                 "; give more of the id");
}

class Places {
 public:
  explicit Places(casefile::Case& kase) : kase_(kase) {}

  /// Reads the record there; `event` takes its text, and its time where it has none.
  Result<EventPlace> read(std::uint32_t item, std::uint32_t record, bool kept, EventRecord* event) {
    EventPlace out{.item = item, .record = record, .kept = kept};
    BACKTRAIL_RETURN_IF_ERROR(
        ingest::with_record_at(kase_, item, record,
                               [&](const sources::Found& r, const casefile::EvidenceItem& from,
                                   std::string_view member, std::uint64_t offset) {
                                 out.source = from.source;
                                 out.stored = from.stored;
                                 out.sha256 = from.sha256;
                                 out.member = std::string(member);
                                 out.offset = offset;
                                 out.unchanged = unchanged(from);
                                 if (event == nullptr) return;
                                 event->json = std::string(r.record->at(model::kWholeRecord).text);
                                 if (!event->time) event->time = sources::time_of(r);
                               }));
    return out;
  }

 private:
  bool unchanged(const casefile::EvidenceItem& item) {
    const auto [it, first] = unchanged_.try_emplace(item.id, false);
    if (first) it->second = hash_now(kase_.path_of(item)) == item.sha256;
    return it->second;
  }

  casefile::Case& kase_;
  std::map<std::uint32_t, bool> unchanged_{};
};

}  // namespace

Result<std::vector<EventRecord>> event_records(casefile::Case& kase, std::string_view id,
                                               std::stop_token stop) {
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  BACKTRAIL_ASSIGN(const std::string full, full_id(store->engine(), id, stop));
  BACKTRAIL_ASSIGN(
      const store::Table found,
      store::fetch(store->engine(),
                   {.sql = "WITH e AS (SELECT uid, event_id, \"time\", _evidence, _record FROM events WHERE event_id = $1 "
                           "OR uid = TRY_CAST($1 AS UUID)), r AS (SELECT uid, '' AS event_id, CAST(NULL AS TIMESTAMP) AS "
                           "\"time\", _evidence, _record FROM records WHERE uid = TRY_CAST($1 AS UUID)) "
                           "SELECT CAST(uid AS VARCHAR), event_id, \"time\", _evidence, _record FROM (FROM e UNION ALL FROM "
                           "r WHERE uid NOT IN (SELECT uid FROM e)) ORDER BY _evidence, _record",
                    .parameters = {full}},
                   stop));
  if (found.rows.empty())
    return not_found("event.not_found", "there is no event '" + std::string(id) +
                                            "' in this case; `backtrail timeline` prints the ids, column uid of "
                                            "each table has those of other records");
  BACKTRAIL_ASSIGN(const std::vector<std::string> findings,
                   findings_with(store->engine(), full, {}, stop));
  Places places(kase);
  std::vector<EventRecord> out;
  for (const std::vector<store::Cell>& row : found.rows) {
    EventRecord event{.uid = store::to_text(row[0]),
                      .event_id = store::to_text(row[1]),
                      .time = store::to_time(row[2]),
                      .findings = findings};
    BACKTRAIL_ASSIGN(EventPlace kept,
                     places.read(static_cast<std::uint32_t>(to_count(row[3])),
                                 static_cast<std::uint32_t>(to_count(row[4])), true, &event));
    event.places.push_back(std::move(kept));
    BACKTRAIL_ASSIGN(const store::Table copies,
                     store::fetch(store->engine(),
                                  {.sql = "SELECT _evidence, _record FROM duplicates WHERE "
                                          "CAST(uid AS VARCHAR) = $1 ORDER BY _evidence, _record",
                                   .parameters = {event.uid}},
                                  stop));
    for (const std::vector<store::Cell>& c : copies.rows) {
      BACKTRAIL_ASSIGN(EventPlace copy,
                       places.read(static_cast<std::uint32_t>(to_count(c[0])),
                                   static_cast<std::uint32_t>(to_count(c[1])), false, nullptr));
      event.places.push_back(std::move(copy));
    }
    out.push_back(std::move(event));
  }
  return out;
}

}  // namespace backtrail::analysis
