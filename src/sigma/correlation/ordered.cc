#include <algorithm>
#include <limits>

#include "sigma/correlation/windows.h"
#include "sigma/detail/disjunction.h"

namespace backtrail::sigma::correlation {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();

/// Finds one sequence: `wanted` (positions in Correlation::rules) one after the other, none of
/// `unwanted` within the timespan from the first.
class Sequence {
 public:
  Sequence(const detail::Conjunction& c, std::size_t rules, std::int64_t timespan)
      : step_(rules, -1), unwanted_(rules), timespan_(timespan) {
    for (std::size_t i = 0; i < c.wanted.size(); ++i)
      step_[c.wanted[i]] = static_cast<std::ptrdiff_t>(i);
    for (const std::uint32_t rule : c.unwanted) unwanted_[rule] = true;
    latest_start_.assign(c.wanted.size(), kNever);
  }

  std::vector<Span> run(std::span<const Item> items) {
    std::vector<Span> out;
    std::vector<std::int64_t> bad;  // times of unwanted events
    for (const Item& item : items)
      if (unwanted_[item.position]) bad.push_back(item.time);

    for (std::size_t i = 0; i < items.size();) {
      const std::int64_t now = items[i].time;
      std::size_t next = i;
      while (next < items.size() && items[next].time == now) ++next;
      if (advance(items.subspan(i, next - i), now)) {
        const std::int64_t start = latest_start_.back();
        if (now - start <= timespan_ && !any_within(bad, start, start + timespan_)) {
          const auto first =
              std::lower_bound(items.begin(), items.end(), start,
                               [](const Item& item, std::int64_t t) { return item.time < t; });
          out.push_back({static_cast<std::size_t>(first - items.begin()), next - 1});
        }
      }
      i = next;
    }
    return out;
  }

 private:
  /// `latest_start_[k]`: the latest start of steps 0…k that have happened in order. Events of one
  /// moment are taken in the order of the steps, so that a tie satisfies either order.
  bool advance(std::span<const Item> moment, std::int64_t now) {
    std::vector<std::size_t> steps;
    for (const Item& item : moment)
      if (step_[item.position] >= 0)
        steps.push_back(static_cast<std::size_t>(step_[item.position]));
    std::sort(steps.begin(), steps.end());
    for (const std::size_t k : steps)
      latest_start_[k] = k == 0 ? now : std::max(latest_start_[k], latest_start_[k - 1]);
    return !steps.empty() && steps.back() + 1 == latest_start_.size() &&
           latest_start_.back() != kNever;
  }
  static bool any_within(const std::vector<std::int64_t>& times, std::int64_t from,
                         std::int64_t to) {
    const auto it = std::lower_bound(times.begin(), times.end(), from);
    return it != times.end() && *it <= to;
  }

  std::vector<std::ptrdiff_t> step_;
  std::vector<bool> unwanted_;
  std::int64_t timespan_;
  std::vector<std::int64_t> latest_start_;
};

}  // namespace

std::vector<Span> find_ordered(const detail::Correlation& correlation,
                               std::span<const Item> items) {
  std::vector<detail::Conjunction> conjunctions;
  if (correlation.expression) {
    conjunctions = *detail::disjunction_of(*correlation.expression, correlation.rules.size());
  } else {
    detail::Conjunction& all = conjunctions.emplace_back();
    for (std::uint32_t i = 0; i < correlation.rules.size(); ++i) all.wanted.push_back(i);
  }
  std::vector<Span> found;
  for (const detail::Conjunction& c : conjunctions) {
    const std::vector<Span> spans =
        Sequence(c, correlation.rules.size(), correlation.timespan.count()).run(items);
    found.insert(found.end(), spans.begin(), spans.end());
  }
  std::sort(found.begin(), found.end(), [](const Span& a, const Span& b) {
    return a.last != b.last ? a.last < b.last : a.first < b.first;
  });
  Chain chain;
  for (const Span& s : found) chain.add(s);
  return chain.take();
}

}  // namespace backtrail::sigma::correlation
