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
  explicit Guard(const UnpackLimits& limits) : limits_(&limits) {}

  void start() {
    consumed_ = output_ = members_ = 0;
    tripped_ = false;
  }
  /// Bytes of the file itself that were taken.
  void consume(std::uint64_t bytes) { consumed_ += bytes; }
  [[nodiscard]] std::uint64_t consumed() const { return consumed_; }
  /// Notes `bytes` that a layer gave; an error when that is a bomb's work.
  [[nodiscard]] Result<void> produce(std::uint64_t bytes);
  [[nodiscard]] Result<void> add_member();
  /// `produce` has failed: nothing more of the file is to be unpacked.
  [[nodiscard]] bool tripped() const { return tripped_; }
  [[nodiscard]] const UnpackLimits& limits() const { return *limits_; }

 private:
  const UnpackLimits* limits_;
  std::uint64_t consumed_ = 0;
  std::uint64_t output_ = 0;
  std::uint64_t members_ = 0;
  bool tripped_ = false;
};

}  // namespace backtrail::ingest::detail
