#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "analysis/detail/history_events.h"
#include "analysis/detail/resource_filter.h"
#include "analysis/detail/sql.h"

namespace backtrail::analysis {
namespace {

std::int64_t micros(Timestamp t) { return t.time_since_epoch().count(); }

using Span = std::pair<Timestamp, Timestamp>;  // after, until

/// What is looked for: in which time before each item, and by which names of its resource.
struct Search {
  Json::Array spans{};         // {item, resource, after, until}
  Json::Array names{};         // {resource, name, quoted}
  std::vector<Span> windows{};  // all spans, in order, none overlaps another
};

/// Sorted, those that overlap made one.
std::vector<Span> merged(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end());
  std::vector<Span> out;
  for (const Span& s : spans) {
    if (!out.empty() && s.first <= out.back().second)
      out.back().second = std::max(out.back().second, s.second);
    else
      out.push_back(s);
  }
  return out;
}

Json span_json(Timestamp after, Timestamp until) {
  Json out = Json::object();
  out.set("after", micros(after)).set("until", micros(until));
  return out;
}

Search search_of(const std::vector<HistoryItem>& items, std::chrono::minutes before) {
  std::map<ResourceKey, std::vector<std::size_t>> resources;
  for (std::size_t i = 0; i < items.size(); ++i) resources[resource_key(items[i].state)].push_back(i);
  Search out;
  std::int64_t resource = 0;
  for (const auto& [key, of_resource] : resources) {
    std::set<std::string> names;
    std::optional<Timestamp> last;
    for (const std::size_t i : of_resource) {
      const ConfigState& state = items[i].state;
      for (const std::string* name : {&state.id, &state.name, &state.arn})
        if (!name->empty()) names.insert(*name);
      if (!state.time) continue;
      const Timestamp after = std::max(*state.time - before, last.value_or(Timestamp::min()));
      Json span = span_json(after, *state.time);
      span.set("item", i).set("resource", resource);
      out.spans.push_back(std::move(span));
      out.windows.emplace_back(after, *state.time);
      last = state.time;
    }
    for (const std::string& name : names) {
      Json entry = Json::object();
      entry.set("resource", resource).set("name", name).set("quoted", Json(name).dump());
      out.names.push_back(std::move(entry));
    }
    ++resource;
  }
  out.windows = merged(std::move(out.windows));
  return out;
}

/// SQL: the objects of a JSON list as rows; all but "name" and "quoted" are numbers.
std::string rows_of(std::string_view parameter, std::initializer_list<std::string_view> columns) {
  Json shape = Json::object();
  for (const std::string_view c : columns) shape.set(c, c == "name" || c == "quoted" ? "VARCHAR" : "BIGINT");
  return fmt::format("SELECT unnest(from_json({}, '[{}]'), recursive := true)", parameter, shape.dump());
}

using ItemsOf = std::map<std::string, std::vector<std::size_t>>;  // by an event's uid or id

/// Changing calls that name an item's resource in its span.
Result<ItemsOf> calls_naming(casefile::Case& kase, const Search& search, const std::stop_token& stop) {
  ItemsOf out;
  if (search.windows.empty()) return out;
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  Json::Array windows;
  for (const auto& [after, until] : search.windows) windows.push_back(span_json(after, until));
  // The calls in any window by their times alone first: what calls say is long.
  const std::string sql = fmt::format(
      "WITH spans AS ({}), names AS ({}), windows AS ({}), "
      "near AS MATERIALIZED (SELECT uid FROM main.cloudtrail_logs JOIN windows ON epoch_us(_time) > \"after\" AND "
      "epoch_us(_time) <= \"until\" WHERE readonly IS DISTINCT FROM 'true' AND _time > make_timestamp($4) AND _time <= "
      "make_timestamp($5)), "
      "calls AS (SELECT uid, epoch_us(_time) AS at, requestparameters, responseelements, resources FROM "
      "main.cloudtrail_logs WHERE uid IN (SELECT uid FROM near)) "
      "SELECT DISTINCT s.item, c.uid FROM calls AS c JOIN spans AS s ON c.at > s.\"after\" AND c.at <= s.\"until\" JOIN "
      "names AS n ON n.resource = s.resource WHERE {}",
      rows_of("$1", {"item", "resource", "after", "until"}), rows_of("$2", {"resource", "name", "quoted"}),
      rows_of("$3", {"after", "until"}), call_names("c.", "n.name", "n.quoted"));
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      store->engine(),
      {.sql = sql,
       .parameters = {Json(search.spans).dump(), Json(search.names).dump(), Json(std::move(windows)).dump(),
                      micros(search.windows.front().first), micros(search.windows.back().second)}},
      [&out](std::span<const store::Cell> c) {
        out[store::to_text(c[1])].push_back(static_cast<std::size_t>(to_count(c[0])));
        return true;
      },
      stop));
  return out;
}

Result<void> each_event(casefile::Case& kase, const TimelineFilter& filter, FunctionRef<void(const TimelineRow&)> use,
                        const std::stop_token& stop) {
  return timeline(
      kase, filter,
      [use](const TimelineRow& row) {
        use(row);
        return true;
      },
      stop);
}

}  // namespace

Result<void> attach_events(casefile::Case& kase, const HistoryOptions& options, std::vector<HistoryItem>& items,
                           const std::stop_token& stop) {
  ItemsOf related;
  for (std::size_t i = 0; i < items.size(); ++i)
    for (const std::string& id : items[i].state.related_events) related[id].push_back(i);
  BACKTRAIL_ASSIGN(const ItemsOf calls, calls_naming(kase, search_of(items, options.before), stop));
  TimelineFilter by_id, by_uid;
  for (const auto& [id, of] : related) by_id.event_ids.push_back(id);
  for (const auto& [uid, of] : calls) by_uid.uids.push_back(uid);
  const auto take = [&items](const ItemsOf& of, const std::string& key, const TimelineRow& row) {
    if (const auto found = of.find(key); found != of.end())
      for (const std::size_t i : found->second) items[i].events.push_back(row);
  };
  if (!related.empty())
    BACKTRAIL_RETURN_IF_ERROR(
        each_event(kase, by_id, [&](const TimelineRow& row) { take(related, row.event_id, row); }, stop));
  if (!calls.empty())
    BACKTRAIL_RETURN_IF_ERROR(
        each_event(kase, by_uid, [&](const TimelineRow& row) { take(calls, row.uid, row); }, stop));
  for (HistoryItem& item : items) {
    std::sort(item.events.begin(), item.events.end(), [](const TimelineRow& a, const TimelineRow& b) {
      return std::tie(a.time, a.uid) < std::tie(b.time, b.uid);
    });
    const auto copies = std::unique(item.events.begin(), item.events.end(),
                                    [](const TimelineRow& a, const TimelineRow& b) { return a.uid == b.uid; });
    item.events.erase(copies, item.events.end());
  }
  return {};
}

}  // namespace backtrail::analysis
