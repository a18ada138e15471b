#include "casefile/detail/collector.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "base/version.h"

namespace backtrail::casefile {

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

namespace {

std::string user_name() {
  std::vector<char> buffer(16384);
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 &&
      found != nullptr)
    return found->pw_name;
  return "uid " + std::to_string(::geteuid());
}

}  // namespace

Json collector() {
  return Json::object()
      .set("host", host_name())
      .set("tool", "backtrail")
      .set("user", user_name())
      .set("version", program_version());
}

}  // namespace backtrail::casefile
