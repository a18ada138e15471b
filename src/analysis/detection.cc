#include "analysis/detail/detection.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace backtrail::analysis {
namespace {

model::Hit hit_of(const sigma::RuleInfo& rule) {
  return {.rule_id = rule.id,
          .rule_title = rule.title,
          .level = rule.level,
          .techniques = rule.techniques};
}

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

std::vector<Detection> detections_of_rules(const sigma::RuleSet& rules,
                                           const std::vector<ingest::CaseHit>& hits) {
  const auto infos = rules.rules();
  std::vector<Detection> out;
  for (const ingest::CaseHit& h : hits) {
    const sigma::RuleInfo& rule = infos[h.rule];
    if (!rule.reports) continue;
    Detection d{.hit = hit_of(rule), .rule = &rule, .group = {h.event.account, h.event.principal}};
    d.hit.events.push_back(h.event);
    out.push_back(std::move(d));
  }
  if (sigma::has_correlations(rules)) {
    std::vector<sigma::BaseHit> base;
    base.reserve(hits.size());
    for (const ingest::CaseHit& h : hits)
      base.push_back(
          {.rule = h.rule, .time = h.event.time, .event_key = h.event.uid, .captured = h.captured});
    const sigma::CorrelationResult correlated = sigma::correlate(rules, base);
    for (const sigma::CorrelationHit& c : correlated.hits) {
      const sigma::RuleInfo& rule = infos[c.rule];
      if (!rule.reports) continue;
      Detection d{.hit = hit_of(rule), .rule = &rule, .group = c.group};
      for (const std::size_t i : c.hits) d.hit.events.push_back(hits[i].event);
      std::sort(d.hit.events.begin(), d.hit.events.end(),
                [](const auto& a, const auto& b) { return event_key(a) < event_key(b); });
      // Two rules of the correlation may have matched the same event.
      d.hit.events.erase(std::unique(d.hit.events.begin(), d.hit.events.end(),
                                     [](const auto& a, const auto& b) { return a.uid == b.uid; }),
                         d.hit.events.end());
      if (!d.hit.events.empty()) out.push_back(std::move(d));
    }
  }
  return out;
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
