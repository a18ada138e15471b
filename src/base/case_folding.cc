#include "base/case_folding.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "base/case_folding_table.h"
#include "base/utf8.h"

namespace backtrail {
namespace {

constexpr std::uint64_t kTopBits = 0x8080808080808080U;

/// Eight ASCII bytes.
std::uint64_t fold_word(std::uint64_t word) {
  // The top bit of each byte: at least 'A', and not above 'Z'.
  const std::uint64_t upper = (word + 0x3f3f3f3f3f3f3f3fU) & ~(word + 0x2525252525252525U);
  return word | (upper & kTopBits) >> 2;
}

}  // namespace

bool is_ascii(std::string_view text) {
  std::uint64_t bits = 0;
  while (text.size() >= sizeof bits) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    bits |= word;
    text.remove_prefix(sizeof word);
  }
  for (const char c : text) bits |= static_cast<unsigned char>(c);
  return (bits & kTopBits) == 0;
}

bool fold_ascii(std::string_view text, char* out) {
  std::uint64_t bits = 0;
  std::uint64_t word = 0;
  std::size_t at = 0;
  const auto fold_at = [&](std::size_t i) {
    std::memcpy(&word, text.data() + i, sizeof word);
    bits |= word;
    word = fold_word(word);
    std::memcpy(out + i, &word, sizeof word);
  };
  for (; at + sizeof word <= text.size(); at += sizeof word) fold_at(at);
  if (at != text.size() && at != 0) {
    fold_at(text.size() - sizeof word);  // the rest, and some bytes again
  } else {
    for (; at < text.size(); ++at) {
      bits |= static_cast<unsigned char>(text[at]);
      out[at] = static_cast<char>(fold_word(static_cast<unsigned char>(text[at])));
    }
  }
  return (bits & kTopBits) == 0;
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
  if (fold_ascii(text, out.data())) return;
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
