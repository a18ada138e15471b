#include "sigma/detail/encodings.h"

#include "base/utf8.h"

namespace backtrail::sigma::detail {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    unsigned bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += k <= n ? kDigits[bits >> (18 - 6 * k) & 0x3F] : '=';
  }
  return out;
}

std::array<std::string, 3> base64_offsets(std::string_view bytes) {
  static constexpr std::array<std::size_t, 3> kCutStart = {0, 2, 3};
  static constexpr std::array<std::size_t, 3> kCutEnd = {0, 3, 2};
  std::array<std::string, 3> out;
  for (std::size_t offset = 0; offset < 3; ++offset) {
    const std::string whole = base64(std::string(offset, ' ').append(bytes));
    const std::size_t begin = kCutStart[offset];
    const std::size_t end = whole.size() - kCutEnd[(bytes.size() + offset) % 3];
    if (end > begin) out[offset] = whole.substr(begin, end - begin);
  }
  return out;
}

std::string to_utf16(std::string_view utf8, Utf16 form) {
  std::string out = form == Utf16::marked ? "\xFF\xFE" : "";
  const auto put = [&](char32_t unit) {
    const char low = static_cast<char>(unit & 0xFF);
    const char high = static_cast<char>(unit >> 8 & 0xFF);
    out += form == Utf16::big ? high : low;
    out += form == Utf16::big ? low : high;
  };
  while (!utf8.empty()) {
    const std::size_t n = utf8_sequence_length(utf8);
    const char32_t c = n == 0 ? 0xFFFD : decode_utf8(utf8.substr(0, n));
    if (c >= 0x10000) {
      put(0xD800 + ((c - 0x10000) >> 10));
      put(0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      put(c);
    }
    utf8.remove_prefix(n == 0 ? 1 : n);
  }
  return out;
}

std::vector<std::size_t> option_dashes(std::string_view text) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i + 1 < text.size(); ++i)
    if ((text[i] == '-' || text[i] == '/') && (i == 0 || !is_word(text[i - 1])) &&
        is_word(text[i + 1]))
      out.push_back(i);
  return out;
}

}  // namespace backtrail::sigma::detail
