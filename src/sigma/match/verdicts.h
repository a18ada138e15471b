#pragma once

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
    if (rows_.empty()) rows_.resize(kRows);
    Row& row = rows_[text_hash(text) % kRows];
    if (row.verdicts.empty() || row.text != text) {
      row.text = text;
      row.verdicts.assign(tests_, Verdict::unknown);
    }
    return row.verdicts.data();
  }

 private:
  static constexpr std::size_t kRows = 1024;
  struct Row {
    std::string text{};
    std::vector<Verdict> verdicts{};
  };

  int slot_;
  std::uint32_t tests_ = 0;
  std::vector<Row> rows_{};
};

}  // namespace backtrail::sigma::match
