#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "ingest/decompress.h"

namespace backtrail::ingest::detail {

/// Counts what goes into and comes out of one file's layers, against bombs.
class Guard {
 public:
  explicit Guard(const OpenLimits& limits) : limits_(&limits) {}

  void start() { consumed_ = output_ = members_ = 0; }
  /// Bytes of the file itself that were taken.
  void consume(std::uint64_t bytes) { consumed_ += bytes; }
  [[nodiscard]] std::uint64_t consumed() const { return consumed_; }
  /// Notes `bytes` that a layer gave; an error when that is a bomb's work.
  [[nodiscard]] Result<void> produce(std::uint64_t bytes);
  [[nodiscard]] Result<void> add_member();
  [[nodiscard]] const OpenLimits& limits() const { return *limits_; }

 private:
  const OpenLimits* limits_;
  std::uint64_t consumed_ = 0;
  std::uint64_t output_ = 0;
  std::uint64_t members_ = 0;
};

}  // namespace backtrail::ingest::detail
