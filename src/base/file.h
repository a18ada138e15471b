#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace backtrail {

/// An owned file descriptor.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int fd) : fd_(fd) {}
  ~FileHandle();
  FileHandle(FileHandle&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileHandle& operator=(FileHandle&& other) noexcept;
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

[[nodiscard]] Result<FileHandle> open_for_reading(const std::filesystem::path& path);
/// Up to `buffer.size()` bytes; 0 at the end of the file.
[[nodiscard]] Result<std::size_t> read_some(const FileHandle& file, std::span<char> buffer);
[[nodiscard]] Result<void> write_all(const FileHandle& file, std::string_view bytes);

/// The whole file; `resource_exhausted` (id `file.too_large`) past `max_bytes`.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::uint64_t max_bytes = std::uint64_t{1} << 32);
/// Writes a new file beside `path`, fsyncs it, renames it over `path` and fsyncs the folder: after
/// a crash the old or the new content is there, never a mixture.
[[nodiscard]] Result<void> write_file_atomically(const std::filesystem::path& path,
                                                 std::string_view bytes);
[[nodiscard]] Result<void> make_directories(const std::filesystem::path& path);
[[nodiscard]] Result<void> sync_directory(const std::filesystem::path& path);
/// `what` exists, as far as can be told: a broken link counts, and what may not be looked at.
[[nodiscard]] bool exists(const std::filesystem::path& path);

/// A folder below TMPDIR that goes away with the object (tests, scratch space).
class TemporaryDirectory {
 public:
  [[nodiscard]] static Result<TemporaryDirectory> create(std::string_view prefix);
  ~TemporaryDirectory();
  TemporaryDirectory(TemporaryDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TemporaryDirectory& operator=(TemporaryDirectory&&) = delete;
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

/// A read-only memory map of a whole file; empty files give an empty view.
class MappedFile {
 public:
  [[nodiscard]] static Result<MappedFile> open(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  MappedFile& operator=(MappedFile&&) = delete;
  MappedFile(const MappedFile&) = delete;
  [[nodiscard]] std::string_view bytes() const { return {data_, size_}; }

 private:
  MappedFile(const char* data, std::size_t size) : data_(data), size_(size) {}
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace backtrail
