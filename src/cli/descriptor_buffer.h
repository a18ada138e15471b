#pragma once

#include <unistd.h>

#include <cerrno>
#include <streambuf>
#include <vector>

namespace backtrail::cli {

/// A stream buffer on a descriptor that keeps errno of a failed write for the one who asks.
class DescriptorBuffer final : public std::streambuf {
 public:
  DescriptorBuffer(int fd, std::size_t size) : fd_(fd), bytes_(size) {
    setp(bytes_.data(), bytes_.data() + bytes_.size());
  }
  ~DescriptorBuffer() override { sync(); }
  DescriptorBuffer(const DescriptorBuffer&) = delete;
  DescriptorBuffer& operator=(const DescriptorBuffer&) = delete;
  /// errno of the first write that failed; 0: none did.
  [[nodiscard]] int failure() const { return failure_; }

 protected:
  int_type overflow(int_type c) override {
    if (sync() != 0) return traits_type::eof();
    if (c != traits_type::eof()) sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
  }
  int sync() override {
    const char* at = pbase();
    while (at < pptr()) {
      const ssize_t n = ::write(fd_, at, static_cast<std::size_t>(pptr() - at));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) {
        if (failure_ == 0) failure_ = errno;
        setp(bytes_.data(), bytes_.data() + bytes_.size());
        return -1;
      }
      at += n;
    }
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    return 0;
  }

 private:
  int fd_;
  int failure_ = 0;
  std::vector<char> bytes_;
};

}  // namespace backtrail::cli
