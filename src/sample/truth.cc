#include "sample/truth.h"

#include <algorithm>

namespace backtrail::sample {
namespace {

Json texts(const std::vector<std::string>& items) {
  Json out = Json::array();
  for (const std::string& item : items) out.push(item);
  return out;
}

}  // namespace

void Truth::act(std::string_view stage, std::string_view technique, std::string event_id,
                Seconds time) {
  acts_.push_back({std::string(stage), std::string(technique), std::move(event_id), time});
}

void Truth::left(std::string_view kind, std::string account, std::string name,
                 std::string event_id) {
  left_.push_back({std::string(kind), std::move(account), std::move(name), std::move(event_id)});
}

void Truth::look_alike(std::string_view name, std::string_view explanation,
                       std::vector<std::string> event_ids) {
  look_alikes_.push_back({std::string(name), std::string(explanation), std::move(event_ids)});
}

void Truth::add_once(std::vector<std::string>& list, std::string item) {
  if (std::ranges::find(list, item) == list.end()) list.push_back(std::move(item));
}

Json Truth::json() const {
  std::vector<Act> acts = acts_;
  std::ranges::stable_sort(acts, {}, &Act::time);
  Json stages = Json::array();
  for (const Act& act : acts) {
    Json::Array& list = stages.mutable_array();
    auto at = std::ranges::find_if(
        list, [&](const Json& stage) { return stage["stage"].as_string() == act.stage; });
    if (at == list.end()) {
      list.push_back(Json::Object{{"stage", act.stage}, {"events", Json::array()}});
      at = list.end() - 1;
    }
    Json events = (*at)["events"];
    events.push(Json::Object{
        {"event_id", act.event_id}, {"time", log_time(act.time)}, {"technique", act.technique}});
    at->set("events", std::move(events));
  }
  Json left = Json::array();
  for (const Left& item : left_)
    left.push(Json::Object{{"kind", item.kind},
                           {"account", item.account},
                           {"name", item.name},
                           {"event_id", item.event_id}});
  Json look_alikes = Json::array();
  for (const LookAlike& item : look_alikes_)
    look_alikes.push(Json::Object{{"name", item.name},
                                  {"explanation", item.explanation},
                                  {"event_ids", texts(item.event_ids)}});
  Json window;
  if (!acts.empty())
    window =
        Json::Object{{"first", log_time(acts.front().time)}, {"last", log_time(acts.back().time)}};
  return Json::Object{{"window", std::move(window)},          {"principals", texts(principals_)},
                      {"access_keys", texts(keys_)},          {"source_ips", texts(addresses_)},
                      {"stages", std::move(stages)},          {"left_behind", std::move(left)},
                      {"look_alikes", std::move(look_alikes)}};
}

}  // namespace backtrail::sample
