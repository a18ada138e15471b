#include "sigma/correlation/items.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>

#include "sigma/match/scalar_match.h"

namespace backtrail::sigma::correlation {
namespace {

std::int64_t micros(Timestamp t) { return t.time_since_epoch().count(); }

/// Where to find the values of `fields` in the hits of one cited rule: places in BaseHit::captured,
/// or in the group of a cited correlation; -1: nowhere.
std::vector<std::ptrdiff_t> places(const std::vector<detail::CorrelationField>& fields,
                                   std::size_t position, const std::vector<std::string>& known) {
  std::vector<std::ptrdiff_t> out;
  for (const detail::CorrelationField& f : fields) {
    const auto it = std::find(known.begin(), known.end(), f.per_rule[position]);
    out.push_back(it == known.end() ? -1 : it - known.begin());
  }
  return out;
}

std::vector<std::string> group_names(const detail::Correlation& c) {
  std::vector<std::string> out;
  for (const detail::CorrelationField& f : c.group_by) out.push_back(f.name);
  return out;
}

class Collector {
 public:
  Collector(const detail::Correlation& correlation, const Inputs& inputs)
      : correlation_(correlation), inputs_(inputs) {}

  Items run() {
    for (std::size_t i = 0; i < correlation_.rules.size(); ++i) collect(i);
    std::sort(out_.items.begin(), out_.items.end(), [](const Item& a, const Item& b) {
      if (a.group != b.group) return a.group < b.group;
      if (a.time != b.time) return a.time < b.time;
      if (a.inner != b.inner) return b.inner;
      if (a.source != b.source) return a.source < b.source;
      return a.position < b.position;
    });
    for (const auto& [group, number] : groups_) out_.groups[number] = group;
    return std::move(out_);
  }

 private:
  void collect(std::size_t position) {
    const std::uint32_t rule = correlation_.rules[position];
    const detail::Correlation* inner = inputs_.rules.compiled().correlation(rule);
    const std::vector<std::string> known =
        inner == nullptr ? captured_fields(inputs_.rules, rule) : group_names(*inner);
    const auto group_places = places(correlation_.group_by, position, known);
    const auto value_places = places(correlation_.fields, position, known);
    Item item{.position = static_cast<std::uint32_t>(position), .inner = inner != nullptr};
    if (inner == nullptr) {
      for (const std::size_t place : inputs_.by_rule[rule]) {
        const BaseHit& hit = inputs_.hits[inputs_.order[place]];
        item.time = micros(*hit.time);
        item.source = static_cast<std::uint32_t>(place);
        add(item, group_places, value_places, [&](std::size_t at) -> const std::string* {
          return at < hit.captured.size() && hit.captured[at] ? &*hit.captured[at] : nullptr;
        });
      }
      return;
    }
    const std::vector<CorrelationHit>& results = inputs_.results[rule];
    for (std::size_t i = 0; i < results.size(); ++i) {
      item.time = micros(results[i].last);
      item.source = static_cast<std::uint32_t>(i);
      add(item, group_places, value_places, [&](std::size_t at) { return &results[i].group[at]; });
    }
  }

  template <typename Lookup>
  void add(Item item, const std::vector<std::ptrdiff_t>& group_places,
           const std::vector<std::ptrdiff_t>& value_places, const Lookup& value) {
    std::vector<std::string> group;
    for (const std::ptrdiff_t at : group_places) {
      const std::string* v = at < 0 ? nullptr : value(static_cast<std::size_t>(at));
      if (v == nullptr) {
        ++out_.without_group;
        return;
      }
      group.push_back(*v);
    }
    std::string tuple;
    for (const std::ptrdiff_t at : value_places) {
      const std::string* v = at < 0 ? nullptr : value(static_cast<std::size_t>(at));
      std::optional<double> number;
      if (v != nullptr) number = match::number_of(model::Value::of_text(*v));
      const bool usable = correlation_.type == detail::CorrelationType::value_count
                              ? v != nullptr
                              : number.has_value();
      if (!usable) {
        ++out_.without_value;
        return;
      }
      item.number = number.value_or(0);
      tuple += std::to_string(v->size()) + ':' + *v;  // lengths keep neighbours apart
    }
    item.group = groups_.emplace(std::move(group), groups_.size()).first->second;
    if (out_.groups.size() < groups_.size()) out_.groups.resize(groups_.size());
    if (!value_places.empty())
      item.tuple = tuples_.emplace(std::move(tuple), tuples_.size()).first->second;
    out_.items.push_back(item);
  }

  const detail::Correlation& correlation_;
  const Inputs& inputs_;
  Items out_{};
  std::map<std::vector<std::string>, std::uint32_t> groups_{};
  std::unordered_map<std::string, std::uint32_t> tuples_{};
};

}  // namespace

Inputs prepare(const RuleSet& rules, const std::vector<BaseHit>& hits) {
  const RuleSet::Compiled& compiled = rules.compiled();
  std::vector<bool> cited(compiled.infos.size());
  for (const detail::Correlation& c : compiled.correlations)
    for (const std::uint32_t rule : c.rules) cited[rule] = true;

  Inputs out{.rules = rules, .hits = hits};
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (hits[i].rule >= cited.size() || !cited[hits[i].rule]) continue;
    if (!hits[i].time) {
      ++out.without_time;
      continue;
    }
    out.order.push_back(i);
  }
  std::sort(out.order.begin(), out.order.end(), [&](std::size_t a, std::size_t b) {
    const BaseHit& x = hits[a];
    const BaseHit& y = hits[b];
    if (*x.time != *y.time) return *x.time < *y.time;
    if (x.event_key != y.event_key) return x.event_key < y.event_key;
    if (x.rule != y.rule) return x.rule < y.rule;
    return a < b;
  });
  const auto same = [&](std::size_t a, std::size_t b) {
    return hits[a].rule == hits[b].rule && hits[a].event_key == hits[b].event_key &&
           !hits[a].event_key.empty() && *hits[a].time == *hits[b].time;
  };
  out.order.erase(std::unique(out.order.begin(), out.order.end(), same), out.order.end());

  out.by_rule.resize(compiled.infos.size());
  out.results.resize(compiled.infos.size());
  for (std::size_t place = 0; place < out.order.size(); ++place)
    out.by_rule[hits[out.order[place]].rule].push_back(place);
  return out;
}

Items collect(const detail::Correlation& correlation, const Inputs& inputs) {
  return Collector(correlation, inputs).run();
}

}  // namespace backtrail::sigma::correlation
