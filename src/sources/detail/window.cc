#include "sources/detail/window.h"

#include <algorithm>
#include <cstring>

namespace backtrail::sources::detail {

void Window::start(std::string_view whole) {
  data_ = whole.data();
  size_ = whole.size();
  begin_ = needed_ = 0;
  stream_ = nullptr;
  error_.reset();
}

void Window::start(ByteStream& stream, std::size_t piece) {
  start(std::string_view());
  stream_ = &stream;
  piece_ = piece;
  buffer_.resize(std::max(buffer_.size(), piece + kPadding));
  data_ = buffer_.data();
}

bool Window::more() {
  if (stream_ == nullptr) return false;
  const std::uint64_t needed = std::min(needed_, end());
  const auto done = static_cast<std::size_t>(needed > begin_ ? needed - 1 - begin_ : 0);
  if (done > 0 && (size_ + piece_ + kPadding > buffer_.size() || done + 1 == size_)) {
    std::memmove(buffer_.data(), buffer_.data() + done, size_ - done);
    begin_ += done;
    size_ -= done;
  }
  if (size_ + piece_ + kPadding > buffer_.size())
    buffer_.resize(size_ + size_ / 2 + piece_ + kPadding);
  data_ = buffer_.data();
  Result<std::size_t> n = stream_->read(std::span(buffer_.data() + size_, piece_));
  if (!n || *n == 0) {
    if (!n) error_ = n.error();
    stream_ = nullptr;
    return false;
  }
  size_ += *n;
  return true;
}

}  // namespace backtrail::sources::detail
