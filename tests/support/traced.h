#pragma once

#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

/// A child process that is stopped before each of its system calls, so that a test can end it at a moment
/// counted in calls rather than in time. Linux on x86-64.
namespace backtrail::testing {

struct SystemCall {
  std::uint64_t number = 0;
  std::uint64_t arguments[6] = {};
  pid_t thread = 0;

  /// Changes files.
  [[nodiscard]] bool changes() const {
    switch (number) {
      case SYS_write: case SYS_pwrite64: case SYS_writev: case SYS_pwritev: case SYS_pwritev2:
      case SYS_copy_file_range: case SYS_sendfile: case SYS_ftruncate: case SYS_fallocate:
      case SYS_fsync: case SYS_fdatasync: case SYS_syncfs: case SYS_rename: case SYS_renameat:
      case SYS_renameat2: case SYS_unlink: case SYS_unlinkat: case SYS_mkdir: case SYS_mkdirat:
      case SYS_rmdir:
        return true;
      case SYS_open: return (arguments[1] & O_CREAT) != 0;
      case SYS_openat: return (arguments[2] & O_CREAT) != 0;
      default: return false;
    }
  }
  /// Needs room on the disk.
  [[nodiscard]] bool needs_room() const {
    return changes() && number != SYS_ftruncate && number != SYS_fsync && number != SYS_fdatasync &&
           number != SYS_syncfs && number != SYS_unlink && number != SYS_unlinkat && number != SYS_rmdir;
  }
  /// The file that the call is about, as far as it can be told.
  [[nodiscard]] std::string path() const {
    switch (number) {
      case SYS_open: case SYS_mkdir: case SYS_unlink: case SYS_rmdir: return text_at(arguments[0]);
      case SYS_openat: case SYS_mkdirat: case SYS_unlinkat: case SYS_rename: return text_at(arguments[1]);
      case SYS_renameat: case SYS_renameat2: return text_at(arguments[3]);
      case SYS_copy_file_range: return file(arguments[2]);
      default: return file(arguments[0]);
    }
  }

 private:
  [[nodiscard]] std::string file(std::uint64_t fd) const {
    char buffer[4096];
    const std::string link = "/proc/" + std::to_string(thread) + "/fd/" + std::to_string(fd);
    const ssize_t n = ::readlink(link.c_str(), buffer, sizeof buffer);
    return n < 0 ? std::string() : std::string(buffer, static_cast<std::size_t>(n));
  }
  [[nodiscard]] std::string text_at(std::uint64_t address) const {
    char buffer[1024] = {};
    iovec local{buffer, sizeof buffer - 1};
    // up to the end of the page first: what lies behind may not be mapped
    local.iov_len = std::min<std::size_t>(local.iov_len, 4096 - address % 4096);
    iovec remote{reinterpret_cast<void*>(address), local.iov_len};
    return ::process_vm_readv(thread, &local, 1, &remote, 1, 0) < 0 ? std::string() : std::string(buffer);
  }
};

enum class Fate : std::uint8_t { go_on, kill, interrupt, no_space };

struct Ending {
  int code = -1;   // of exit, else -1
  int signal = 0;  // that ended it
};

/// Runs `child` in a process of its own; `fate` is asked before each system call. nullopt where processes
/// must not be traced.
inline std::optional<Ending> run_traced(const std::function<int()>& child,
                                        const std::function<Fate(const SystemCall&)>& fate) {
  constexpr int kUntraceable = 121;
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(kUntraceable);
    ::raise(SIGSTOP);
    ::_exit(child());
  }
  int status = 0;
  if (pid < 0 || ::waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) return std::nullopt;
  const auto options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
  if (::ptrace(PTRACE_SETOPTIONS, pid, nullptr, options) != 0) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, &status, 0);
    return std::nullopt;
  }
  ::ptrace(PTRACE_SYSCALL, pid, nullptr, nullptr);
  std::set<pid_t> known = {pid};
  std::set<pid_t> refused;  // threads in a call that is to fail
  const std::size_t kNumber = offsetof(user_regs_struct, orig_rax), kResult = offsetof(user_regs_struct, rax);
  for (;;) {
    const pid_t thread = ::waitpid(-1, &status, __WALL);
    if (thread < 0) return std::nullopt;
    if (!WIFSTOPPED(status)) {
      if (thread != pid) continue;
      return Ending{WIFEXITED(status) ? WEXITSTATUS(status) : -1, WIFSIGNALED(status) ? WTERMSIG(status) : 0};
    }
    int deliver = 0;
    const int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) {
      __ptrace_syscall_info info{};
      if (::ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) > 0) {
        if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
          SystemCall call{.number = info.entry.nr, .thread = thread};
          for (int i = 0; i < 6; ++i) call.arguments[i] = info.entry.args[i];
          switch (fate(call)) {
            case Fate::go_on: break;
            case Fate::kill: ::kill(pid, SIGKILL); break;
            case Fate::interrupt: ::kill(pid, SIGINT); break;
            case Fate::no_space:
              ::ptrace(PTRACE_POKEUSER, thread, kNumber, -1L);
              refused.insert(thread);
              break;
          }
        } else if (refused.erase(thread) > 0) {
          ::ptrace(PTRACE_POKEUSER, thread, kResult, static_cast<long>(-ENOSPC));
        }
      }
    } else if ((status >> 16) == 0 && !(known.insert(thread).second && signal == SIGSTOP)) {
      deliver = signal;
    }
    ::ptrace(PTRACE_SYSCALL, thread, nullptr, deliver);
  }
}

}  // namespace backtrail::testing
