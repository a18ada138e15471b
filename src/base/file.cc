#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace backtrail {
namespace fs = std::filesystem;

FileHandle::~FileHandle() {
  if (fd_ >= 0) ::close(fd_);
}
FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Result<FileHandle> open_for_reading(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return system_error("open " + path.string(), errno);
  return FileHandle(fd);
}

Result<std::size_t> read_some(const FileHandle& file, std::span<char> buffer) {
  for (;;) {
    const ssize_t n = ::read(file.get(), buffer.data(), buffer.size());
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno != EINTR) return system_error("read", errno);
  }
}

Result<void> write_all(const FileHandle& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return system_error("write", errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

Result<std::string> read_file(const fs::path& path, std::uint64_t max_bytes) {
  BACKTRAIL_ASSIGN(const FileHandle file, open_for_reading(path));
  std::string out;
  std::string buffer(std::size_t{1} << 16, '\0');
  for (;;) {
    auto n = read_some(file, buffer);
    if (!n) return n.error().with_context(path.string());
    if (*n == 0) return out;
    if (out.size() + *n > max_bytes)
      return make_error(ErrorCode::resource_exhausted, "file.too_large",
                        path.string() + " is larger than " + std::to_string(max_bytes) + " bytes");
    out.append(buffer, 0, *n);
  }
}

Result<void> sync_directory(const fs::path& path) {
  const FileHandle dir(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!dir) return system_error("open " + path.string(), errno);
  if (::fsync(dir.get()) != 0 && errno != EINVAL)
    return system_error("fsync " + path.string(), errno);
  return {};
}

Result<void> write_file_atomically(const fs::path& path, std::string_view bytes) {
  const fs::path temporary = path.string() + ".new";
  {
    const FileHandle file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!file) return system_error("create " + temporary.string(), errno);
    auto written = write_all(file, bytes);
    if (written && ::fsync(file.get()) != 0) written = system_error("fsync", errno);
    if (!written) {
      ::unlink(temporary.c_str());
      return written.error().with_context(path.string());
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int number = errno;
    ::unlink(temporary.c_str());
    return system_error("rename to " + path.string(), number);
  }
  return sync_directory(path.parent_path().empty() ? fs::path(".") : path.parent_path());
}

Result<void> make_directories(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return system_error("create folder " + path.string(), error.value());
  return {};
}

bool exists(const fs::path& path) {
  struct stat s {};
  return ::lstat(path.c_str(), &s) == 0 || errno == EACCES;
}

Result<TemporaryDirectory> TemporaryDirectory::create(std::string_view prefix) {
  const char* base = std::getenv("TMPDIR");
  std::string name = std::string(base != nullptr && *base != '\0' ? base : "/tmp") + "/" +
                     std::string(prefix) + ".XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) return system_error("create " + name, errno);
  return TemporaryDirectory(fs::path(name));
}

TemporaryDirectory::~TemporaryDirectory() {
  if (path_.empty()) return;
  std::error_code error;
  // Evidence folders are read-only; make them writable so that they can go.
  for (fs::recursive_directory_iterator it(path_, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code ignored;
    if (it->is_directory(ignored) && !it->is_symlink(ignored))
      fs::permissions(it->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
  }
  fs::remove_all(path_, error);
}

Result<MappedFile> MappedFile::open(const fs::path& path) {
  BACKTRAIL_ASSIGN(const FileHandle file, open_for_reading(path));
  struct stat s {};
  if (::fstat(file.get(), &s) != 0) return system_error("stat " + path.string(), errno);
  if (!S_ISREG(s.st_mode))
    return invalid_argument("file.not_regular", path.string() + " is not a regular file");
  if (s.st_size == 0) return MappedFile(nullptr, 0);
  const auto size = static_cast<std::size_t>(s.st_size);
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (data == MAP_FAILED) return system_error("map " + path.string(), errno);
  return MappedFile(static_cast<const char*>(data), size);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

}  // namespace backtrail
