#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

/// The fuzz targets that were found when the build was configured.
struct FuzzTarget {
  std::string_view name;  // also the folder of its corpus
  int (*one_input)(const std::uint8_t* data, std::size_t size);
};
[[nodiscard]] std::span<const FuzzTarget> fuzz_targets();
