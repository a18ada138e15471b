#include "ingest/detail/read_again.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "ingest/detail/item_reader.h"
#include "ingest/detail/load_rows.h"
#include "ingest/detail/meta.h"
#include "ingest/detail/twins.h"

namespace backtrail::ingest {
namespace {

using Ids = std::set<std::uint32_t>;

Result<Ids> ids_of(store::Store& store, const std::string& sql) {
  BACKTRAIL_ASSIGN(const store::Table t, store::fetch(store.engine(), {.sql = sql}));
  Ids out;
  for (const auto& row : t.rows) out.insert(static_cast<std::uint32_t>(store::to_int(row[0])));
  return out;
}

/// Whether the file's CloudTrail records have other numbers under `now` than under `before`: what the tables say
/// of their places would be wrong.
bool numbers_differ(const casefile::Case& kase, const casefile::EvidenceItem& item,
                    const sources::ReadOptions& before, const sources::ReadOptions& now) {
  if (before == now) return false;
  struct Way {
    ItemReader reader{};
    sources::Found found{};
    std::uint32_t number = 0;
    bool next() {
      while (reader.next(found, number))
        if (found.type == &sources::cloudtrail_type()) return true;
      return false;
    }
  } a, b;
  const std::filesystem::path path = kase.path_of(item);
  if (!a.reader.start(path, item.source, &before) || !b.reader.start(path, item.source, &now)) return true;
  for (;;) {
    if (!a.next()) return false;  // what comes behind them does not move them
    if (!b.next()) return true;
    if (a.number != b.number || a.reader.position().offset != b.reader.position().offset) return true;
  }
}

Result<void> forget(store::Store& store, const std::vector<std::uint32_t>& items) {
  BACKTRAIL_RETURN_IF_ERROR(store.execute("CREATE OR REPLACE TEMP TABLE again (id INTEGER)"));
  BACKTRAIL_RETURN_IF_ERROR(load_rows(
      store, "again", {"id"}, items, [](store::RowWriter& out, std::uint32_t id) { out.integer(0, id); }, {}));
  const std::string of_items = " WHERE _evidence IN (SELECT id FROM again)";
  for (const model::LogType* type : sources::log_types()) {
    if (type == &sources::cloudtrail_type()) continue;
    const std::string from = " FROM main." + type->table + of_items;
    for (const char* table : {"hits", "correlation_hits"})
      BACKTRAIL_RETURN_IF_ERROR(
          store.execute("DELETE FROM " + std::string(table) + " WHERE uid IN (SELECT uid" + from + ")"));
    BACKTRAIL_RETURN_IF_ERROR(store.execute("DELETE" + from));
  }
  BACKTRAIL_RETURN_IF_ERROR(store.execute("DELETE FROM duplicates" + of_items +
                                          "; DELETE FROM evidence WHERE id IN (SELECT id FROM again); DROP TABLE again"));
  BACKTRAIL_RETURN_IF_ERROR(set_meta(store, kDerivedStale, "1"));
  return set_meta(store, kFindingsStale, "1");
}

/// Items of the same bytes that the tables hold.
using Equal = std::vector<const casefile::EvidenceItem*>;

bool any_of(const Equal& items, const Ids& ids) {
  return std::any_of(items.begin(), items.end(), [&](const auto* item) { return ids.contains(item->id); });
}

/// Which options bear on what: on records of the types that are not read alike, on all that was not read. Found out when first asked: most imports do not ask.
class Bearing {
 public:
  explicit Bearing(store::Store& store) : store_(store) {}
  Result<bool> on(const Equal& items, const sources::ReadOptions& before, const sources::ReadOptions& now) {
    if (before == now) return false;
    if (!holders_) {
      BACKTRAIL_ASSIGN(not_whole_, ids_of(store_, "SELECT id FROM evidence WHERE status <> 'complete'"));
      BACKTRAIL_ASSIGN(holders_, find_holders(store_));
    }
    if (any_of(items, not_whole_)) return true;
    for (std::size_t t = 0; t < holders_->size(); ++t) {
      const model::LogType& type = *sources::log_types()[t];
      if (sources::bearing_on(type, before) != sources::bearing_on(type, now) && any_of(items, (*holders_)[t]))
        return true;
    }
    return false;
  }

 private:
  store::Store& store_;
  Ids not_whole_{};
  std::optional<Holders> holders_{};
};

}  // namespace

Result<std::vector<Skipped>> forget_for_reading(casefile::Case& kase, store::Store& store,
                                                const ItemReadOptions& read, std::span<const std::uint32_t> named,
                                                const sources::ReadOptions& given, Ids& loaded) {
  const Ids names(named.begin(), named.end());
  std::map<std::string_view, Equal> by_content;  // of what is named
  for (const casefile::EvidenceItem& item : kase.items())
    if (names.contains(item.id) && loaded.contains(item.id)) by_content[item.sha256];
  for (const casefile::EvidenceItem& item : kase.items())
    if (const auto e = by_content.find(item.sha256); e != by_content.end() && loaded.contains(item.id))
      e->second.push_back(&item);
  const auto before = [&](const casefile::EvidenceItem* item) { return options_or_none(read.of(item->id)); };

  BACKTRAIL_ASSIGN(const Ids unreadable,
                   ids_of(store, "SELECT id FROM evidence WHERE " + std::string(kUnreadableItem)));
  Bearing bearing(store);
  std::vector<const Equal*> anew;
  for (const auto& [content, items] : by_content) {
    bool wanted = false;
    for (const casefile::EvidenceItem* item : items) {
      if (wanted || !names.contains(item->id)) continue;
      BACKTRAIL_ASSIGN(const bool bears, bearing.on(items, before(item), over(before(item), given)));
      wanted = bears || unreadable.contains(item->id);
    }
    if (wanted) anew.push_back(&items);
  }
  std::vector<Skipped> kept;
  if (anew.empty()) return kept;

  BACKTRAIL_ASSIGN(const Ids with_calls,
                   ids_of(store, "SELECT DISTINCT _evidence FROM cloudtrail_logs UNION SELECT DISTINCT _evidence FROM "
                                 "duplicates WHERE uid IN (SELECT uid FROM cloudtrail_logs)"));
  std::vector<std::uint32_t> again;
  for (const Equal* items : anew) {
    const bool moved = any_of(*items, with_calls) && std::any_of(items->begin(), items->end(), [&](const auto* item) {
      return numbers_differ(kase, *item, before(item), over(before(item), given));
    });
    for (const casefile::EvidenceItem* item : *items) {
      if (!moved)
        again.push_back(item->id);
      else if (names.contains(item->id))
        kept.push_back({.path = item->source,
                        .reason = "read_before",
                        .detail = "read before with other options, under which its CloudTrail records lie at other "
                                  "places; nothing was changed. To read it so, import it into a new case (--case)"});
    }
  }
  if (again.empty()) return kept;
  BACKTRAIL_RETURN_IF_ERROR(store.begin());
  auto forgotten = forget(store, again);
  if (!forgotten) {
    (void)store.rollback().has_value();
    return forgotten.error().with_context("making room for what is read anew");
  }
  BACKTRAIL_RETURN_IF_ERROR(store.commit());
  for (const std::uint32_t id : again) loaded.erase(id);
  return kept;
}

}  // namespace backtrail::ingest
