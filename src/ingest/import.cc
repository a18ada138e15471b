#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "base/cancel.h"
#include "base/version.h"
#include "ingest/detail/apply.h"
#include "ingest/detail/discover.h"
#include "ingest/detail/import.h"
#include "ingest/detail/meta.h"
#include "ingest/detail/read_again.h"
#include "ingest/detail/secret.h"
#include "ingest/detail/settle.h"
#include "ingest/detail/summary.h"
#include "ingest/detail/twins.h"

namespace backtrail::ingest {
namespace {

/// Evidence per transaction: what an interruption can cost.
constexpr std::uint64_t kBatchBytes = std::uint64_t{512} << 20;

class TableSink final : public EventSink {
 public:
  explicit TableSink(store::Store& store) : store_(store) {}
  Result<void> drain(const model::LogType& type, store::RowFeed& feed, unsigned threads,
                     std::stop_token stop) override {
    const bool cloudtrail = &type == &sources::cloudtrail_type();
    auto loaded = store_.load(type.table, cloudtrail ? event_leaves() : record_leaves(type), feed, threads,
                              std::move(stop));
    if (!loaded) return loaded.error();
    return {};
  }

 private:
  store::Store& store_;
};

/// What this batch makes untrue until it is counted or grouped anew.
Result<void> mark_stale(store::Store& store, const std::string& rules_hash) {
  BACKTRAIL_RETURN_IF_ERROR(set_meta(store, kHitsRulesHash, rules_hash));
  BACKTRAIL_RETURN_IF_ERROR(set_meta(store, kHitsVersion, program_version()));
  BACKTRAIL_RETURN_IF_ERROR(set_meta(store, kDerivedStale, "1"));
  return set_meta(store, kFindingsStale, "1");
}

std::vector<std::string> ids_of(const sigma::RuleSet* rules) {
  std::vector<std::string> out;
  if (rules != nullptr)
    for (const sigma::RuleInfo& rule : rules->rules()) out.push_back(rule.id);
  return out;
}

/// Loads one batch of evidence in one transaction.
Result<void> load_in_transaction(casefile::Case& kase, store::Store& store, std::span<const Work> work,
                                 const ItemReadOptions& read, SeenEvents& seen, const LoadOptions& options, Summary& summary,
                                 Progress& progress, const std::stop_token& stop) {
  LoadBatch batch{.seen = seen,
                  .secret = options.secret,
                  .rules = options.rules,
                  .progress = progress};
  TableSink sink(store);
  BACKTRAIL_ASSIGN(const std::vector<WorkOutcome> outcomes,
                   load_batch(batch, work, sink, options.threads, stop).with_context("reading evidence"));
  if (stop.stop_requested()) return cancelled_error("the import");
  progress.phase = "storing";
  if (options.rules)
    BACKTRAIL_RETURN_IF_ERROR(
        store_hits(store, "hits", batch.spools, *options.rules, options.threads, stop).with_context("storing hits"));
  const SeenEvents::Changes changes = seen.take_changes();
  BACKTRAIL_RETURN_IF_ERROR(apply_changes(store, changes, stop).with_context("settling copies"));
  BACKTRAIL_RETURN_IF_ERROR(store_duplicates(store, batch.copies, stop));
  BACKTRAIL_ASSIGN(const Settled settled,
                   settle_copies(store, seen, changes.unsettled, work_of_case(kase, read), options.secret,
                                 ids_of(options.rules.get()), stop)
                       .with_context("comparing copies"));
  BACKTRAIL_RETURN_IF_ERROR(store_outcomes(store, work, outcomes).with_context("storing outcomes"));
  BACKTRAIL_RETURN_IF_ERROR(mark_stale(store, options.rules_hash));
  for (std::size_t i = 0; i < work.size(); ++i) add_outcome(summary, work[i], outcomes[i]);
  for (const auto& spool : batch.spools) summary.hits += spool->count();
  summary.records.stored += batch.stored;
  summary.records.stored -= settled.rows_removed;
  summary.records.duplicates += batch.duplicates + settled.rows_removed;
  summary.conflicts += settled.conflicts;
  return {};
}

/// How this import reads each item: as it says of those that it names, as was said before of the rest.
class OptionsOfImport {
 public:
  OptionsOfImport(const casefile::Case& kase, const ItemReadOptions& before, const casefile::AddResult& added,
                  const sources::ReadOptions& given, const std::set<std::uint32_t>& loaded)
      : before_(before), given_(given), named_(added.already.begin(), added.already.end()) {
    for (const casefile::EvidenceItem& item : kase.items())
      if (loaded.contains(item.id)) equal_.try_emplace(item.sha256).first->second.push_back(item.id);
    for (const auto& [content, items] : equal_)  // equal bytes are read anew together
      if (std::any_of(items.begin(), items.end(), [&](std::uint32_t id) { return named_.contains(id); }))
        named_.insert(items.begin(), items.end());
    named_.insert(added.added.begin(), added.added.end());
    const std::set<std::uint32_t> added_now(added.added.begin(), added.added.end());
    for (const casefile::EvidenceItem& item : kase.items())
      if (const auto e = equal_.find(item.sha256); e != equal_.end() && added_now.contains(item.id))
        equal_to_new_.insert(e->second.begin(), e->second.end());
  }
  /// Loaded items with the bytes of one that is new: of equal bytes as much is read everywhere, so that each
  /// record is there once.
  [[nodiscard]] std::vector<std::uint32_t> equal_to_new() const { return {equal_to_new_.begin(), equal_to_new_.end()}; }
  [[nodiscard]] sources::ReadOptions of(const casefile::EvidenceItem& item) const {
    sources::ReadOptions out = options_or_none(before_.of(item.id));
    if (const auto e = equal_.find(item.sha256); e != equal_.end())
      out.caps = options_or_none(before_.of(e->second.front())).caps;
    if (named_.contains(item.id)) return over(std::move(out), given_);
    return equal_to_new_.contains(item.id) ? over(std::move(out), {.caps = given_.caps}) : out;
  }

 private:
  const ItemReadOptions& before_;
  const sources::ReadOptions& given_;
  std::set<std::uint32_t> named_;
  std::map<std::string_view, std::vector<std::uint32_t>> equal_{};  // loaded items by content
  std::set<std::uint32_t> equal_to_new_{};
};

}  // namespace

Result<void> load_items(casefile::Case& kase, const std::vector<const casefile::EvidenceItem*>& items,
                        const LoadOptions& options, Summary& summary, Progress& progress,
                        std::stop_token stop) {
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  std::vector<Work> work;
  BACKTRAIL_ASSIGN(const ItemReadOptions read, ItemReadOptions::of_case(kase));
  for (const casefile::EvidenceItem* item : items) work.push_back(work_of(kase, *item, read));
  if (std::any_of(work.begin(), work.end(), [](const Work& w) { return w.read != nullptr; }))
    BACKTRAIL_RETURN_IF_ERROR(set_meta(*store, kReadOptionsUsed, "1"));
  progress.bytes_total = 0;
  progress.bytes_done = 0;
  progress.files_total = work.size();
  progress.files_done = 0;
  for (const Work& w : work) progress.bytes_total += w.bytes;

  SeenEvents seen;
  progress.phase = "looking up known events";
  BACKTRAIL_RETURN_IF_ERROR(restore_seen(*store, seen, stop));
  while (!work.empty()) {
    BACKTRAIL_ASSIGN(const std::vector<Work> round, take_round(kase, *store, read, work));
    for (std::size_t from = 0; from < round.size();) {
      std::uint64_t bytes = 0;
      std::size_t to = from;
      while (to < round.size() && (to == from || bytes + round[to].bytes <= kBatchBytes))
        bytes += round[to++].bytes;
      progress.phase = "reading";
      BACKTRAIL_RETURN_IF_ERROR(store->begin());
      auto loaded = load_in_transaction(kase, *store, std::span(round).subspan(from, to - from), read, seen, options,
                                        summary, progress, stop);
      if (!loaded) {
        (void)store->rollback().has_value();
        return loaded.error();
      }
      BACKTRAIL_RETURN_IF_ERROR(store->commit());
      from = to;
    }
  }
  return {};
}

std::vector<const casefile::EvidenceItem*> items_not_loaded(const casefile::Case& kase,
                                                            const std::set<std::uint32_t>& loaded) {
  std::vector<const casefile::EvidenceItem*> out;
  for (const casefile::EvidenceItem& item : kase.items())
    if (!loaded.contains(item.id)) out.push_back(&item);
  return out;
}

Result<std::set<std::uint32_t>> loaded_items(store::Store& store) {
  BACKTRAIL_ASSIGN(const store::Table t, store::fetch(store.engine(), {.sql = "SELECT id FROM evidence"}));
  std::set<std::uint32_t> out;
  for (const auto& row : t.rows) out.insert(static_cast<std::uint32_t>(store::to_int(row[0])));
  return out;
}

Result<Summary> import(casefile::Case& kase, const std::vector<std::string>& paths,
                       const ImportOptions& options, Progress& progress, std::stop_token stop) {
  const auto started = std::chrono::steady_clock::now();
  const unsigned threads =
      options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  BACKTRAIL_RETURN_IF_ERROR(sources::check(options.read));
  Summary summary;
  progress.phase = "looking for files";
  BACKTRAIL_ASSIGN(const Discovered found, discover(paths));

  progress.phase = "taking into evidence";
  const casefile::AddOptions add{
      .in_place = options.in_place, .threads = threads, .base = found.base.string()};
  BACKTRAIL_ASSIGN(casefile::AddResult added, kase.add_evidence(found.files, add, progress, stop));
  if (found.standard_input) {
    BACKTRAIL_ASSIGN(const casefile::AddResult in, kase.add_stdin(0, add, progress, stop));
    added.added.insert(added.added.end(), in.added.begin(), in.added.end());
    added.already.insert(added.already.end(), in.already.begin(), in.already.end());
    added.failed.insert(added.failed.end(), in.failed.begin(), in.failed.end());
  }
  for (const casefile::AddFailure& f : added.failed)
    summary.skipped.push_back({.path = f.path, .reason = "unreadable", .detail = f.error.message});
  for (const Discovered::Unreadable& u : found.unreadable)
    summary.skipped.push_back({.path = u.path, .reason = "unreadable", .detail = u.reason});
  summary.files.skipped = summary.skipped.size();

  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  BACKTRAIL_ASSIGN(std::set<std::uint32_t> loaded, loaded_items(*store));
  BACKTRAIL_ASSIGN(const ItemReadOptions read, ItemReadOptions::of_case(kase));
  const bool had_none = loaded.empty();
  OptionsOfImport said(kase, read, added, options.read, loaded);
  for (const auto& [items, given] : {std::pair(added.already, options.read),
                                     std::pair(said.equal_to_new(), sources::ReadOptions{.caps = options.read.caps})}) {
    BACKTRAIL_ASSIGN(const std::vector<Skipped> read_before,
                     forget_for_reading(kase, *store, read, items, given, loaded));
    summary.skipped.insert(summary.skipped.end(), read_before.begin(), read_before.end());
  }
  const auto pending = items_not_loaded(kase, loaded);
  for (const std::uint32_t id : added.already)
    if (loaded.contains(id)) ++summary.files.already;

  const std::string new_hash = options.rules ? options.rules->hash() : std::string();
  if (!pending.empty()) {
    BACKTRAIL_ASSIGN(const std::string old_hash, get_meta(store->engine(), kHitsRulesHash));
    const auto now = [&](std::size_t i) { return said.of(*pending[i]); };
    for (std::size_t from = 0; from < pending.size();) {
      const sources::ReadOptions read_now = now(from);
      std::size_t to = from + 1;
      while (to < pending.size() && pending[to]->id == pending[to - 1]->id + 1 && now(to) == read_now) ++to;
      Json body = Json::object();
      body.set("first_item", std::uint64_t{pending[from]->id});
      body.set("last_item", std::uint64_t{pending[to - 1]->id});
      body.set("rules", options.rules ? Json(options.rule_source) : Json());
      body.set("rules_hash", options.rules ? Json(new_hash) : Json());
      write_read_options(read_now, body);
      BACKTRAIL_RETURN_IF_ERROR(kase.record("import", std::move(body)));
      from = to;
    }
    if (options.rules)
      BACKTRAIL_RETURN_IF_ERROR(store_rules(*store, *options.rules, options.rule_source));
    const bool complete = had_none || old_hash == new_hash;
    BACKTRAIL_RETURN_IF_ERROR(load_items(kase, pending,
                                         {.rules = options.rules,
                                          .rules_hash = complete ? new_hash : "",
                                          .threads = threads,
                                          .secret = content_secret(kase)},
                                         summary, progress, stop));
  }
  progress.phase = "counting";
  BACKTRAIL_RETURN_IF_ERROR(refresh_derived(*store));
  summary.files.found = summary.files.imported + summary.files.already + summary.files.skipped;
  sort_skipped(summary);
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return summary;
}

Result<Summary> replay(casefile::Case& kase, unsigned threads, Progress& progress,
                       std::stop_token stop, RulesFor rules_for) {
  BACKTRAIL_ASSIGN(const auto entries, kase.entries());
  // The last import that covers an item says how it was matched.
  std::map<std::uint32_t, const casefile::Case::Entry*> import_of;
  for (const auto& entry : entries) {
    if (entry.type != "import") continue;
    const std::uint64_t first = entry.body["first_item"].as_uint();
    const std::uint64_t last = entry.body["last_item"].as_uint();
    for (const casefile::EvidenceItem& item : kase.items())
      if (item.id >= first && item.id <= last) import_of[item.id] = &entry;
  }
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  Summary summary;
  const auto& items = kase.items();
  std::string hash;  // of the rules whose hits are complete so far
  for (std::size_t from = 0; from < items.size();) {
    const auto* entry = import_of[items[from].id];
    std::vector<const casefile::EvidenceItem*> run;
    const bool first = from == 0;
    for (; from < items.size() && import_of[items[from].id] == entry; ++from) run.push_back(&items[from]);
    if (entry == nullptr) continue;  // taken into evidence, never read: the next import does it
    std::shared_ptr<const sigma::RuleSet> rules;
    if (!entry->body["rules"].is_null()) rules = rules_for(entry->body["rules"].as_string());
    if (rules) BACKTRAIL_RETURN_IF_ERROR(store_rules(*store, *rules, entry->body["rules"].as_string()));
    const std::string this_hash = rules ? rules->hash() : std::string();
    hash = first || hash == this_hash ? this_hash : "";
    BACKTRAIL_RETURN_IF_ERROR(load_items(
        kase, run,
        {.rules = rules, .rules_hash = hash, .threads = threads, .secret = content_secret(kase)}, summary,
        progress, stop));
  }
  BACKTRAIL_RETURN_IF_ERROR(refresh_derived(*store));
  summary.files.found = summary.files.imported + summary.files.skipped;
  sort_skipped(summary);
  return summary;
}

}  // namespace backtrail::ingest
