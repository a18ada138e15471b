#include "report/width.h"

#include <array>
#include <cstdint>
#include <vector>

namespace backtrail::report {
namespace {

struct Range {
  char32_t first, last;
};

constexpr std::array kWide = {
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x23E9, 0x23EC},
    Range{0x25FD, 0x25FE},   Range{0x2614, 0x2615},   Range{0x2648, 0x2653},
    Range{0x26C4, 0x26C5},   Range{0x2705, 0x2705},   Range{0x270A, 0x270B},
    Range{0x274C, 0x274C},   Range{0x2753, 0x2755},   Range{0x2795, 0x2797},
    Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},   Range{0x3400, 0x4DBF},
    Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},   Range{0xA960, 0xA97F},
    Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
    Range{0xFF01, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F},
    Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};
constexpr std::array kZero = {
    Range{0x0300, 0x036F}, Range{0x0483, 0x0489},  Range{0x0591, 0x05BD}, Range{0x0610, 0x061A},
    Range{0x064B, 0x065F}, Range{0x0900, 0x0902},  Range{0x093C, 0x093C}, Range{0x0941, 0x0948},
    Range{0x0E31, 0x0E31}, Range{0x0E34, 0x0E3A},  Range{0x0E47, 0x0E4E}, Range{0x1AB0, 0x1AFF},
    Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200F},  Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F},
    Range{0xFE20, 0xFE2F}, Range{0xE0100, 0xE01EF}};

template <std::size_t N>
bool in(const std::array<Range, N>& ranges, char32_t c) {
  for (const Range& r : ranges)
    if (c >= r.first && c <= r.last) return true;
  return false;
}

/// The code point at the start of valid UTF-8 and its length in bytes.
std::pair<char32_t, std::size_t> decode(std::string_view s) {
  const auto c = static_cast<unsigned char>(s.front());
  const std::size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
  if (n == 1 || s.size() < n) return {c, 1};
  char32_t code = static_cast<char32_t>(c & (0xFF >> (n + 1)));
  for (std::size_t i = 1; i < n; ++i)
    code = code << 6 | static_cast<char32_t>(static_cast<unsigned char>(s[i]) & 0x3F);
  return {code, n};
}

std::size_t cells(char32_t c) {
  if (c < 0x300) return 1;
  if (in(kZero, c)) return 0;
  return in(kWide, c) ? 2 : 1;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto [code, n] = decode(text);
    width += cells(code);
    text.remove_prefix(n);
  }
  return width;
}

std::string fit(std::string_view text, std::size_t width) {
  if (text.size() <= width || display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto [code, n] = decode(text.substr(at));
    if (used + cells(code) > width - 1) break;
    used += cells(code);
    at += n;
  }
  return std::string(text.substr(0, at)) + "…";
}

std::string fit_end(std::string_view text, std::size_t width) {
  std::size_t left = display_width(text);
  if (left <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t at = 0;
  while (at < text.size() && left > width - 1) {
    const auto [code, n] = decode(text.substr(at));
    left -= cells(code);
    at += n;
  }
  return "…" + std::string(text.substr(at));
}

std::string pad(std::string_view text, std::size_t width, bool right) {
  const std::size_t w = display_width(text);
  const std::string space(w < width ? width - w : 0, ' ');
  return right ? space + std::string(text) : std::string(text) + space;
}

}  // namespace backtrail::report
