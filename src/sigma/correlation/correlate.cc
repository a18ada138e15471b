#include <algorithm>
#include <span>

#include "sigma/correlation/items.h"
#include "sigma/correlation/windows.h"
#include "sigma/sigma.h"

namespace backtrail::sigma {
namespace {

using correlation::Inputs;
using correlation::Item;

/// The base hits behind some items, each once, in order.
CorrelationHit make_hit(const detail::Correlation& correlation, std::span<const Item> items,
                        const std::vector<std::string>& group, const Inputs& inputs) {
  std::vector<std::size_t> places;
  std::vector<std::size_t> inner_hits;
  CorrelationHit out{.rule = correlation.rule, .group = group};
  bool first = true;
  const auto extend = [&](Timestamp from, Timestamp to) {
    out.first = first ? from : std::min(out.first, from);
    out.last = first ? to : std::max(out.last, to);
    first = false;
  };
  for (const Item& item : items) {
    if (!item.inner) {
      places.push_back(item.source);
      const Timestamp t = *inputs.hits[inputs.order[item.source]].time;
      extend(t, t);
      continue;
    }
    const CorrelationHit& inner = inputs.results[correlation.rules[item.position]][item.source];
    inner_hits.insert(inner_hits.end(), inner.hits.begin(), inner.hits.end());
    extend(inner.first, inner.last);
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  for (const std::size_t place : places) out.hits.push_back(inputs.order[place]);
  if (inner_hits.empty()) return out;

  out.hits.insert(out.hits.end(), inner_hits.begin(), inner_hits.end());
  const auto before = [&](std::size_t a, std::size_t b) {
    const BaseHit& x = inputs.hits[a];
    const BaseHit& y = inputs.hits[b];
    if (*x.time != *y.time) return *x.time < *y.time;
    if (x.event_key != y.event_key) return x.event_key < y.event_key;
    return a < b;
  };
  std::sort(out.hits.begin(), out.hits.end(), before);
  out.hits.erase(std::unique(out.hits.begin(), out.hits.end()), out.hits.end());
  return out;
}

/// By group, then first, then last: a total order within one rule (spans of a group do not
/// overlap).
void sort_hits(std::vector<CorrelationHit>& hits) {
  std::sort(hits.begin(), hits.end(), [](const CorrelationHit& a, const CorrelationHit& b) {
    if (a.group != b.group) return a.group < b.group;
    if (a.first != b.first) return a.first < b.first;
    if (a.last != b.last) return a.last < b.last;
    return a.hits < b.hits;
  });
}

}  // namespace

CorrelationResult correlate(const RuleSet& rules, const std::vector<BaseHit>& hits) {
  Inputs inputs = correlation::prepare(rules, hits);
  CorrelationResult out{.without_time = inputs.without_time};
  for (const detail::Correlation& c : rules.compiled().correlations) {
    const correlation::Items all = correlation::collect(c, inputs);
    out.without_group += all.without_group;
    out.without_value += all.without_value;
    std::vector<CorrelationHit>& results = inputs.results[c.rule];
    const std::span<const Item> items(all.items);
    for (std::size_t begin = 0; begin < items.size();) {
      std::size_t end = begin;
      while (end < items.size() && items[end].group == items[begin].group) ++end;
      const auto group = items.subspan(begin, end - begin);
      for (const correlation::Span& s : correlation::find_spans(c, group))
        results.push_back(make_hit(c, group.subspan(s.first, s.last - s.first + 1),
                                   all.groups[items[begin].group], inputs));
      begin = end;
    }
    sort_hits(results);
  }
  for (std::size_t rule = 0; rule < inputs.results.size(); ++rule)
    if (rules.rules()[rule].reports)
      out.hits.insert(out.hits.end(), inputs.results[rule].begin(), inputs.results[rule].end());
  return out;
}

}  // namespace backtrail::sigma
