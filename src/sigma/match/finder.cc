#include "sigma/match/finder.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace backtrail::sigma::match {
namespace {

/// How common a folded byte is in the JSON of CloudTrail logs; bytes that are not listed: rare.
std::size_t frequency(char c) {
  constexpr std::string_view kCommonFirst =
      "\"eastori-cnml:2d0w1.u3/pzyfvgb,6k475x8h j_9{}q\\()+;=[]%";
  return kCommonFirst.size() - std::min(kCommonFirst.find(c), kCommonFirst.size());
}

}  // namespace

Finder::Finder(std::string literal) : literal_(std::move(literal)) {
  const auto rarer = [&](std::size_t a, std::size_t b) {
    return frequency(literal_[a]) < frequency(literal_[b]);
  };
  for (std::size_t i = 1; i < literal_.size(); ++i)
    if (rarer(i, rarest_)) rarest_ = i;
  second_ = rarest_ == 0 && literal_.size() > 1 ? 1 : 0;
  for (std::size_t i = 1; i < literal_.size(); ++i)
    if (i != rarest_ && rarer(i, second_)) second_ = i;
}

bool Finder::is_in(std::string_view text) const {
  if (literal_.empty()) return true;
  if (text.size() < literal_.size()) return false;
  const char byte = literal_[rarest_];
  const std::size_t places = text.size() - literal_.size() + 1;  // where the literal has room
  std::size_t start = 0;                                         // the next place to try
  for (int wrong = 0; wrong < 8; ++wrong) {
    const char* from = text.data() + start + rarest_;
    const void* at = std::memchr(from, byte, places - start);
    if (at == nullptr) return false;
    start += static_cast<std::size_t>(static_cast<const char*>(at) - from);
    if (text[start + second_] == literal_[second_] &&
        std::memcmp(text.data() + start, literal_.data(), literal_.size()) == 0)
      return true;
    ++start;
  }
  return memmem(text.data() + start, text.size() - start, literal_.data(), literal_.size()) !=
         nullptr;
}

}  // namespace backtrail::sigma::match
