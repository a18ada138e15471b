#pragma once

#include <duckdb.h>

#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace backtrail::store {

/// Holds the texts of one column of a chunk while the database takes them over. Each vector would
/// allocate its own otherwise, though the INSERT copies every text anyway.
class TextArena {
 public:
  /// A copy of `text` (shorter than 4 GiB) that stays until `clear`.
  [[nodiscard]] duckdb_string_t keep(std::string_view text) {
    duckdb_string_t out;
    std::memset(&out, 0, sizeof out);
    out.value.inlined.length = static_cast<std::uint32_t>(text.size());
    if (text.size() <= sizeof out.value.inlined.inlined) {
      if (!text.empty()) std::memcpy(out.value.inlined.inlined, text.data(), text.size());
      return out;
    }
    out.value.pointer.ptr = take(text.size());
    std::memcpy(out.value.pointer.ptr, text.data(), text.size());
    std::memcpy(out.value.pointer.prefix, text.data(), sizeof out.value.pointer.prefix);
    return out;
  }

  void clear() {
    large_.clear();
    block_ = 0;
    used_ = 0;
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{64} << 10;

  char* take(std::size_t size) {
    if (size > kBlock / 4) return large_.emplace_back(std::make_unique_for_overwrite<char[]>(size)).get();
    if (block_ < blocks_.size() && used_ + size > kBlock) ++block_, used_ = 0;
    if (block_ == blocks_.size()) blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlock));
    char* const out = blocks_[block_].get() + used_;
    used_ += size;
    return out;
  }

  std::vector<std::unique_ptr<char[]>> blocks_{};  // reused by the next chunk
  std::vector<std::unique_ptr<char[]>> large_{};
  std::size_t block_ = 0;
  std::size_t used_ = 0;
};

}  // namespace backtrail::store
