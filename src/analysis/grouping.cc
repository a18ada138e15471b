#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "analysis/analysis.h"
#include "analysis/detail/detection.h"
#include "base/hash.h"

namespace backtrail::analysis {
namespace {

using Key = std::pair<std::string, std::vector<std::string>>;  // rule id, group

/// Lengths go in, so that no two keys give the same bytes.
std::string finding_id(const Key& key, int attempt) {
  std::string bytes;
  const auto add = [&bytes](std::string_view text) {
    bytes += std::to_string(text.size()) + ":";
    bytes += text;
  };
  add(key.first);
  for (const std::string& g : key.second) add(g);
  if (attempt > 0) add("#" + std::to_string(attempt));
  return "f-" + sha256_hex(bytes).substr(0, 16);
}

void add_if_any(std::set<std::string>& set, const std::string& text) {
  if (!text.empty() && !set.contains(text)) set.insert(text);
}

std::vector<std::string> listed(const std::set<std::string>& set) {
  return {set.begin(), set.end()};
}

std::vector<std::string> by_count(const std::map<std::string, std::uint64_t>& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> out;
  for (auto& [name, count] : order) out.push_back(std::move(name));
  return out;
}

}  // namespace

namespace {

/// Of equal ids the one of the earliest time; by time, id.
template <typename Id>
void keep_first(std::vector<std::pair<Timestamp, Id>>& ids) {
  std::sort(ids.begin(), ids.end(), [](const auto& a, const auto& b) {
    return std::tie(a.second, a.first) < std::tie(b.second, b.first);
  });
  ids.erase(std::unique(ids.begin(), ids.end(),
                        [](const auto& a, const auto& b) { return a.second == b.second; }),
            ids.end());
  std::sort(ids.begin(), ids.end());
}

}  // namespace

struct Grouping::Group {
  const sigma::RuleInfo* rule = nullptr;
  std::uint64_t hits = 0, denied = 0;
  std::optional<Timestamp> first{}, last{};
  // Events' ids, of which there may be as many as events: UUIDs, as nearly all are, as such; without a time:
  // the end of time.
  std::vector<std::pair<Timestamp, Hash128>> uuids{};
  std::vector<std::pair<Timestamp, std::string>> ids{};
  std::set<std::string> uids{};                          // only of hits on several events
  std::set<std::string> principals{}, source_ips{}, accounts{}, regions{};
  std::map<std::string, std::uint64_t> actions{};

  void add_id(Timestamp time, const std::string& id) {
    if (const Hash128 uuid = parse_uuid_text(id); to_uuid_text(uuid) == id)
      uuids.emplace_back(time, uuid);
    else
      ids.emplace_back(time, id);
  }
  /// By time, then text; each id once, where its earliest event is.
  std::vector<std::string> take_ids() {
    keep_first(uuids);
    keep_first(ids);
    std::vector<std::string> out;
    out.reserve(uuids.size() + ids.size());
    auto other = ids.begin();
    for (const auto& [time, uuid] : uuids) {
      std::string id = to_uuid_text(uuid);
      for (; other != ids.end() && std::tie(other->first, other->second) < std::tie(time, id); ++other)
        out.push_back(std::move(other->second));
      out.push_back(std::move(id));
    }
    for (; other != ids.end(); ++other) out.push_back(std::move(other->second));
    uuids = {};
    ids = {};
    return out;
  }
};

Grouping::Grouping(const std::map<std::string, std::string>& failures) : failures_(failures) {}
Grouping::~Grouping() = default;

void Grouping::add_event(Group& g, const model::EventRef& e) {
  g.add_id(e.time.value_or(Timestamp::max()), e.shown_id());
  if (e.time && (!g.first || *e.time < *g.first)) g.first = e.time;
  if (e.time && (!g.last || *e.time > *g.last)) g.last = e.time;
  add_if_any(g.principals, e.principal);
  add_if_any(g.source_ips, e.source_ip);
  add_if_any(g.accounts, e.account);
  add_if_any(g.regions, e.region);
  ++g.actions[e.action];
  if (!e.error.empty() || failures_.contains(e.uid)) ++g.denied;
}

void Grouping::add(const sigma::RuleInfo& rule, const model::EventRef& event) {
  Group& g = groups_[{rule.id, {event.account, event.principal}}];
  g.rule = &rule;
  ++g.hits;
  add_event(g, event);
}

void Grouping::add(const Detection& d) {
  Group& g = groups_[{d.hit.rule_id, d.finding_key()}];
  g.rule = d.rule;
  ++g.hits;
  for (const model::EventRef& e : d.hit.events)
    if (g.uids.insert(e.uid).second) add_event(g, e);
}

Result<void> Grouping::give(FunctionRef<Result<void>(const model::Finding&)> finding) {
  std::map<std::string, Group*> by_id;
  for (auto& [key, group] : groups_) {
    // An id is 64 bits of a hash over text that an intruder can choose: should two keys meet, both
    // findings stay, the second (by key) under its next id.
    std::string id = finding_id(key, 0);
    for (int attempt = 1; by_id.contains(id); ++attempt) id = finding_id(key, attempt);
    by_id.emplace(std::move(id), &group);
  }
  for (const auto& [id, found] : by_id) {
    Group& group = *found;
    const sigma::RuleInfo& rule = *group.rule;
    model::Finding f{.id = id,
                     .title = rule.title,
                     .severity = rule.level,
                     .techniques = rule.techniques,
                     .tactics = rule.tactics,
                     .count = group.hits,
                     .first = group.first,
                     .last = group.last,
                     .principals = listed(group.principals),
                     .source_ips = listed(group.source_ips),
                     .event_ids = group.take_ids(),
                     .rule_ids = {rule.id},
                     .actions = by_count(group.actions),
                     .accounts = listed(group.accounts),
                     .regions = listed(group.regions),
                     .investigation = rule.investigation,
                     .denied = group.denied};
    BACKTRAIL_RETURN_IF_ERROR(finding(f));
  }
  groups_.clear();
  return {};
}

void put_in_order(std::vector<model::Finding>& findings) {
  std::map<std::string, int, std::less<>> worst;  // severity, by principal
  for (const model::Finding& f : findings) {
    if (f.state == kBenign) continue;
    for (const std::string& p : f.principals) {
      int& w = worst[p];
      w = std::max(w, static_cast<int>(f.severity));
    }
  }
  const auto company = [&worst](const model::Finding& f) {
    int most = static_cast<int>(f.severity);
    for (const std::string& p : f.principals)
      if (const auto it = worst.find(p); it != worst.end()) most = std::max(most, it->second);
    return most;
  };
  using Key = std::tuple<int, bool, int, bool, Timestamp, std::string>;
  std::vector<std::pair<Key, std::size_t>> order;
  order.reserve(findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const model::Finding& f = findings[i];
    order.emplace_back(Key{-static_cast<int>(f.severity), only_failed(f), -company(f), !f.first,
                           f.first.value_or(Timestamp{}), f.id},
                       i);
  }
  std::sort(order.begin(), order.end());
  std::vector<model::Finding> sorted;
  sorted.reserve(findings.size());
  for (const auto& [key, i] : order) sorted.push_back(std::move(findings[i]));
  findings = std::move(sorted);
}

}  // namespace backtrail::analysis
