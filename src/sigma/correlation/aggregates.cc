#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "sigma/correlation/windows.h"
#include "sigma/match/scalar_match.h"

namespace backtrail::sigma::correlation {
namespace {

bool within(const std::vector<detail::Bound>& bounds, double value) {
  return std::all_of(bounds.begin(), bounds.end(),
                     [&](const detail::Bound& b) { return match::compare(b.op, value, b.value); });
}

struct EventCount {
  const detail::Correlation& correlation;
  std::size_t n = 0;
  void enter(const Item&) { ++n; }
  void leave(const Item&) { --n; }
  [[nodiscard]] bool holds() const { return within(correlation.bounds, static_cast<double>(n)); }
};

struct ValueCount {
  const detail::Correlation& correlation;
  std::unordered_map<std::uint32_t, std::size_t> seen{};
  void enter(const Item& item) { ++seen[item.tuple]; }
  void leave(const Item& item) {
    const auto it = seen.find(item.tuple);
    if (--it->second == 0) seen.erase(it);
  }
  [[nodiscard]] bool holds() const {
    return within(correlation.bounds, static_cast<double>(seen.size()));
  }
};

/// Sums come from prefix sums: nothing is ever subtracted twice, so that errors do not pile up.
struct SumOrAverage {
  const detail::Correlation& correlation;
  std::vector<long double> prefix{0};
  std::size_t left = 0;
  void enter(const Item& item) { prefix.push_back(prefix.back() + item.number); }
  void leave(const Item&) { ++left; }
  [[nodiscard]] bool holds() const {
    const long double sum = prefix.back() - prefix[left];
    const auto n = static_cast<long double>(prefix.size() - 1 - left);
    const bool average = correlation.type == detail::CorrelationType::value_avg;
    return within(correlation.bounds, static_cast<double>(average ? sum / n : sum));
  }
};

/// Counts by rank in a Fenwick tree: any order statistic in O(log n).
class Percentile {
 public:
  Percentile(const detail::Correlation& correlation, std::span<const Item> items)
      : correlation_(correlation) {
    for (const Item& item : items) values_.push_back(item.number);
    std::sort(values_.begin(), values_.end());
    values_.erase(std::unique(values_.begin(), values_.end()), values_.end());
    tree_.resize(values_.size() + 1);
  }
  void enter(const Item& item) { add(item, 1); }
  void leave(const Item& item) { add(item, -1); }
  [[nodiscard]] bool holds() const {
    const double p =
        correlation_.type == detail::CorrelationType::value_median ? 50 : correlation_.percentile;
    const double rank = p / 100 * static_cast<double>(n_ - 1);
    const double below = std::floor(rank);
    const double low = value_at(static_cast<std::int64_t>(below));
    const double high = value_at(static_cast<std::int64_t>(std::ceil(rank)));
    return within(correlation_.bounds, low + (high - low) * (rank - below));
  }

 private:
  void add(const Item& item, std::int64_t d) {
    n_ += d;
    const auto at = std::lower_bound(values_.begin(), values_.end(), item.number) - values_.begin();
    for (auto i = static_cast<std::size_t>(at) + 1; i < tree_.size(); i += i & (~i + 1))
      tree_[i] += d;
  }
  /// The value of rank k, from 0.
  [[nodiscard]] double value_at(std::int64_t k) const {
    std::size_t at = 0;
    std::size_t step = 1;
    while (step * 2 < tree_.size()) step *= 2;
    for (; step > 0; step /= 2)
      if (at + step < tree_.size() && tree_[at + step] <= k) {
        at += step;
        k -= tree_[at];
      }
    return values_[at];
  }

  const detail::Correlation& correlation_;
  std::vector<double> values_;
  std::vector<std::int64_t> tree_;
  std::int64_t n_ = 0;
};

struct Temporal {
  const detail::Correlation& correlation;
  std::vector<std::size_t> seen;
  std::size_t distinct = 0;

  explicit Temporal(const detail::Correlation& c) : correlation(c), seen(c.rules.size()) {}
  void enter(const Item& item) {
    if (seen[item.position]++ == 0) ++distinct;
  }
  void leave(const Item& item) {
    if (--seen[item.position] == 0) --distinct;
  }
  [[nodiscard]] bool eval(const detail::RuleExpression& e) const {
    using Kind = detail::RuleExpression::Kind;
    const auto holds = [&](const detail::RuleExpression& child) { return eval(child); };
    switch (e.kind) {
      case Kind::rule:
        return seen[e.rule] > 0;
      case Kind::not_:
        return !eval(e.children.front());
      case Kind::all_of:
        return std::all_of(e.children.begin(), e.children.end(), holds);
      case Kind::any_of:
        return std::any_of(e.children.begin(), e.children.end(), holds);
    }
    return false;
  }
  [[nodiscard]] bool holds() const {
    if (correlation.expression) return eval(*correlation.expression);
    if (!correlation.bounds.empty())
      return within(correlation.bounds, static_cast<double>(distinct));
    return distinct == seen.size();
  }
};

}  // namespace

std::vector<Span> find_spans(const detail::Correlation& correlation, std::span<const Item> items) {
  const std::int64_t timespan = correlation.timespan.count();
  const auto run = [&](auto aggregate) { return slide(items, timespan, aggregate); };
  switch (correlation.type) {
    case detail::CorrelationType::event_count:
      return run(EventCount{correlation});
    case detail::CorrelationType::value_count:
      return run(ValueCount{correlation});
    case detail::CorrelationType::value_sum:
    case detail::CorrelationType::value_avg:
      return run(SumOrAverage{correlation});
    case detail::CorrelationType::value_median:
    case detail::CorrelationType::value_percentile:
      return run(Percentile(correlation, items));
    case detail::CorrelationType::temporal:
      return run(Temporal(correlation));
    case detail::CorrelationType::temporal_ordered:
      return find_ordered(correlation, items);
  }
  return {};
}

}  // namespace backtrail::sigma::correlation
