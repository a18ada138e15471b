#include <gtest/gtest.h>
#include <unistd.h>

#include <clocale>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"

namespace {

/// Tests wait for fsync thousands of times; that a disk keeps what it was given is not theirs to show.
void prefer_memory_for_scratch() {
  std::error_code error;
  const auto space = std::filesystem::space("/dev/shm", error);
  if (!error && std::getenv("TMPDIR") == nullptr && space.available > (std::uintmax_t{1} << 30) &&
      ::access("/dev/shm", W_OK | X_OK) == 0)
    ::setenv("TMPDIR", "/dev/shm", 1);
}

}  // namespace

int main(int argc, char** argv) {
  ::setenv("TZ", "UTC", 1);
  ::setenv("LC_ALL", "C", 1);
  std::setlocale(LC_ALL, "C");
  ::testing::InitGoogleTest(&argc, argv);
  prefer_memory_for_scratch();
  // Keys and settings of the user who runs the tests stay untouched.
  const auto home = backtrail::TemporaryDirectory::create("backtrail-test-home");
  if (!home) return 1;
  for (const char* name : {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"})
    ::setenv(name, home->path().c_str(), 1);
  return RUN_ALL_TESTS();
}
