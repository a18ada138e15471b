#include "casefile/detail/lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <sstream>
#include <thread>

#include "base/text.h"
#include "casefile/detail/collector.h"
#include "casefile/detail/layout.h"

namespace backtrail::casefile {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::milliseconds kPoll{50};

std::string shown(const Json& text) { return truncate_utf8(escape_terminal(text.as_string()), 80); }

/// What the writer said of itself.
std::string writer(const fs::path& file) {
  const auto text = read_file(file, 4096);
  if (!text) return {};
  const auto json = Json::parse(*text);
  if (!json || !json->is_object() || (*json)["pid"].is_null()) return {};
  return fmt::format("{} (pid {} on {}, since {})", shown((*json)["command"]),
                     (*json)["pid"].as_int(), shown((*json)["host"]), shown((*json)["since"]));
}

/// Processes that hold a flock on the file, as the kernel lists them; readers leave no other trace.
std::string readers(const FileHandle& file) {
  struct stat s {};
  if (::fstat(file.get(), &s) != 0) return {};
  const std::string inode =
      fmt::format("{:02x}:{:02x}:{}", major(s.st_dev), minor(s.st_dev), s.st_ino);
  const auto locks = read_file("/proc/locks", std::uint64_t{1} << 24);
  if (!locks) return {};
  std::string out;
  std::istringstream lines(*locks);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string number, kind, mode, access, pid, where;
    fields >> number >> kind >> mode >> access >> pid >> where;
    if (kind != "FLOCK" || where != inode) continue;
    auto command = read_file("/proc/" + pid + "/cmdline", 4096).value_or(std::string());
    for (char& c : command)
      if (c == '\0') c = ' ';
    out += fmt::format("{}pid {} ({})", out.empty() ? "" : ", ", pid,
                       truncate_utf8(escape_terminal(trim(command)), 80));
  }
  return out;
}

std::string holder(const fs::path& path, const FileHandle& file, Mode mode) {
  // A writer is only ever in the way of a lock that could not be had shared.
  const bool shared_is_free = ::flock(file.get(), LOCK_SH | LOCK_NB) == 0;
  if (shared_is_free) ::flock(file.get(), LOCK_UN);
  if (mode == Mode::read || !shared_is_free)
    if (std::string w = writer(path); !w.empty()) return w;
  std::string r = readers(file);
  return r.empty() ? "another process" : r + (shared_is_free ? ", reading" : "");
}

Result<FileHandle> open_lock_file(const fs::path& path, Mode mode) {
  if (const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644); fd >= 0)
    return FileHandle(fd);
  const int number = errno;
  const bool cannot_write = number == EACCES || number == EROFS || number == EPERM;
  if (mode == Mode::write || !cannot_write) return system_error("open " + path.string(), number);
  return FileHandle(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
}

void write_holder(const FileHandle& file, const OpenOptions& options) {
  const Json text =
      Json::object()
          .set("command", options.command.empty() ? "backtrail" : options.command)
          .set("host", host_name())
          .set("pid", std::int64_t{::getpid()})
          .set("since",
               format_rfc3339(std::chrono::floor<std::chrono::seconds>(system_clock().now())));
  // Only a courtesy to those who wait: a full disk must not stop the work here.
  if (::ftruncate(file.get(), 0) != 0 || ::lseek(file.get(), 0, SEEK_SET) != 0) return;
  static_cast<void>(write_all(file, text.dump() + "\n").has_value());
}

}  // namespace

Result<Lock> Lock::acquire(const fs::path& folder, const OpenOptions& options) {
  const fs::path path = folder / kLockFile;
  BACKTRAIL_ASSIGN(FileHandle file, open_lock_file(path, options.mode));
  if (!file) return Lock(std::move(file));
  const int how = (options.mode == Mode::write ? LOCK_EX : LOCK_SH) | LOCK_NB;
  const auto deadline = std::chrono::steady_clock::now() + options.wait;
  for (bool told = false; ::flock(file.get(), how) != 0;) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return system_error("lock " + path.string(), errno);
    if (std::chrono::steady_clock::now() >= deadline)
      return make_error(ErrorCode::unavailable, "case.locked",
                        fmt::format("the case {} is in use by {}; wait for it to end, or try again "
                                    "later",
                                    folder.string(), holder(path, file, options.mode)));
    if (!told && options.on_wait) (*options.on_wait)(holder(path, file, options.mode));
    told = true;
    std::this_thread::sleep_for(kPoll);
  }
  if (options.mode == Mode::write) write_holder(file, options);
  return Lock(std::move(file));
}

}  // namespace backtrail::casefile
