#include "ingest/detail/twins.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace backtrail::ingest {

Result<Holders> find_holders(store::Store& store) {
  Holders out;
  for (const model::LogType* type : sources::log_types()) {
    auto& items = out.emplace_back();
    if (type == &sources::cloudtrail_type()) continue;
    BACKTRAIL_ASSIGN(const store::Table t,
                     store::fetch(store.engine(), {.sql = "SELECT DISTINCT _evidence FROM main." + type->table}));
    for (const auto& row : t.rows) items.insert(static_cast<std::uint32_t>(store::to_int(row[0])));
  }
  return out;
}

namespace {

/// What is known of the items that were read: the value tells that all of it could be.
Result<std::map<std::uint32_t, bool>> find_read(store::Store& store) {
  BACKTRAIL_ASSIGN(const store::Table t,
                   store::fetch(store.engine(), {.sql = "SELECT id, " + std::string(kUnreadableItem) + " FROM evidence"}));
  std::map<std::uint32_t, bool> out;
  for (const auto& row : t.rows)
    out[static_cast<std::uint32_t>(store::to_int(row[0]))] = store::to_text(row[1]) != "true";
  return out;
}

}  // namespace

Result<std::vector<Work>> take_round(const casefile::Case& kase, store::Store& store, const ItemReadOptions& read,
                                     std::vector<Work>& waiting) {
  std::map<std::string_view, std::vector<std::uint32_t>> items_of;  // by content
  for (const casefile::EvidenceItem& item : kase.items()) items_of[item.sha256].push_back(item.id);
  if (items_of.size() == kase.items().size()) return std::exchange(waiting, {});
  BACKTRAIL_ASSIGN(const auto was_read, find_read(store));

  const auto types = sources::log_types();
  std::optional<Holders> holders;
  std::set<std::string_view> begun;  // content of which an item is read in this round
  std::vector<Work> round, later;
  for (Work& w : waiting) {
    const auto& [content, items] = *items_of.find(w.sha256);
    if (begun.contains(content)) {
      later.push_back(std::move(w));
      continue;
    }
    const sources::ReadOptions& options = options_or_none(w.read);
    w.copied.clear();
    std::vector<std::uint32_t> others;  // read otherwise, or not to their end
    for (const std::uint32_t id : items) {
      const auto known = was_read.find(id);
      if (id == w.evidence || known == was_read.end()) continue;
      if (known->second && options_or_none(read.of(id)) == options) {
        w.copied.assign(types.size(), true);
        break;
      }
      others.push_back(id);
    }
    if (w.copied.empty()) {
      if (items.size() > 1) begun.insert(content);
      if (!others.empty() && !holders) {
        BACKTRAIL_ASSIGN(holders, find_holders(store));
      }
      for (const std::uint32_t id : others) {
        const sources::ReadOptions& other = options_or_none(read.of(id));
        w.copied.resize(types.size());
        for (std::size_t t = 0; t < types.size(); ++t)
          w.copied[t] = w.copied[t] || ((*holders)[t].contains(id) && sources::bearing_on(*types[t], options) ==
                                                            sources::bearing_on(*types[t], other));
      }
    }
    round.push_back(std::move(w));
  }
  waiting = std::move(later);
  return round;
}

}  // namespace backtrail::ingest
