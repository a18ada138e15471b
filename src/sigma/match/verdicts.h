#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sigma/match/text_hash.h"

namespace backtrail::sigma::match {

/// Remembers what the text tests of one slot said about the texts seen lately: user agents, ARNs
/// and event names come back all the time. One per slot and thread.
class SlotVerdicts {
 public:
  enum class Verdict : std::uint8_t { unknown, no, yes };

  explicit SlotVerdicts(int slot) : slot_(slot) {}
  [[nodiscard]] int slot() const { return slot_; }
  /// A number for one more test; all tests must be added before the first `row`.
  [[nodiscard]] std::uint32_t add_test() { return tests_++; }

  /// Longer texts are not remembered.
  static constexpr std::size_t kMaxText = 512;

  /// The verdicts on this text, by test; unknown ones are to be filled in. Valid until the next
  /// call.
  [[nodiscard]] Verdict* row(std::string_view text) {
    if (texts_.empty()) {
      texts_.resize(kRows);
      verdicts_.resize(kRows * tests_);  // of no text: unknown, as of any new one
    }
    const std::size_t i = text_hash(text) % kRows;
    Verdict* row = verdicts_.data() + i * tests_;
    if (texts_[i] != text) {
      texts_[i] = text;
      std::fill_n(row, tests_, Verdict::unknown);
    }
    return row;
  }

 private:
  static constexpr std::size_t kRows = 1024;

  int slot_;
  std::uint32_t tests_ = 0;
  std::vector<std::string> texts_{};  // kRows
  std::vector<Verdict> verdicts_{};   // kRows times tests_
};

}  // namespace backtrail::sigma::match
