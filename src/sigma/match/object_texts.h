#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/record.h"
#include "sigma/match/finder.h"
#include "sigma/match/text_match.h"

namespace backtrail::sigma::match {

/// An object's compact JSON as text tests see it.
class ObjectText {
 public:
  void set(std::string_view json) {
    text_.set(json);
    spelled_.reset();
  }
  [[nodiscard]] FoldedText& text() { return text_; }
  /// A leaf may read otherwise than it is spelled here: escapes, or JSON encoded for a URL.
  [[nodiscard]] bool has_spelling();

 private:
  FoldedText text_{};
  std::optional<bool> spelled_{};
};

/// The objects that slots of a record hold, made and folded once for all tests. One per thread.
class ObjectTexts {
 public:
  /// To be called before another record's texts are asked for.
  void next_record() { ++record_; }
  /// The slot must hold an object. Valid until the next record.
  [[nodiscard]] ObjectText& of(const model::Record& record, int slot);

 private:
  struct Entry {
    ObjectText object{};
    std::uint64_t record = 0;
  };
  std::vector<Entry> slots_{};
  std::uint64_t record_ = 1;
};

}  // namespace backtrail::sigma::match
