#include "analysis/detail/known.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "support/fake_case.h"

namespace backtrail::analysis {
namespace {

using testing::add_event;
using testing::FakeCase;

const char* const kAlice = "arn:aws:iam::111111111111:user/alice";

class KnownTest : public ::testing::Test {
 protected:
  void SetUp() override {
    add_event(kase_, {.n = 1, .time = "2023-07-10 12:00:00", .name = "CreateUser"});
    add_event(kase_, {.n = 2,
                      .time = "2023-07-10 12:00:01",
                      .name = "DescribeVpcs",
                      .type = "AssumedRole",
                      .arn = "arn:aws:sts::999999999999:assumed-role/Vendor/s",
                      .issuer_arn = "arn:aws:iam::999999999999:role/Vendor",
                      .account = "999999999999",
                      .recipient = "111111111111",
                      .ip = "198.51.100.1"});
  }
  Known known(const casefile::Context& context = {}) {
    EXPECT_TRUE(kase_.set_context(context));
    auto k = Known::of(kase_);
    EXPECT_TRUE(k);
    return *std::move(k);
  }
  static std::string text(const std::vector<std::string>& marks) { return join(marks, " "); }
  FakeCase kase_;
};

TEST_F(KnownTest, OwnAccountsAreThoseWhoseLogsTheseAreUnlessNamed) {
  const Known seen = known();
  EXPECT_EQ(text(seen.of_principal(kAlice)), "");
  EXPECT_EQ(text(seen.of_principal("arn:aws:iam::999999999999:role/Vendor")), "foreign_account");
  EXPECT_EQ(text(seen.of_principal("999999999999")), "foreign_account");
  EXPECT_EQ(text(seen.of_principal("ec2.amazonaws.com")), "");
  EXPECT_EQ(text(seen.of_principal("arn:aws:iam::aws:policy/x")), "");
  EXPECT_EQ(text(seen.of_principal("")), "");
  const Known named = known({.accounts = {"999999999999"}});
  EXPECT_EQ(text(named.of_principal(kAlice)), "foreign_account");
  EXPECT_EQ(text(named.of_account("111111111111")), "foreign_account");
  EXPECT_EQ(text(named.of_account("999999999999")), "");
}

TEST_F(KnownTest, AddressesAndPrincipalsAreMarked) {
  const Known k = known({.account_names = {{"111111111111", "production"}},
                         .networks = {"203.0.113.0/24", "2001:db8::/32"},
                         .scanners = {"198.51.100.1", "Vendor"},
                         .break_glass = {"user/alice"},
                         .responders = {kAlice, "root"}});
  EXPECT_EQ(text(k.of_address("203.0.113.7")), "own_network");
  EXPECT_EQ(text(k.of_address("203.0.114.7")), "");
  EXPECT_EQ(text(k.of_address("2001:db8::1")), "own_network");
  EXPECT_EQ(text(k.of_address("198.51.100.1")), "scanner");
  EXPECT_EQ(text(k.of_address("198.51.100.2")), "");
  EXPECT_EQ(text(k.of_address("ec2.amazonaws.com")), "");
  EXPECT_EQ(text(k.of_principal(kAlice)), "break_glass responder");
  EXPECT_EQ(text(k.of_principal("arn:aws:iam::111111111111:user/malice")), "");
  EXPECT_EQ(text(k.of_principal("arn:aws:iam::111111111111:root")), "responder");
  EXPECT_EQ(text(k.of_principal("arn:aws:iam::999999999999:role/Vendor")),
            "foreign_account scanner");
  EXPECT_EQ(k.account_name("111111111111"), "production");
  EXPECT_EQ(k.account_name("222222222222"), "");
}

TEST_F(KnownTest, AFindingIsAScannersOnlyWhenAllOfItIs) {
  const Known k = known({.networks = {"203.0.113.0/24"},
                         .scanners = {"198.51.100.1", "Vendor"},
                         .break_glass = {"glass"},
                         .responders = {"helper"}});
  const std::string own = "arn:aws:iam::111111111111:user/";
  EXPECT_EQ(text(k.of_finding({.principals = {own + "bob"}, .source_ips = {"198.51.100.1"}})),
            "scanner");
  EXPECT_EQ(text(k.of_finding(
                {.principals = {own + "bob"}, .source_ips = {"198.51.100.1", "192.0.2.1"}})),
            "");
  EXPECT_EQ(text(k.of_finding({.principals = {own + "helper"}})), "responder");
  EXPECT_EQ(text(k.of_finding({.principals = {own + "helper", own + "bob"}})), "");
  EXPECT_EQ(text(k.of_finding(
                {.principals = {own + "glass", own + "bob"}, .source_ips = {"203.0.113.1"}})),
            "break_glass own_network");
  EXPECT_EQ(text(k.of_finding({})), "");
}

TEST_F(KnownTest, SummaryNamesBreakGlassFirstAndScannersLast) {
  ASSERT_TRUE(kase_.set_context({.account_names = {{"111111111111", "production"}},
                                 .networks = {"203.0.113.0/24"},
                                 .scanners = {"alice"},
                                 .break_glass = {"Vendor"}}));
  const auto s = summary(kase_, {}, {});
  ASSERT_TRUE(s) << s.error().message;
  ASSERT_EQ(s->accounts.size(), 1U);
  EXPECT_EQ(s->accounts[0].title, "production");
  ASSERT_EQ(s->look_first.size(), 1U);  // alice's call is a scanner's
  EXPECT_TRUE(
      s->look_first[0].what.starts_with("break-glass access was used by role/Vendor, 1 event"))
      << s->look_first[0].what;
  for (const PrincipalSummary& p : s->principals)
    if (p.principal == kAlice) {
      EXPECT_EQ(text(p.marks), "scanner");
      EXPECT_EQ(text(p.source_ips.at(0).marks), "own_network");
    }
  ASSERT_TRUE(kase_.set_context({}));
  const auto without = summary(kase_, {}, {});
  ASSERT_TRUE(without);
  ASSERT_EQ(without->look_first.size(), 1U);
  EXPECT_NE(without->look_first[0].what.find("user/alice made sensitive calls"), std::string::npos);
  EXPECT_GT(without->principals[0].interest, s->principals[0].interest);
}

TEST_F(KnownTest, PlaceholdersOfRulesAreTheLists) {
  ASSERT_TRUE(kase_.set_context({.networks = {"203.0.113.0/24"}}));
  const sigma::RuleFile rule = {
      .path = "/r.yml",
      .text =
          "title: Foreign\nid: 00000000-0000-4000-8000-0000000000e1\nlevel: high\n"
          "logsource: {product: aws, service: cloudtrail}\ndetection:\n  sel:\n    "
          "eventSource|exists: true\n  own:\n    sourceIPAddress|expand|cidr: "
          "'%own_networks%'\n  condition: sel and not own\n"};
  Progress progress;
  const auto ran = detect(kase_, {.files = {rule}, .builtin = false}, progress, {});
  ASSERT_TRUE(ran) << ran.error().message;
  EXPECT_TRUE(ran->rejected.empty()) << ran->rejected[0].message;
  EXPECT_EQ(ran->rules, 1U);
  // The ledger holds what the placeholders stood for: a rebuild runs the same rules.
  const auto entries = kase_.entries();
  const Json& body = entries->back().body;
  EXPECT_EQ(body["placeholders"].dump(), R"({"own_networks":["203.0.113.0/24"]})");
  ASSERT_TRUE(kase_.set_context({.networks = {"192.0.2.0/24"}}));
  const auto notes = replay(kase_, 1, progress, {});
  ASSERT_TRUE(notes) << notes.error().message;
  EXPECT_TRUE(notes->empty());  // the same rule set
  ASSERT_TRUE(kase_.set_context({}));
  const auto empty = detect(kase_, {.files = {rule}, .builtin = false}, progress, {});
  ASSERT_TRUE(empty);
  ASSERT_EQ(empty->rejected.size(), 1U);
  EXPECT_EQ(empty->rejected[0].id, "sigma.placeholder");
}

}  // namespace
}  // namespace backtrail::analysis
