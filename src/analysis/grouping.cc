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

struct Group {
  const sigma::RuleInfo* rule = nullptr;
  std::uint64_t hits = 0;
  std::map<std::string_view, const model::EventRef*> events{};  // by uid
};

void add_if_any(std::set<std::string>& set, const std::string& text) {
  if (!text.empty()) set.insert(text);
}

std::vector<std::string> listed(const std::set<std::string>& set) {
  return {set.begin(), set.end()};
}

std::vector<std::string> event_ids(const Group& group) {
  std::vector<std::tuple<bool, Timestamp, std::string>> keys;
  for (const auto& [uid, e] : group.events)
    keys.emplace_back(!e->time, e->time.value_or(Timestamp{}), e->shown_id());
  std::sort(keys.begin(), keys.end());
  std::vector<std::string> out;
  std::set<std::string> seen;
  for (auto& [untimed, time, id] : keys)
    if (seen.insert(id).second) out.push_back(std::move(id));
  return out;
}

std::vector<std::string> actions_by_count(const Group& group) {
  std::map<std::string, std::uint64_t> counts;
  for (const auto& [uid, e] : group.events) ++counts[e->action];
  std::vector<std::pair<std::string, std::uint64_t>> order(counts.begin(), counts.end());
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> out;
  for (auto& [name, count] : order) out.push_back(std::move(name));
  return out;
}

model::Finding finding_of(const Group& group, const std::map<std::string, std::string>& failures) {
  const sigma::RuleInfo& rule = *group.rule;
  model::Finding f{.title = rule.title,
                   .severity = rule.level,
                   .techniques = rule.techniques,
                   .tactics = rule.tactics,
                   .count = group.hits,
                   .event_ids = event_ids(group),
                   .rule_ids = {rule.id},
                   .actions = actions_by_count(group),
                   .investigation = rule.investigation};
  std::set<std::string> principals, source_ips, accounts, regions;
  for (const auto& [uid, e] : group.events) {
    if (e->time && (!f.first || *e->time < *f.first)) f.first = e->time;
    if (e->time && (!f.last || *e->time > *f.last)) f.last = e->time;
    add_if_any(principals, e->principal);
    add_if_any(source_ips, e->source_ip);
    add_if_any(accounts, e->account);
    add_if_any(regions, e->region);
    if (!e->error.empty() || failures.contains(e->uid)) ++f.denied;
  }
  f.principals = listed(principals);
  f.source_ips = listed(source_ips);
  f.accounts = listed(accounts);
  f.regions = listed(regions);
  return f;
}

}  // namespace

std::vector<model::Finding> group_findings(const std::vector<Detection>& detections,
                                           const std::map<std::string, std::string>& failures) {
  std::map<Key, Group> groups;
  for (const Detection& d : detections) {
    Group& g = groups[{d.hit.rule_id, d.finding_key()}];
    g.rule = d.rule;
    ++g.hits;
    for (const model::EventRef& e : d.hit.events) g.events.emplace(e.uid, &e);
  }
  std::map<std::string, model::Finding> by_id;
  for (const auto& [key, group] : groups) {
    // An id is 64 bits of a hash over text that an intruder can choose: should two keys meet, both
    // findings stay, the second (by key) under its next id.
    std::string id = finding_id(key, 0);
    for (int attempt = 1; by_id.contains(id); ++attempt) id = finding_id(key, attempt);
    model::Finding f = finding_of(group, failures);
    f.id = id;
    by_id.emplace(std::move(id), std::move(f));
  }
  std::vector<model::Finding> out;
  for (auto& [id, f] : by_id) out.push_back(std::move(f));
  return out;
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
