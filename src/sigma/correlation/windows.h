#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sigma/correlation/items.h"

namespace backtrail::sigma::correlation {

/// Places [first, last] of one group's items that belong to one result.
struct Span {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// Spans that share an item become one: one result per chain of windows.
class Chain {
 public:
  /// Spans must come with ascending `last`.
  void add(Span s) {
    while (!spans_.empty() && spans_.back().last >= s.first) {
      s.first = std::min(s.first, spans_.back().first);
      s.last = std::max(s.last, spans_.back().last);
      spans_.pop_back();
    }
    spans_.push_back(s);
  }
  [[nodiscard]] std::vector<Span> take() { return std::move(spans_); }

 private:
  std::vector<Span> spans_;
};

/// Slides a window over one group's items (by time): every window of at most `timespan` (both ends
/// included) that no other window contains is shown once, complete, to `aggregate.holds()`. `enter`
/// and `leave` keep the aggregate up to date, so that all windows cost one pass.
template <typename Aggregate>
std::vector<Span> slide(std::span<const Item> items, std::int64_t timespan, Aggregate& aggregate) {
  Chain chain;
  std::size_t end = 0;
  for (std::size_t begin = 0; begin < items.size(); ++begin) {
    const std::size_t before = end;
    while (end < items.size() && items[end].time - items[begin].time <= timespan)
      aggregate.enter(items[end++]);
    // A window that gained nothing lies inside the one before.
    if (end > before && aggregate.holds()) chain.add({begin, end - 1});
    aggregate.leave(items[begin]);
  }
  return chain.take();
}

/// The spans of one group that satisfy the correlation.
[[nodiscard]] std::vector<Span> find_spans(const detail::Correlation& correlation,
                                           std::span<const Item> items);

/// temporal_ordered: all rules in the order given; equal times satisfy either order.
[[nodiscard]] std::vector<Span> find_ordered(const detail::Correlation& correlation,
                                             std::span<const Item> items);

}  // namespace backtrail::sigma::correlation
