#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace backtrail::sources::detail {

/// Room for unescaped texts of one record; addresses stay until `clear`.
class TextArena {
 public:
  /// `size` writable bytes; `keep` says how many of them stay used.
  [[nodiscard]] char* room(std::size_t size) {
    if (blocks_.empty() || blocks_[at_].size - used_ < size) next_block(size);
    return blocks_[at_].bytes.get() + used_;
  }
  void keep(std::size_t size) { used_ += size; }
  void clear() {
    at_ = 0;
    used_ = 0;
    while (blocks_.size() > 1 && blocks_.back().size > kBlock) blocks_.pop_back();
  }

 private:
  static constexpr std::size_t kBlock = std::size_t{64} << 10;
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };
  void next_block(std::size_t size) {
    if (!blocks_.empty() && used_ > 0) ++at_;
    used_ = 0;
    while (at_ < blocks_.size() && blocks_[at_].size < size) ++at_;
    if (at_ < blocks_.size()) return;
    const std::size_t room = size > kBlock ? size : kBlock;
    blocks_.push_back({std::unique_ptr<char[]>(new char[room]), room});
  }
  std::vector<Block> blocks_{};
  std::size_t at_ = 0;
  std::size_t used_ = 0;
};

}  // namespace backtrail::sources::detail
