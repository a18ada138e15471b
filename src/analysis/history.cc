#include "analysis/history.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "analysis/detail/history_events.h"
#include "analysis/detail/sql.h"

namespace backtrail::analysis {
namespace {

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
  std::map<ResourceKey, std::size_t> last;  // of each resource, its item in `all`
  std::vector<HistoryItem> all;
  for (ConfigState& state : states) {
    const auto [it, is_first] = last.try_emplace(resource_key(state), all.size());
    if (!is_first && is_same(all[it->second].state, state)) {
      HistoryItem& same = all[it->second];
      ++same.copies;
      std::move(state.related_events.begin(), state.related_events.end(),
                std::back_inserter(same.state.related_events));
      continue;
    }
    HistoryItem item{.first = is_first};
    if (!is_first) item.changes = config_changes(compared(all[it->second].state), compared(state));
    item.state = std::move(state);
    it->second = all.size();
    all.push_back(std::move(item));
  }
  for (HistoryItem& item : all) {
    std::set<std::string> seen;
    std::erase_if(item.state.related_events, [&](const std::string& id) { return !seen.insert(id).second; });
  }
  BACKTRAIL_RETURN_IF_ERROR(attach_events(kase, options, all, stop));
  if (options.at) {
    std::map<ResourceKey, const ConfigState*> then;
    for (const HistoryItem& item : all)
      if (item.state.time && *item.state.time <= *options.at) then[resource_key(item.state)] = &item.state;
    for (const auto& [key, state] : then) out.states.push_back(*state);
  }
  for (HistoryItem& item : all)
    if ((!options.window.from && !options.window.to) || (item.state.time && options.window.contains(*item.state.time)))
      out.items.push_back(std::move(item));
  return out;
}

}  // namespace backtrail::analysis
