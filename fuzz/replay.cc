// Runs fuzz targets over their committed corpora: fuzz_replay --list | fuzz_replay [NAME…]
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "targets.h"

namespace {

namespace fs = std::filesystem;

const char* current_input = "(empty)";

/// Names the input that kills the program, then dies of the same signal.
extern "C" void on_crash(int signal_number) {
  const char* const parts[] = {"fuzz_replay: crashed on ", current_input, "\n"};
  for (const char* part : parts)
    if (write(STDERR_FILENO, part, std::strlen(part)) < 0) break;
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
}

std::vector<fs::path> inputs_of(std::string_view name) {
  std::vector<fs::path> out;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(fs::path(BACKTRAIL_FUZZ_CORPUS) / name, none))
    if (entry.is_regular_file()) out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

bool replay(const FuzzTarget& target) {
  const std::vector<fs::path> inputs = inputs_of(target.name);
  if (inputs.empty()) {
    std::fprintf(stderr, "fuzz_replay: %.*s has no corpus in %s\n",
                 static_cast<int>(target.name.size()), target.name.data(), BACKTRAIL_FUZZ_CORPUS);
    return false;
  }
  target.one_input(nullptr, 0);
  for (const fs::path& path : inputs) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    current_input = path.c_str();
    target.one_input(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  std::printf("%.*s: %zu inputs\n", static_cast<int>(target.name.size()), target.name.data(),
              inputs.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> wanted(argv + 1, argv + argc);
  if (wanted == std::vector<std::string>{"--list"}) {
    for (const FuzzTarget& target : fuzz_targets())
      std::printf("%.*s\n", static_cast<int>(target.name.size()), target.name.data());
    return 0;
  }
  for (const int signal_number : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL})
    std::signal(signal_number, on_crash);
  bool good = true;
  for (const FuzzTarget& target : fuzz_targets()) {
    const bool named = std::find(wanted.begin(), wanted.end(), target.name) != wanted.end();
    if (wanted.empty() || named) good = replay(target) && good;
  }
  return good ? 0 : 1;
}
