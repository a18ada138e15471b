#include "sources/detail/file_facts.h"

#include <gtest/gtest.h>

namespace backtrail::sources::detail {
namespace {

struct Case {
  std::string path{}, name{}, user{}, instance{}, date{};
};

TEST(FileFacts, ComeFromThePathAlone) {
  const std::vector<Case> cases = {
      {"/var/log/auth.log", "auth.log", "", "", ""},
      {"secure-20261124.gz", "secure-20261124.gz", "", "", "2026-11-24T00:00:00Z"},
      {"s3/2026/11/24/i-0123456789abcdef0/secure", "secure", "", "i-0123456789abcdef0", "2026-11-24T00:00:00Z"},
      {"year=2026/month=01/day=05/auth.log", "auth.log", "", "", "2026-01-05T00:00:00Z"},
      {"case-2025-12-31/host/2026-01-02/auth.log", "auth.log", "", "", "2026-01-02T00:00:00Z"},
      {"2026-13-01/x", "x", "", "", ""},
      {"2026-02-29/x", "x", "", "", ""},
      {"1234567890123/x", "x", "", "", ""},
      {"120261124/x", "x", "", "", ""},
      {"202611241/x", "x", "", "", ""},
      {"18991231/x", "x", "", "", ""},
      {"image/root/.bash_history", ".bash_history", "root", "", ""},
      {"image/home/ubuntu/.bash_history", ".bash_history", "ubuntu", "", ""},
      {"home/x", "x", "", "", ""},
      {"disk-i-01234567/x", "x", "", "i-01234567", ""},
      {"i-0123/hi-01234567/i-0123456789abcdef01/i-0123456G", "i-0123456G", "", "", ""},
      {"", "", "", "", ""},
  };
  for (const Case& c : cases) {
    const FileFacts got = facts_of_path(c.path);
    EXPECT_EQ(got.name, c.name) << c.path;
    EXPECT_EQ(got.user, c.user) << c.path;
    EXPECT_EQ(got.instance, c.instance) << c.path;
    EXPECT_EQ(got.date ? format_rfc3339(*got.date) : "", c.date) << c.path;
  }
}

}  // namespace
}  // namespace backtrail::sources::detail
