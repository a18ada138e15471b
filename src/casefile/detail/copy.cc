#include "casefile/detail/copy.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/cancel.h"
#include "base/hash.h"

namespace backtrail::casefile {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kChunk = std::size_t{256} << 10;

/// Waits for a pipe's next bytes without missing `stop`; false when stopped.
bool wait_ready(const FileHandle& file, bool is_pipe, const std::stop_token& stop) {
  if (!is_pipe) return !stop.stop_requested();
  pollfd p{.fd = file.get(), .events = POLLIN, .revents = 0};
  while (!stop.stop_requested())
    if (::poll(&p, 1, 100) != 0) return true;
  return false;
}

/// Feeds the rest of the file to the hash and, when there is one, to the copy.
std::variant<Digest, CopyError> pump(const FileHandle& from, const FileHandle* to,
                                     const std::stop_token& stop) {
  thread_local std::string buffer(kChunk, '\0');
  Sha256Stream hash;
  Digest out;
  const bool is_pipe = ::lseek(from.get(), 0, SEEK_CUR) < 0;
  for (;;) {
    if (!wait_ready(from, is_pipe, stop)) return CopyError{cancelled_error("copying evidence"), false};
    const auto n = read_some(from, buffer);
    if (!n) return CopyError{n.error(), false};
    if (*n == 0) break;
    const std::string_view piece(buffer.data(), *n);
    hash.update(piece);
    if (to != nullptr)
      if (auto written = write_all(*to, piece); !written) return CopyError{written.error(), true};
    out.bytes += *n;
  }
  out.sha256 = to_hex(hash.finish());
  return out;
}

Error target_error(std::string_view what, const fs::path& target) {
  return system_error(std::string(what) + " " + target.string(), errno);
}

}  // namespace

Result<Source> open_source(const fs::path& path) {
  Source out;
  out.file =
      FileHandle(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!out.file) {
    if (errno == ELOOP)
      return invalid_argument(
          "evidence.symlink",
          path.string() + " is a symbolic link; name the file that it points to");
    if (errno == ENXIO)
      return invalid_argument("evidence.not_a_file", path.string() + " is not a regular file");
    return system_error("open " + path.string(), errno);
  }
  struct stat s {};
  if (::fstat(out.file.get(), &s) != 0) return system_error("stat " + path.string(), errno);
  if (!S_ISREG(s.st_mode))
    return invalid_argument("evidence.not_a_file", path.string() + " is not a regular file");
  out.bytes = static_cast<std::uint64_t>(s.st_size);
  out.device = s.st_dev;
  out.modified = Timestamp(std::chrono::seconds(s.st_mtim.tv_sec) +
                           std::chrono::microseconds(s.st_mtim.tv_nsec / 1000));
  return out;
}

Result<Digest> hash_file(const FileHandle& file, std::stop_token stop) {
  auto out = pump(file, nullptr, stop);
  if (auto* e = std::get_if<CopyError>(&out)) return e->error;
  return std::get<Digest>(std::move(out));
}

std::variant<Digest, CopyError> copy_file(const FileHandle& source, const fs::path& target,
                                          Timestamp modified, bool may_clone, bool& cloned,
                                          std::stop_token stop) {
  const FileHandle out(
      ::open(target.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444));
  if (!out) return CopyError{target_error("create", target), true};
  cloned = may_clone && ::ioctl(out.get(), FICLONE, source.get()) == 0;
  auto result = cloned ? pump(out, nullptr, stop) : pump(source, &out, stop);
  if (std::holds_alternative<Digest>(result)) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(modified);
    timespec times[2] = {};
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_sec = whole.time_since_epoch().count();
    times[1].tv_nsec = std::chrono::nanoseconds(modified - whole).count();
    if (::futimens(out.get(), times) != 0)
      result = CopyError{target_error("set time of", target), true};
  }
  if (std::holds_alternative<CopyError>(result)) ::unlink(target.c_str());
  return result;
}

}  // namespace backtrail::casefile
