#include "base/case_folding.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "base/case_folding_table.h"
#include "base/utf8.h"

namespace backtrail {

bool is_ascii(std::string_view text) {
  std::uint64_t bits = 0;
  while (text.size() >= sizeof bits) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    bits |= word;
    text.remove_prefix(sizeof word);
  }
  for (const char c : text) bits |= static_cast<unsigned char>(c);
  return (bits & 0x8080808080808080U) == 0;
}

char32_t fold_case(char32_t c) {
  if (c < 0x80) return c >= U'A' && c <= U'Z' ? c + 32 : c;
  const auto* range =
      std::lower_bound(std::begin(kFoldRanges), std::end(kFoldRanges), c,
                       [](const FoldRange& r, char32_t code) { return r.last < code; });
  if (range == std::end(kFoldRanges) || c < range->first) return c;
  if ((c - range->first) % range->stride != 0) return c;
  return static_cast<char32_t>(static_cast<std::int64_t>(c) + range->delta);
}

void fold_case_into(std::string_view text, std::string& out) {
  out.resize(text.size());
  if (is_ascii(text)) {
    std::transform(text.begin(), text.end(), out.begin(), [](char c) {
      return static_cast<char>(c + (static_cast<unsigned char>(c - 'A') < 26 ? 32 : 0));
    });
    return;
  }
  out.clear();
  while (!text.empty()) {
    const std::size_t n = utf8_sequence_length(text);
    if (n == 0) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    append_utf8(fold_case(decode_utf8(text.substr(0, n))), out);
    text.remove_prefix(n);
  }
}

std::string fold_case(std::string_view text) {
  std::string out;
  fold_case_into(text, out);
  return out;
}

}  // namespace backtrail
