#include <gtest/gtest.h>

#include <clocale>
#include <cstdlib>

#include "base/file.h"

int main(int argc, char** argv) {
  ::setenv("TZ", "UTC", 1);
  ::setenv("LC_ALL", "C", 1);
  std::setlocale(LC_ALL, "C");
  ::testing::InitGoogleTest(&argc, argv);
  // Keys and settings of the user who runs the tests stay untouched.
  const auto home = backtrail::TemporaryDirectory::create("backtrail-test-home");
  if (!home) return 1;
  for (const char* name : {"HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"})
    ::setenv(name, home->path().c_str(), 1);
  return RUN_ALL_TESTS();
}
