#pragma once

#include <cstdint>
#include <string_view>

namespace backtrail::ingest::detail {

enum class Format : std::uint8_t { plain, gzip, zstd, bzip2, zip, tar, parquet };

/// As many first bytes as `format_of` looks at.
inline constexpr std::size_t kMagicBytes = 512;

/// What content is, by its first bytes (up to `kMagicBytes`).
[[nodiscard]] Format format_of(std::string_view head);

}  // namespace backtrail::ingest::detail
