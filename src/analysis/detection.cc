#include "analysis/detail/detection.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace backtrail::analysis {
namespace {

auto event_key(const model::EventRef& e) {
  return std::tuple<bool, Timestamp, const std::string&>(!e.time, e.time.value_or(Timestamp{}),
                                                         e.uid);
}

}  // namespace

std::vector<std::string> Detection::finding_key() const {
  const model::EventRef& first = hit.events.front();
  const bool one = !first.principal.empty() &&
                   std::all_of(hit.events.begin(), hit.events.end(), [&](const model::EventRef& e) {
                     return e.principal == first.principal && e.account == first.account;
                   });
  if (one) return {first.account, first.principal};
  return group;
}

model::Hit hit_of(const sigma::RuleInfo& rule) {
  return {.rule_id = rule.id,
          .rule_title = rule.title,
          .level = rule.level,
          .techniques = rule.techniques};
}

Result<std::vector<Detection>> correlations(store::Engine& engine, const HitRange& range,
                                            std::stop_token stop) {
  std::vector<Detection> out;
  if (!sigma::has_correlations(range.rules)) return out;
  const auto infos = range.rules.rules();
  BACKTRAIL_ASSIGN(const std::vector<sigma::BaseHit> base, correlated_hits(engine, range, stop));
  const sigma::CorrelationResult found = sigma::correlate(range.rules, base);
  std::map<std::string_view, std::uint64_t> uses;  // by uid
  for (const sigma::CorrelationHit& c : found.hits)
    if (infos[c.rule].reports)
      for (const std::size_t i : c.hits) ++uses[base[i].event_key];
  std::vector<std::string> uids;
  for (const auto& [uid, n] : uses) uids.emplace_back(uid);
  BACKTRAIL_ASSIGN(auto events, hit_events(engine, uids, std::move(stop)));
  uids = {};
  for (const sigma::CorrelationHit& c : found.hits) {
    const sigma::RuleInfo& rule = infos[c.rule];
    if (!rule.reports) continue;
    Detection d{.hit = hit_of(rule), .rule = &rule, .group = c.group};
    for (const std::size_t i : c.hits) {
      const auto e = events.find(base[i].event_key);
      if (e == events.end()) continue;
      if (--uses[base[i].event_key] > 0) {
        d.hit.events.push_back(e->second);
      } else {  // most events are in one hit: what they say is never held twice
        d.hit.events.push_back(std::move(e->second));
        events.erase(e);
      }
    }
    std::sort(d.hit.events.begin(), d.hit.events.end(),
              [](const auto& a, const auto& b) { return event_key(a) < event_key(b); });
    // Two rules of the correlation may have matched the same event.
    d.hit.events.erase(std::unique(d.hit.events.begin(), d.hit.events.end(),
                                   [](const auto& a, const auto& b) { return a.uid == b.uid; }),
                       d.hit.events.end());
    if (!d.hit.events.empty()) out.push_back(std::move(d));
  }
  return out;
}

bool comes_before(const Detection& d, const sigma::RuleInfo& rule, const model::EventRef& event) {
  const model::EventRef& e = d.hit.events.front();
  using Key = std::tuple<bool, Timestamp, const std::string&, const std::string&>;
  return Key(!e.time, e.time.value_or(Timestamp{}), d.hit.rule_id, e.uid) <
         Key(!event.time, event.time.value_or(Timestamp{}), rule.id, event.uid);
}

void put_in_order(std::vector<Detection>& detections) {
  const auto key = [](const Detection& d) {
    const model::EventRef& e = d.hit.events.front();
    return std::tuple<bool, Timestamp, const std::string&, const std::string&,
                      const std::vector<std::string>&>(!e.time, e.time.value_or(Timestamp{}),
                                                       d.hit.rule_id, e.uid, d.group);
  };
  std::stable_sort(detections.begin(), detections.end(),
                   [&key](const Detection& a, const Detection& b) { return key(a) < key(b); });
}

}  // namespace backtrail::analysis
