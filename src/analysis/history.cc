#include "analysis/history.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "analysis/detail/sql.h"

namespace backtrail::analysis {
namespace {

using Key = std::tuple<std::string, std::string, std::string, std::string>;
Key key_of(const ConfigState& s) { return {s.account, s.region, s.type, s.id}; }

/// What a column holds as JSON; a text that is none, and a document with a repeated key, stays text.
void set_part(Json& content, std::string_view name, const store::Cell& cell) {
  if (store::is_null(cell)) return;
  const std::string text = store::to_text(cell);
  Result<Json> json = Json::parse(text);
  content.set(name, json ? std::move(*json) : Json(text));
}

Result<std::vector<ConfigState>> read_states(casefile::Case& kase, const std::string& resource,
                                             const std::stop_token& stop) {
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  std::vector<ConfigState> out;
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      store->engine(),
      {.sql = "SELECT CAST(uid AS VARCHAR), _time, configurationitemstatus, resourcetype, resourceid, resourcename, "
              "arn, _account, _region, relatedevents, configuration, supplementaryconfiguration, tags, "
              "to_json(list_transform(relationships, lambda r: {'resourceId': r.resourceid, 'resourceName': r.resourcename, "
              "'resourceType': r.resourcetype, 'name': r.name})), availabilityzone FROM main.config_items WHERE resourceid = $1 OR arn = $1 OR "
              "resourcename = $1 ORDER BY _time NULLS LAST, uid",
       .parameters = {resource}},
      [&out](std::span<const store::Cell> cells) {
        const auto text = [cells](std::size_t i) { return store::to_text(cells[i]); };
        ConfigState s{.uid = text(0),
                      .time = store::to_time(cells[1]),
                      .status = text(2),
                      .type = text(3),
                      .id = text(4),
                      .name = text(5),
                      .arn = text(6),
                      .account = text(7),
                      .region = text(8),
                      .related_events = to_list(cells[9]),
                      .content = Json::object()};
        set_part(s.content, "configuration", cells[10]);
        set_part(s.content, "supplementaryConfiguration", cells[11]);
        set_part(s.content, "tags", cells[12]);
        set_part(s.content, "relationships", cells[13]);
        if (!store::is_null(cells[14])) s.content.set("availabilityZone", text(14));
        out.push_back(std::move(s));
        return true;
      },
      stop));
  return out;
}

/// With what is no configuration but may change too.
Json compared(const ConfigState& s) {
  Json out = s.content;
  out.set("status", s.status == "ResourceDiscovered" ? std::string("OK") : s.status);
  out.set("resourceName", s.name);
  return out;
}

bool is_same(const ConfigState& a, const ConfigState& b) {
  return a.time == b.time && config_changes(compared(a), compared(b)).empty();
}

/// Changing calls that name any of the names, and the events related to items.
Result<std::vector<TimelineRow>> events_naming(casefile::Case& kase, const std::set<std::string>& names,
                                               const TimeWindow& window, const std::stop_token& stop) {
  std::map<std::string, TimelineRow> by_uid;
  for (const std::string& name : names) {
    TimelineFilter filter{.window = window};
    filter.log = "cloudtrail";
    filter.resource = name;
    filter.only_changes = true;
    BACKTRAIL_RETURN_IF_ERROR(timeline(
        kase, filter,
        [&by_uid](const TimelineRow& row) {
          by_uid.emplace(row.uid, row);
          return true;
        },
        stop));
  }
  std::vector<TimelineRow> out;
  for (auto& [uid, row] : by_uid) out.push_back(std::move(row));
  std::stable_sort(out.begin(), out.end(), [](const TimelineRow& a, const TimelineRow& b) { return a.time < b.time; });
  return out;
}

Result<std::vector<TimelineRow>> events_of_ids(casefile::Case& kase, const std::vector<std::string>& ids,
                                               const std::stop_token& stop) {
  std::vector<TimelineRow> out;
  if (ids.empty()) return out;
  TimelineFilter filter{};
  filter.event_ids = ids;
  BACKTRAIL_RETURN_IF_ERROR(timeline(
      kase, filter,
      [&out](const TimelineRow& row) {
        out.push_back(row);
        return true;
      },
      stop));
  return out;
}

/// Puts each event behind the item whose capture follows it.
Result<void> attach_events(casefile::Case& kase, const HistoryOptions& options, std::vector<HistoryItem>& items,
                           const std::stop_token& stop) {
  std::map<Key, std::vector<HistoryItem*>> resources;
  std::set<std::string> related;
  for (HistoryItem& item : items) {
    resources[key_of(item.state)].push_back(&item);
    related.insert(item.state.related_events.begin(), item.state.related_events.end());
  }
  BACKTRAIL_ASSIGN(const std::vector<TimelineRow> told,
                   events_of_ids(kase, {related.begin(), related.end()}, stop));
  for (const auto& [key, of_resource] : resources) {
    std::set<std::string> names;
    TimeWindow window;
    for (const HistoryItem* item : of_resource) {
      for (const std::string* name : {&item->state.id, &item->state.name, &item->state.arn})
        if (!name->empty()) names.insert(*name);
      if (!item->state.time) continue;
      if (!window.from) window.from = *item->state.time - options.before;
      window.to = *item->state.time + std::chrono::microseconds(1);
    }
    std::vector<TimelineRow> calls;
    if (window.from) {
      BACKTRAIL_ASSIGN(calls, events_naming(kase, names, window, stop));
    }
    std::optional<Timestamp> before;
    for (HistoryItem* const item : of_resource) {
      std::set<std::string> taken;
      const auto take = [&](const TimelineRow& row) {
        if (taken.insert(row.uid).second) item->events.push_back(row);
      };
      for (const TimelineRow& row : told)
        if (std::find(item->state.related_events.begin(), item->state.related_events.end(), row.event_id) !=
            item->state.related_events.end())
          take(row);
      if (item->state.time)
        for (const TimelineRow& row : calls)
          if (row.time && *row.time > *item->state.time - options.before && *row.time <= *item->state.time &&
              (!before || *row.time > *before))
            take(row);
      std::sort(item->events.begin(), item->events.end(), [](const TimelineRow& a, const TimelineRow& b) {
        return std::tie(a.time, a.uid) < std::tie(b.time, b.uid);
      });
      before = item->state.time;
    }
  }
  return {};
}

}  // namespace

Result<ResourceHistory> history(casefile::Case& kase, const HistoryOptions& options, std::stop_token stop) {
  ResourceHistory out;
  BACKTRAIL_ASSIGN(std::vector<ConfigState> states, read_states(kase, options.resource, stop));
  if (states.empty()) {
    TimelineFilter filter{.window = options.window};
    filter.resource = options.resource;
    if (options.limit > 0) filter.limit = options.limit + 1;
    BACKTRAIL_RETURN_IF_ERROR(timeline(
        kase, filter,
        [&](const TimelineRow& row) {
          out.truncated = options.limit > 0 && out.events.size() == options.limit;
          if (!out.truncated) out.events.push_back(row);
          return !out.truncated;
        },
        stop));
    return out;
  }
  std::map<Key, std::size_t> last;  // of each resource, its item in `all`
  std::vector<HistoryItem> all;
  for (ConfigState& state : states) {
    const auto [it, is_first] = last.try_emplace(key_of(state), all.size());
    if (!is_first && is_same(all[it->second].state, state)) {
      HistoryItem& same = all[it->second];
      ++same.copies;
      for (const std::string& id : state.related_events)
        if (std::find(same.state.related_events.begin(), same.state.related_events.end(), id) ==
            same.state.related_events.end())
          same.state.related_events.push_back(id);
      continue;
    }
    HistoryItem item{.first = is_first};
    if (!is_first) item.changes = config_changes(compared(all[it->second].state), compared(state));
    item.state = std::move(state);
    it->second = all.size();
    all.push_back(std::move(item));
  }
  BACKTRAIL_RETURN_IF_ERROR(attach_events(kase, options, all, stop));
  if (options.at) {
    std::map<Key, const ConfigState*> then;
    for (const HistoryItem& item : all)
      if (item.state.time && *item.state.time <= *options.at) then[key_of(item.state)] = &item.state;
    for (const auto& [key, state] : then) out.states.push_back(*state);
  }
  for (HistoryItem& item : all)
    if ((!options.window.from && !options.window.to) || (item.state.time && options.window.contains(*item.state.time)))
      out.items.push_back(std::move(item));
  return out;
}

}  // namespace backtrail::analysis
