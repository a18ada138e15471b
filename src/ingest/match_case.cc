#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "base/cancel.h"
#include "ingest/detail/meta.h"
#include "ingest/detail/pipeline.h"
#include "ingest/detail/read_places.h"
#include "ingest/detail/secret.h"
#include "ingest/ingest.h"

namespace backtrail::ingest {
namespace {

/// Which places of the evidence hold further copies, and the uids of copies that differ.
struct Copies {
  std::vector<Place> duplicates{};  // sorted
  std::map<Place, Hash128> conflicting{};

  [[nodiscard]] bool is_duplicate(Place p) const {
    return std::binary_search(duplicates.begin(), duplicates.end(), p);
  }
  [[nodiscard]] Hash128 uid(EventKey key, Place place) const {
    const auto own = conflicting.find(place);
    return own == conflicting.end() ? key : own->second;
  }
};

Result<Copies> read_copies(store::Store& store, const std::stop_token& stop) {
  Copies out;
  BACKTRAIL_RETURN_IF_ERROR(
      read_places(store, "SELECT _evidence, _record FROM duplicates", out.duplicates, stop));
  std::sort(out.duplicates.begin(), out.duplicates.end());
  BACKTRAIL_ASSIGN(const store::Table rows,
                   store::fetch(store.engine(),
                                {.sql = "SELECT uid, _evidence, _record FROM cloudtrail_logs WHERE uid IN "
                                        "(SELECT uid FROM conflicts)"},
                                stop));
  for (const auto& row : rows.rows)
    out.conflicting.emplace(Place{static_cast<std::uint32_t>(store::to_int(row[1])),
                                  static_cast<std::uint32_t>(store::to_int(row[2]))},
                            parse_uuid_text(store::to_text(row[0])));
  return out;
}

/// Takes one thread's hits; made by that thread.
using TakeHit = std::function<Result<void>(std::uint32_t rule, model::EventRef event,
                                           std::vector<std::optional<std::string>> captured)>;

/// Matches every kept record of the case; `open` makes the taker of each thread.
Result<void> match_records(casefile::Case& kase, const std::shared_ptr<const sigma::RuleSet>& rules,
                           unsigned threads, Progress& progress, const std::stop_token& stop,
                           const std::function<TakeHit()>& open) {
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  BACKTRAIL_ASSIGN(const Copies copies, read_copies(*store, stop));
  BACKTRAIL_ASSIGN(const ItemReadOptions read, ItemReadOptions::of_case(kase));
  const std::vector<Work> work = work_of_case(kase, read);
  progress.phase = "matching";
  progress.files_total = work.size();
  progress.files_done = 0;
  progress.bytes_done = 0;
  progress.bytes_total = 0;
  for (const Work& w : work) progress.bytes_total += w.bytes;
  const std::uint64_t secret = content_secret(kase);

  WorkList list(work);
  std::mutex mutex;
  std::optional<Error> failed;
  std::atomic<bool> ended = false;
  const auto run = [&] {
    const TakeHit take = open();
    RecordCursor cursor(list, progress);
    Matchers matchers(rules);
    while (!ended && !stop.stop_requested() && cursor.next()) {
      sigma::Matcher& matcher = matchers.of(*cursor.found().type);
      const auto fired = matcher.match(cursor.record());
      if (fired.empty() || copies.is_duplicate(cursor.place())) continue;
      const EventFacts facts = facts_of(cursor.found(), secret);
      const EventKey key = key_or_place(cursor.found(), facts, cursor.work(), cursor.place().record);
      const model::EventRef ref = ref_of(cursor.found(), facts, copies.uid(key, cursor.place()));
      for (const std::uint32_t rule : fired) {
        auto taken = take(rule, ref, matcher.capture(rule, cursor.record()));
        if (taken) continue;
        const std::lock_guard lock(mutex);
        failed = taken.error();
        ended = true;
      }
    }
  };
  {
    const unsigned n = threads != 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
    std::vector<std::jthread> workers;
    for (unsigned i = 1; i < n; ++i) workers.emplace_back(run);
    run();
  }
  if (failed) return *failed;
  if (stop.stop_requested()) return cancelled_error("the matching");
  for (const WorkOutcome& o : list.outcomes())
    if (o.failed) return o.failed->with_context("evidence cannot be read");
  return {};
}

class SpooledHits final : public MatchedHits {
 public:
  explicit SpooledHits(std::shared_ptr<const sigma::RuleSet> rules) : rules_(std::move(rules)) {}

  TakeHit open() {
    const std::lock_guard lock(mutex_);
    HitSpool* const spool = spools_.emplace_back(std::make_unique<HitSpool>()).get();
    return [spool](std::uint32_t rule, const model::EventRef& event,
                   const std::vector<std::optional<std::string>>& captured) {
      return spool->add(rule, event, captured);
    };
  }
  Result<void> load(store::Store& store, std::string_view table, std::stop_token stop) override {
    return store_hits(store, table, spools_, *rules_, 1, std::move(stop));
  }

 private:
  std::shared_ptr<const sigma::RuleSet> rules_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<HitSpool>> spools_;
};

}  // namespace

Result<std::vector<CaseHit>> match_case(casefile::Case& kase,
                                        std::shared_ptr<const sigma::RuleSet> rules, unsigned threads,
                                        Progress& progress, std::stop_token stop) {
  std::mutex mutex;
  std::vector<CaseHit> out;
  const auto open = [&]() -> TakeHit {
    return [&](std::uint32_t rule, model::EventRef event,
               std::vector<std::optional<std::string>> captured) -> Result<void> {
      const std::lock_guard lock(mutex);
      out.push_back({rule, std::move(event), std::move(captured)});
      return {};
    };
  };
  BACKTRAIL_RETURN_IF_ERROR(match_records(kase, rules, threads, progress, stop, open));
  return out;
}

Result<std::unique_ptr<MatchedHits>> match_to_disk(casefile::Case& kase,
                                                   std::shared_ptr<const sigma::RuleSet> rules,
                                                   unsigned threads, Progress& progress,
                                                   std::stop_token stop) {
  auto out = std::make_unique<SpooledHits>(rules);
  BACKTRAIL_RETURN_IF_ERROR(
      match_records(kase, rules, threads, progress, stop, [&] { return out->open(); }));
  return std::unique_ptr<MatchedHits>(std::move(out));
}

Result<void> with_record(casefile::Case& kase, std::string_view id,
                         FunctionRef<void(const sources::Found&, const casefile::EvidenceItem&,
                                          std::string_view member, std::uint64_t offset)>
                             f) {
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  BACKTRAIL_ASSIGN(
      const store::Table found,
      store::fetch(store->engine(),
                   {.sql = "SELECT _evidence, _record FROM cloudtrail_logs WHERE eventid = $1 UNION ALL "
                           "SELECT _evidence, _record FROM records WHERE CAST(uid AS VARCHAR) = $1 "
                           "ORDER BY _evidence, _record LIMIT 1",
                    .parameters = {std::string(id)}}));
  if (found.rows.empty())
    return not_found("event.not_found", "no event '" + std::string(id) + "' in this case");
  return with_record_at(kase, static_cast<std::uint32_t>(store::to_int(found.rows[0][0])),
                        static_cast<std::uint32_t>(store::to_int(found.rows[0][1])), f);
}

Result<void> with_record_at(casefile::Case& kase, std::uint32_t evidence, std::uint32_t record,
                            FunctionRef<void(const sources::Found&, const casefile::EvidenceItem&,
                                             std::string_view member, std::uint64_t offset)>
                                f) {
  for (const casefile::EvidenceItem& item : kase.items()) {
    if (item.id != evidence) continue;
    ItemReader reader;
    BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
    BACKTRAIL_ASSIGN(const std::string options_used, get_meta(store->engine(), kReadOptionsUsed));
    std::shared_ptr<const sources::ReadOptions> options;
    if (!options_used.empty()) {
      BACKTRAIL_ASSIGN(const ItemReadOptions of_items, ItemReadOptions::of_case(kase));
      options = of_items.of(item.id);
    }
    BACKTRAIL_RETURN_IF_ERROR(reader.start(kase.path_of(item), item.source, options.get()));
    sources::Found found;
    std::uint32_t number = 0;
    while (reader.next(found, number)) {
      if (number != record) continue;
      f(found, item, reader.member(), reader.position().offset);
      return {};
    }
  }
  return data_loss("evidence.missing", "evidence item " + std::to_string(evidence) +
                                           " does not hold record " + std::to_string(record) +
                                           " any more; run `backtrail case verify`");
}

}  // namespace backtrail::ingest
