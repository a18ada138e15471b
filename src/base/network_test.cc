#include "base/network.h"

#include <gtest/gtest.h>

namespace backtrail {
namespace {

TEST(Address, ReadsExactlyOneAddressAndWritesItAlike) {
  for (const std::string_view text :
       {"0.0.0.0", "10.0.0.1", "255.255.255.255", "::", "::1", "2001:db8::1", "fe80::1:2:3:4"}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(format_address(*address), text);
    EXPECT_EQ(address->v6, text.find(':') != std::string_view::npos) << text;
  }
  for (const std::string_view text : {"", "1", ":", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1 ", " 10.0.0.1", "10.0.0.1:80",
                                      "10.0.0.0/8", "[::1]", "fe80::1%eth0", "::g", "1:2:3:4:5:6:7:8:9", "ec2.amazonaws.com"})
    EXPECT_FALSE(parse_address(text)) << text;
  EXPECT_FALSE(parse_address(std::string_view("10.0.0.1\0", 9)));
  EXPECT_TRUE(parse_address("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255")) << "the longest text";
  EXPECT_FALSE(parse_address("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2550"));
  EXPECT_FALSE(parse_address(std::string(1000, '1')));
}

TEST(Address, MappedOnesAreIpv4) {
  const auto plain = parse_address("10.1.2.3"), mapped = parse_address("::ffff:10.1.2.3");
  ASSERT_TRUE(plain && mapped);
  EXPECT_FALSE(mapped->v6);
  EXPECT_EQ(mapped->bytes, plain->bytes);
  EXPECT_EQ(format_address(*mapped), "10.1.2.3");
  const std::array<std::uint8_t, 16> want = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 1, 2, 3};
  EXPECT_EQ(to_v6(*plain), want);
  EXPECT_FALSE(from_v6(want).v6);
  EXPECT_EQ(from_v6(want).bytes, plain->bytes);
  for (const std::string_view text : {"10.1.2.3", "0.0.0.0", "::", "::1", "::fffe:a01:203", "2001:db8::ffff:a01:203"})
    EXPECT_EQ(format_address(from_v6(to_v6(*parse_address(text)))), text);
}

}  // namespace
}  // namespace backtrail
