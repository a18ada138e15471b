#include "ingest/detail/format.h"

#include <charconv>

namespace backtrail::ingest::detail {
namespace {

/// The header's own checksum: old tars (v7) have no magic.
bool is_tar_header(std::string_view head) {
  constexpr std::size_t kHeader = 512;
  constexpr std::size_t kChecksum = 148;
  if (head.size() < kHeader || head[0] == '\0') return false;
  std::string_view field = head.substr(kChecksum, 8);
  while (!field.empty() && field[0] == ' ') field.remove_prefix(1);
  unsigned want = 0;
  const auto parsed = std::from_chars(field.data(), field.data() + field.size(), want, 8);
  if (parsed.ec != std::errc{}) return false;
  unsigned sum = 0;
  for (std::size_t i = 0; i < kHeader; ++i) {
    const bool blank = i >= kChecksum && i < kChecksum + 8;
    sum += blank ? unsigned{' '} : static_cast<unsigned char>(head[i]);
  }
  return sum == want;
}

}  // namespace

Format format_of(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.starts_with("\x1f\x8b")) return Format::gzip;
  if (head.starts_with("\x28\xb5\x2f\xfd")) return Format::zstd;
  // a skippable frame before the first one
  if (head.size() >= 4 && (head[0] & 0x70) == 0x50 && head.substr(1, 3) == "\x2a\x4d\x18"sv)
    return Format::zstd;
  if (head.starts_with("BZh") && head.size() >= 10 && head[3] >= '1' && head[3] <= '9' &&
      (head.substr(4, 6) == "\x31\x41\x59\x26\x53\x59"sv ||
       head.substr(4, 6) == "\x17\x72\x45\x38\x50\x90"sv))
    return Format::bzip2;
  if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) return Format::zip;
  // the second: with an encrypted footer
  if (head.starts_with("PAR1") || head.starts_with("PARE")) return Format::parquet;
  if (is_tar_header(head)) return Format::tar;
  return Format::plain;
}

}  // namespace backtrail::ingest::detail
