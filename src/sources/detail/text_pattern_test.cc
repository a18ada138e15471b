#include "sources/detail/text_pattern.h"

#include <gtest/gtest.h>

namespace backtrail::sources::detail {
namespace {

std::string shown(std::string_view pattern, std::string_view text) {
  const TextPattern p(pattern);
  TextPattern::Match match;
  if (!p.match(text, match)) return "no";
  std::string out;
  for (std::size_t i = 0; i < p.holes().size(); ++i) out += p.holes()[i] + "=" + std::string(match.values[i]) + ";";
  return out;
}

TEST(TextPattern, FillsHoles) {
  struct Case {
    std::string_view pattern, text, want;
  };
  for (const Case& c : std::vector<Case>{
           {"Failed {m} for {u+} from {a} port {p}*", "Failed password for root from 1.2.3.4 port 5 ssh2", "m=password;u=root;a=1.2.3.4;p=5;"},
           {"Failed {m} for {u+} from {a} port {p}*", "Failed password for x from 9.9.9.9 port 1 y from 1.2.3.4 port 5 ssh2",
            "m=password;u=x from 9.9.9.9 port 1 y;a=1.2.3.4;p=5;"},
           {"Failed {m} for {u+} from {a} port {p}*", "Failed password for  from 1.2.3.4 port 5", "m=password;u=;a=1.2.3.4;p=5;"},
           {"Failed {m} for {u+} from {a} port {p}*", "Failed password for root from  port 5", "no"},
           {"Failed {m} for {u+} from {a} port {p}*", "Failed password for root", "no"},
           {"from {a} port {p}:*", "from 2001:db8::1 port 22:11: Bye", "a=2001:db8::1;p=22;"},
           {"user {u}", "user a", "u=a;"},
           {"user {u}", "user a b", "no"},
           {"user {u}", "user ", "no"},
           {"user {u+}", "user a b", "u=a b;"},
           {"user {u+}.", "user a.b.", "u=a.b;"},
           {"user {u+}.", "user a.b", "no"},
           {"plain", "plain", ""},
           {"plain", "plainer", "no"},
           {"plain*", "plainer", ""},
       })
    EXPECT_EQ(shown(c.pattern, c.text), c.want) << c.pattern << " | " << c.text;
}

}  // namespace
}  // namespace backtrail::sources::detail
