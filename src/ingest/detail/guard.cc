#include "ingest/detail/guard.h"

#include <fmt/format.h>

#include "base/text.h"

namespace backtrail::ingest::detail {

Result<void> Guard::produce(std::uint64_t bytes) {
  output_ += bytes;
  tripped_ = output_ > limits_->max_output ||
             (output_ > limits_->ratio_from && output_ / limits_->max_ratio > consumed_);
  if (!tripped_) return {};
  if (output_ > limits_->max_output) {
    return make_error(ErrorCode::resource_exhausted, "bomb",
                      fmt::format("gives more than {} of content; if it is genuine, allow more with --max-unpacked",
                                  format_bytes(limits_->max_output)));
  }
  return make_error(
      ErrorCode::resource_exhausted, "bomb",
      fmt::format("{} came out of {} compressed bytes, more than {}:1; if it is genuine, allow more with "
                  "--max-ratio",
                  format_bytes(output_), consumed_, limits_->max_ratio));
}

Result<void> Guard::add_member() {
  if (++members_ <= limits_->max_members) return {};
  return make_error(ErrorCode::resource_exhausted, "bomb",
                    fmt::format("holds more than {} files; unpack it by hand if it is genuine",
                                with_thousands(limits_->max_members)));
}

}  // namespace backtrail::ingest::detail
