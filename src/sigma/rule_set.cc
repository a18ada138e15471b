#include <algorithm>

#include "sigma/detail/compiled.h"
#include "sigma/sigma.h"

namespace backtrail::sigma {

RuleSet::RuleSet(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
RuleSet::~RuleSet() = default;

std::span<const RuleInfo> RuleSet::rules() const { return compiled_->infos; }

std::span<const FilterInfo> RuleSet::filters() const { return compiled_->filters; }

int RuleSet::find(std::string_view id_or_name) const {
  const auto it = compiled_->by_name.find(std::string(id_or_name));
  return it == compiled_->by_name.end() ? -1 : static_cast<int>(it->second);
}

const std::string& RuleSet::hash() const { return compiled_->hash; }

const detail::Detection* RuleSet::Compiled::detection(std::uint32_t rule) const {
  const auto it = std::lower_bound(
      detections.begin(), detections.end(), rule,
      [](const detail::Detection& d, std::uint32_t wanted) { return d.rule < wanted; });
  return it != detections.end() && it->rule == rule ? &*it : nullptr;
}

const detail::Correlation* RuleSet::Compiled::correlation(std::uint32_t rule) const {
  for (const detail::Correlation& c : correlations)
    if (c.rule == rule) return &c;
  return nullptr;
}

std::vector<std::string> captured_fields(const RuleSet& rules, std::uint32_t rule) {
  std::vector<std::string> out;
  for (const detail::Correlation& c : rules.compiled().correlations)
    for (std::size_t i = 0; i < c.rules.size(); ++i) {
      if (c.rules[i] != rule) continue;
      for (const auto* list : {&c.group_by, &c.fields})
        for (const detail::CorrelationField& f : *list)
          if (!f.per_rule[i].empty()) out.push_back(f.per_rule[i]);
    }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool is_correlated(const RuleSet& rules, std::uint32_t rule) {
  return std::any_of(rules.compiled().correlations.begin(), rules.compiled().correlations.end(),
                     [&](const detail::Correlation& c) {
                       return std::find(c.rules.begin(), c.rules.end(), rule) != c.rules.end();
                     });
}

bool has_correlations(const RuleSet& rules) { return !rules.compiled().correlations.empty(); }

}  // namespace backtrail::sigma
