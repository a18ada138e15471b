#pragma once

#include <string>
#include <string_view>

namespace backtrail::sigma::match {

/// Searches texts for one literal: goes from one place of the literal's rarest byte to the next. A
/// text in which that byte is not rare is left to memmem, so the time is never much above its.
class Finder {
 public:
  explicit Finder(std::string literal);
  [[nodiscard]] bool is_in(std::string_view text) const;

 private:
  std::string literal_;
  std::size_t rarest_ = 0;  // offset into literal_
  std::size_t second_ = 0;  // of the next rarest byte, which is looked at before all are compared
};

}  // namespace backtrail::sigma::match
