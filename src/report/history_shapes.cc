#include "report/history_shapes.h"

#include "report/json_shapes.h"
#include "report/mask.h"

namespace backtrail::report {
namespace {

Json masked_json(const Json& value) {
  const std::string text = mask_secrets(value.dump());
  Result<Json> json = Json::parse(text);
  return json ? std::move(*json) : Json(text);
}

Json state_json(const analysis::ConfigState& s) {
  Json out = Json::object();
  out.set("uid", s.uid);
  out.set("time", time_json(s.time));
  out.set("status", s.status);
  out.set("type", s.type);
  out.set("id", mask_secrets(s.id));
  out.set("name", mask_secrets(s.name));
  out.set("arn", mask_secrets(s.arn));
  out.set("account", s.account);
  out.set("region", s.region);
  return out;
}

/// A change's path ends in the name that may tell of a secret.
Json value_json(const std::string& path, const std::optional<std::string>& value) {
  if (!value) return {};
  return mask_field(path.substr(path.rfind('.') == std::string::npos ? 0 : path.rfind('.') + 1), *value);
}

}  // namespace

Json to_json(const analysis::ResourceHistory& h, const HistoryRequest& asked) {
  Json out = with_schema("history");
  out.set("resource", asked.resource);
  out.set("at", time_json(asked.at));
  Json items = Json::array();
  for (const analysis::HistoryItem& item : h.items) {
    Json one = state_json(item.state);
    one.set("copies", item.copies);
    one.set("first", item.first);
    Json changes = Json::array();
    for (const analysis::ConfigChange& c : item.changes) {
      Json change = Json::object();
      change.set("path", mask_secrets(c.path));
      change.set("from", value_json(c.path, c.from));
      change.set("to", value_json(c.path, c.to));
      changes.push(std::move(change));
    }
    one.set("changes", std::move(changes));
    Json events = Json::array();
    for (const analysis::TimelineRow& e : item.events) events.push(to_json(e));
    one.set("events", std::move(events));
    items.push(std::move(one));
  }
  out.set("items", std::move(items));
  Json states = Json::array();
  for (const analysis::ConfigState& s : h.states) {
    Json one = state_json(s);
    one.set("content", masked_json(s.content));
    states.push(std::move(one));
  }
  out.set("states", std::move(states));
  Json events = Json::array();
  for (const analysis::TimelineRow& e : h.events) events.push(to_json(e));
  out.set("events", std::move(events));
  out.set("truncated", h.truncated);
  return out;
}

Json to_json(const analysis::LogCoverage& c) {
  Json out = with_schema("log_coverage");
  Json time = Json::object();
  time.set("first", time_json(c.first));
  time.set("last", time_json(c.last));
  out.set("time", std::move(time));
  Json streams = Json::array();
  for (const analysis::LogStream& s : c.streams) {
    Json one = Json::object();
    one.set("account", s.account);
    one.set("region", s.region);
    one.set("log", s.log);
    one.set("records", s.records);
    one.set("without_time", s.without_time);
    one.set("first", time_json(s.first));
    one.set("last", time_json(s.last));
    one.set("days", s.days);
    one.set("days_without", s.days_without);
    one.set("hours", s.hours);
    one.set("hours_without", s.hours_without);
    one.set("begins_late", s.begins_late);
    one.set("ends_early", s.ends_early);
    Json gaps = Json::array();
    for (const TimeWindow& g : s.gaps) {
      Json gap = Json::object();
      gap.set("from", time_json(g.from));
      gap.set("to", time_json(g.to));
      gaps.push(std::move(gap));
    }
    one.set("gaps", std::move(gaps));
    streams.push(std::move(one));
  }
  out.set("streams", std::move(streams));
  Json days = Json::array();
  for (const analysis::LogDay& d : c.days) {
    Json one = Json::object();
    one.set("account", d.account);
    one.set("region", d.region);
    one.set("log", d.log);
    one.set("day", d.day);
    one.set("records", d.records);
    one.set("hours", d.hours);
    days.push(std::move(one));
  }
  out.set("days", std::move(days));
  Json late = Json::array();
  for (const analysis::LateFile& f : c.late) {
    Json one = Json::object();
    one.set("file", f.file);
    one.set("delivered", time_json(f.delivered));
    one.set("oldest", time_json(f.oldest));
    one.set("records", f.records);
    late.push(std::move(one));
  }
  out.set("late", std::move(late));
  Json switches = Json::array();
  for (const analysis::LogSwitch& s : c.switches) {
    Json one = Json::object();
    one.set("time", time_json(s.time));
    one.set("account", s.account);
    one.set("region", s.region);
    one.set("action", s.action);
    one.set("outcome", s.outcome);
    one.set("principal", mask_secrets(s.principal));
    one.set("event_id", s.event_id);
    switches.push(std::move(one));
  }
  out.set("switches", std::move(switches));
  out.set("absent", strings_json(c.absent));
  out.set("filtered_out", strings_json(c.filtered_out));
  return out;
}

}  // namespace backtrail::report
