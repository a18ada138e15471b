#include "analysis/detail/summary.h"

#include <gtest/gtest.h>

#include "analysis/analysis.h"
#include "base/test_data.h"
#include "support/fake_case.h"

namespace backtrail::analysis {
namespace {

using std::chrono::seconds;
using testing::add_event;
using testing::FakeCase;
using testing::uid_of;

Timestamp at(std::string_view t) { return parse_rfc3339(t).value(); }

std::string shown(const std::vector<NameCount>& counts) {
  std::string out;
  for (const NameCount& c : counts)
    out += (out.empty() ? "" : " ") + c.name + "=" + std::to_string(c.count);
  return out;
}

TEST(SensitiveCallsList, ShippedListParsesAndFindsCalls) {
  const auto list = SensitiveCalls::shipped();
  ASSERT_TRUE(list) << list.error().message;
  const auto group = [&](const char* source, const char* action) {
    const SensitiveCalls::Group* g = list->find(source, action);
    return g == nullptr ? std::string("-") : g->name;
  };
  EXPECT_EQ(group("iam.amazonaws.com", "CreateUser"), "new_access");
  EXPECT_EQ(group("identitystore.amazonaws.com", "CreateUser"), "new_access");
  EXPECT_EQ(group("transfer.amazonaws.com", "CreateUser"), "data_out");
  EXPECT_EQ(group("cloudtrail.amazonaws.com", "StopLogging"), "logging_tampering");
  EXPECT_EQ(group("lambda.amazonaws.com", "UpdateFunctionCode20150331v2"), "more_rights");
  EXPECT_EQ(group("lambda.amazonaws.com", "AddPermission20150331v2"), "new_access");
  EXPECT_EQ(group("securityhub.amazonaws.com", "DisableSecurityHub"), "defence_tampering");
  EXPECT_EQ(group("securityhub.amazonaws.com", "DisableSecurityHubV2"), "defence_tampering");
  EXPECT_EQ(group("iam.amazonaws.com", "createuser"), "-");
  EXPECT_EQ(group("iam.amazonaws.com", "CreateUserX"), "-");
  EXPECT_EQ(group("ec2.amazonaws.com", "DescribeInstances"), "-");
  EXPECT_EQ(group("", ""), "-");
  for (const SensitiveCalls::Group& g : list->groups()) {
    EXPECT_GT(g.weight, 0) << g.name;
    EXPECT_FALSE(g.tactic.empty()) << g.name;
  }
}

TEST(SensitiveCallsList, WhatIsWrongIsNamedWithItsLine) {
  for (const auto& [text, line] : std::vector<std::pair<std::string, std::string>>{
           {"groups: 5", ":1:"},
           {"groups:\n  - name: a\n    tactic: b\n    weight: 1\n", ":2:"},
           {"groups:\n  - {name: a, tactic: b, weight: 1, calls: {iam: X}}", ":2:"},
           {"groups:\n  - {name: a, tactic: b, weight: 1, calls: {iam: [X,\n X]}}", ":3:"},
           {"groups:\n  - {name: a, tactic: b, weight: heavy, calls: {iam: [X]}}", ":2:"},
           {"groups: [", ":1:"},
       }) {
    const auto list = SensitiveCalls::parse(text);
    ASSERT_FALSE(list) << text;
    EXPECT_EQ(list.error().id, "content.sensitive_calls");
    EXPECT_NE(list.error().message.find(line), std::string::npos) << list.error().message;
  }
}

TEST(ActivityStep, IsRoundAndGivesAtMost200Bars) {
  const Timestamp t = at("2023-07-10T00:00:00Z");
  for (const auto& [span, want] : std::vector<std::pair<seconds, seconds>>{
           {seconds(0), seconds(1)},
           {seconds(199), seconds(1)},
           {seconds(200), seconds(5)},
           {seconds(26 * 60), seconds(15)},
           {seconds(199 * 3600), seconds(3600)},
           {seconds(200 * 3600), seconds(7200)},
           {seconds(90 * 86400), seconds(43200)},
           {seconds(std::int64_t{86400} * 365 * 100), seconds(86400LL * 365)},
           {seconds(std::int64_t{86400} * 365 * 1000), seconds(86400LL * 365 * 6)},
       })
    EXPECT_EQ(activity_step(t, t + span), want) << span.count();
}

class Summary : public ::testing::Test {
 protected:
  void SetUp() override {
    add_event(kase_, {.n = 1, .time = "2023-07-10 12:00:00", .name = "CreateUser", .key = "AKIA1"});
    add_event(kase_, {.n = 2,
                      .time = "2023-07-10 12:00:05",
                      .name = "CreateUser",
                      .key = "AKIA1",
                      .error = "AccessDenied"});
    add_event(kase_, {.n = 3,
                      .time = "2023-07-10 12:00:09",
                      .name = "ListUsers",
                      .key = "AKIA1",
                      .ip = "198.51.100.1"});
    add_event(kase_, {.n = 4,
                      .time = "2023-07-10 12:00:02",
                      .source = "s3.amazonaws.com",
                      .name = "PutObject",
                      .type = "AWSService",
                      .arn = "",
                      .account = "",
                      .recipient = "111111111111",
                      .ip = "delivery.logs.amazonaws.com",
                      .error = "AccessDenied",
                      .invoked_by = "delivery.logs.amazonaws.com"});
    add_event(kase_, {.n = 5,
                      .time = "2023-07-10 12:00:03",
                      .source = "ec2.amazonaws.com",
                      .name = "DescribeVpcs",
                      .type = "AssumedRole",
                      .arn = "arn:aws:sts::222222222222:assumed-role/Scan/s",
                      .issuer_arn = "arn:aws:iam::222222222222:role/Scan",
                      .account = "222222222222",
                      .recipient = "222222222222",
                      .region = "eu-west-1",
                      .error = "ThrottlingException"});
    add_event(kase_, {.n = 6, .time = "", .name = "ListRoles"});
    kase_.mutable_items().resize(3);
  }
  CaseSummary get(const SummaryOptions& options = {}) {
    auto s = summary(kase_, options, {});
    EXPECT_TRUE(s) << s.error().message;
    return s ? *s : CaseSummary{};
  }
  FakeCase kase_;
};

TEST_F(Summary, TotalsOfEvidenceAndEvents) {
  kase_.run(
      "INSERT INTO evidence BY NAME SELECT 1 AS id, 'damaged' AS status, 1 AS records_rejected, "
      "'[{\"reason\":\"x\",\"lost\":1},{\"reason\":\"y\",\"lost\":2}]' AS problems");
  kase_.run(
      "INSERT INTO evidence BY NAME SELECT 2 AS id, 'not_a_log' AS status, 0 AS records_rejected");
  kase_.run(
      "INSERT INTO evidence BY NAME SELECT 3 AS id, 'complete' AS status, 4 AS records_rejected, "
      "'[]' AS problems");
  kase_.run("INSERT INTO duplicates VALUES ($1::UUID, 2, 1), ($1::UUID, 3, 1)", {uid_of(1)});
  const CaseSummary s = get();
  EXPECT_EQ(s.name, "test");
  EXPECT_EQ(s.evidence_items, 3u);
  EXPECT_EQ(s.events, 6u);
  EXPECT_EQ(s.duplicates, 2u);
  EXPECT_EQ(s.conflicts, 0u);
  EXPECT_EQ(s.files_damaged, 1u);
  EXPECT_EQ(s.files_not_a_log, 1u);
  EXPECT_EQ(s.records_lost, 7u);
  EXPECT_EQ(s.without_time, 1u);
  EXPECT_EQ(s.first, at("2023-07-10T12:00:00Z"));
  EXPECT_EQ(s.last, at("2023-07-10T12:00:09Z"));
  EXPECT_EQ(shown(s.accounts), "111111111111=5 222222222222=1");
  EXPECT_EQ(shown(s.regions), "us-east-1=5 eu-west-1=1");
  EXPECT_EQ(shown(s.sources), "iam.amazonaws.com=4 ec2.amazonaws.com=1 s3.amazonaws.com=1");
}

TEST_F(Summary, EachPrincipalWithItsFacts) {
  const CaseSummary s = get();
  ASSERT_EQ(s.principals.size(), 3u);
  EXPECT_EQ(s.principals_total, 3u);
  const PrincipalSummary& alice = s.principals[0];
  EXPECT_EQ(alice.principal, "arn:aws:iam::111111111111:user/alice");
  EXPECT_EQ(alice.kind, "user");
  EXPECT_EQ(alice.account, "111111111111");
  EXPECT_EQ(alice.events, 4u);
  EXPECT_EQ(alice.errors, 1u);
  EXPECT_EQ(alice.denied, 1u);
  EXPECT_EQ(alice.first, at("2023-07-10T12:00:00Z"));
  EXPECT_EQ(alice.last, at("2023-07-10T12:00:09Z"));
  EXPECT_EQ(shown(alice.regions), "us-east-1=4");
  EXPECT_EQ(shown(alice.source_ips), "203.0.113.7=3 198.51.100.1=1");
  EXPECT_EQ(shown(alice.access_keys), "AKIA1=3");
  EXPECT_EQ(shown(alice.errors_by_code), "AccessDenied=1");
  EXPECT_EQ(shown(alice.top_actions), "iam:CreateUser=2 iam:ListRoles=1 iam:ListUsers=1");
  EXPECT_EQ(shown(alice.sensitive_succeeded), "iam:CreateUser=1");
  EXPECT_EQ(shown(alice.sensitive_failed), "iam:CreateUser=1");
  // The log delivery's refusals weigh a tenth of the same at a person's.
  EXPECT_EQ(s.principals[1].principal, "delivery.logs.amazonaws.com");
  EXPECT_EQ(s.principals[1].kind, "service");
  EXPECT_EQ(s.principals[1].account, "111111111111");
  EXPECT_EQ(s.principals[2].kind, "role");
  EXPECT_EQ(s.principals[2].errors, 1u);
  EXPECT_EQ(s.principals[2].denied, 0u);
}

TEST_F(Summary, LimitKeepsTheTotalAndTheOrder) {
  const CaseSummary s = get({.principals = 1});
  ASSERT_EQ(s.principals.size(), 1u);
  EXPECT_EQ(s.principals_total, 3u);
  EXPECT_EQ(shown(s.principals[0].access_keys), "AKIA1=3");
  const CaseSummary all = get();
  EXPECT_EQ(s.principals[0].interest, all.principals[0].interest);
}

TEST_F(Summary, WindowHoldsForEverythingThatHasATime) {
  const CaseSummary s =
      get({.window = {.from = at("2023-07-10T12:00:02Z"), .to = at("2023-07-10T12:00:05Z")}});
  EXPECT_EQ(s.events, 2u);
  EXPECT_EQ(s.principals_total, 2u);
  EXPECT_EQ(s.without_time, 1u);  // of the whole case
  EXPECT_EQ(shown(s.accounts), "111111111111=1 222222222222=1");
  EXPECT_EQ(s.activity.size(), 2u);
}

TEST_F(Summary, ActivityHasNoGapsAndMarksFlaggedEvents) {
  kase_.run(
      "INSERT INTO rules BY NAME SELECT 'r' AS id, 'high' AS level, true AS reports, "
      "['T1']::VARCHAR[] AS techniques");
  kase_.run("INSERT INTO hits BY NAME SELECT 'r' AS rule_id, $1::UUID AS uid", {uid_of(2)});
  const CaseSummary s = get();
  EXPECT_EQ(s.activity_step, seconds(1));
  ASSERT_EQ(s.activity.size(), 10u);
  std::string bars;
  for (const CaseSummary::Activity& a : s.activity)
    bars += std::to_string(a.events) + "/" + std::to_string(a.errors) + "/" +
            std::to_string(a.flagged) + " ";
  EXPECT_EQ(bars, "1/0/0 0/0/0 1/1/0 1/1/0 0/0/0 1/1/1 0/0/0 0/0/0 0/0/0 1/0/0 ");
  EXPECT_EQ(s.activity[0].start, at("2023-07-10T12:00:00Z"));
}

TEST_F(Summary, TimesBefore1970FallIntoTheRightBar) {
  FakeCase kase;
  add_event(kase, {.n = 1, .time = "1969-12-31 23:59:59.5", .name = "X"});
  add_event(kase, {.n = 2, .time = "1970-01-01 00:00:00", .name = "X"});
  const auto s = summary(kase, {}, {});
  ASSERT_TRUE(s) << s.error().message;
  ASSERT_EQ(s->activity.size(), 2u);
  EXPECT_EQ(s->activity[0].events, 1u);
  EXPECT_EQ(s->activity[1].events, 1u);
  EXPECT_EQ(s->activity[0].start, at("1969-12-31T23:59:59Z"));
}

TEST_F(Summary, EmptyCaseIsNoError) {
  FakeCase kase;
  const auto s = summary(kase, {}, {});
  ASSERT_TRUE(s) << s.error().message;
  EXPECT_EQ(s->events, 0u);
  EXPECT_FALSE(s->first);
  EXPECT_TRUE(s->activity.empty());
  EXPECT_TRUE(s->look_first.empty());
}

TEST(LookFirst, TellsOneThingPerActorWorstFirstWithACommand) {
  CaseSummary s;
  using model::Severity;
  s.findings.findings = {
      {.id = "f-1",
       .title = "Trail stopped",
       .severity = Severity::critical,
       .count = 1,
       .first = at("2023-07-10T12:00:00Z"),
       .last = at("2023-07-10T12:00:00Z"),
       .principals = {"arn:aws:iam::1:user/eve"},
       .source_ips = {"203.0.113.7", "203.0.113.8"},
       .event_ids = {"e1"}},
      {.id = "f-2",
       .title = "Key made",
       .severity = Severity::high,
       .count = 1,
       .principals = {"arn:aws:iam::1:user/eve"},
       .event_ids = {"e2"}},
      {.id = "f-3",
       .title = "Login",
       .severity = Severity::medium,
       .count = 2,
       .principals = {"it's me"},
       .event_ids = {"e3", "e4"},
       .denied = 2},
  };
  s.principals = {{.principal = "arn:aws:iam::1:user/eve",
                   .kind = "user",
                   .sensitive_succeeded = {{"iam:CreateUser", 1}},
                   .findings = 2},
                  {.principal = "ec2.amazonaws.com",
                   .kind = "service",
                   .sensitive_succeeded = {{"ec2:RunInstances", 1}}},
                  {.principal = "arn:aws:iam::1:role/x",
                   .kind = "role",
                   .sensitive_succeeded = {{"kms:DisableKey", 2}}}};
  const std::vector<Advice> said = look_first(s, "/cases/my case");
  ASSERT_EQ(said.size(), 3u);
  EXPECT_EQ(said[0].what,
            "critical: Trail stopped by user/eve from 203.0.113.7 and 1 more, 1 event from "
            "2023-07-10T12:00:00Z; 1 more finding about it");
  EXPECT_EQ(said[0].command,
            "backtrail timeline --case '/cases/my case' --principal arn:aws:iam::1:user/eve "
            "--from 2023-07-10T11:45:00Z --to 2023-07-10T13:00:00Z");
  EXPECT_EQ(said[1].what,
            "medium: Login by it's me, 2 events from an unknown time, every one refused or failed");
  EXPECT_EQ(said[1].command,
            "backtrail timeline --case '/cases/my case' --principal 'it'\\''s me'");
  EXPECT_EQ(said[2].what, "role/x made sensitive calls that no finding covers (kms:DisableKey)");
  s.findings.stale = true;
  EXPECT_EQ(look_first(s, "c")[0].what,
            "The findings are older than the evidence; run the rules again");
  EXPECT_EQ(look_first(s, "c")[0].command, "backtrail detect --case c");
  EXPECT_EQ(look_first(s, "c").size(), 3u);
}

TEST(LookFirst, AnAddressIsAnActorWhereNoPrincipalIsKnown) {
  CaseSummary s;
  using model::Severity;
  s.findings.findings = {
      {.id = "f-1", .title = "Web shell", .severity = Severity::high, .source_ips = {"203.0.113.9"}, .event_ids = {"e1"}},
      {.id = "f-2", .title = "Scan", .severity = Severity::high, .source_ips = {"203.0.113.9"}, .event_ids = {"e2"}},
      {.id = "f-3", .title = "Tunnel", .severity = Severity::high, .source_ips = {"198.51.100.4"}, .event_ids = {"e3"}},
      {.id = "f-4", .title = "Miner", .severity = Severity::high, .event_ids = {"e4"}, .resources = {"i-1"}},
  };
  const std::vector<Advice> said = look_first(s, "c");
  ASSERT_EQ(said.size(), 3U);
  EXPECT_EQ(said[0].what, "high: Web shell from 203.0.113.9, 1 event from an unknown time; 1 more finding about it");
  EXPECT_EQ(said[0].command, "backtrail timeline --case c --address 203.0.113.9");
  EXPECT_EQ(said[1].what, "high: Tunnel from 198.51.100.4, 1 event from an unknown time");
  EXPECT_EQ(said[2].what, "high: Miner, 1 event from an unknown time");
}

TEST(LookFirst, NamesThatCannotBeTypedStayOutOfTheCommand) {
  CaseSummary s;
  s.findings.findings = {{.id = "f",
                          .title = "T",
                          .severity = model::Severity::high,
                          .principals = {"a\x1b[2Jb"},
                          .event_ids = {"e"}}};
  EXPECT_EQ(look_first(s, "c")[0].command, "backtrail timeline --case c");
}

TEST(LookFirst, TextOfLogsCannotPassForTheCommand) {
  CaseSummary s;
  const std::string bait = "x: backtrail case show; touch /tmp/owned #";
  s.findings.findings = {{.id = "f",
                          .title = "T",
                          .severity = model::Severity::high,
                          .principals = {bait},
                          .source_ips = {bait},
                          .event_ids = {"e"}}};
  EXPECT_EQ(look_first(s, "c")[0].command,
            "backtrail timeline --case c --principal '" + bait + "'");
}

TEST(LookFirst, WindowsOfTheEarliestAndLatestTimesCanBeTyped) {
  CaseSummary s;
  s.findings.findings = {{.id = "f",
                          .title = "T",
                          .severity = model::Severity::high,
                          .first = parse_rfc3339("0001-01-01T00:00:00Z"),
                          .last = parse_rfc3339("9999-12-31T23:59:59Z"),
                          .event_ids = {"e"}}};
  EXPECT_EQ(look_first(s, "c")[0].command,
            "backtrail timeline --case c --from 0001-01-01T00:00:00Z --to 9999-12-31T23:59:59Z");
}

TEST(PrincipalKind, FromNameThenType) {
  for (const auto& [principal, type, want] :
       std::vector<std::tuple<std::string, std::string, std::string>>{
           {"arn:aws:iam::1:root", "Root", "root"},
           {"arn:aws:iam::1:user/a", "IAMUser", "user"},
           {"arn:aws:iam::1:user/portal", "FederatedUser", "user"},
           {"arn:aws:iam::1:role/a", "AssumedRole", "role"},
           {"arn:aws:sts::1:assumed-role/a", "Unknown", "role"},
           {"arn:aws:sts::1:federated-user", "FederatedUser", "federated"},
           {"ec2.amazonaws.com", "AWSService", "service"},
           {"ec2.amazonaws.com", "", "service"},
           {"AWS Internal", "", "service"},
           {"111111111111", "AWSAccount", "account"},
           {"111111111111", "IAMUser", "user"},
           {"111111111111", "", "account"},
           {"", "WebIdentityUser", "federated"},
           {"", "", "unknown"},
       })
    EXPECT_EQ(principal_kind(principal, type), want) << principal << " " << type;
}

TEST(Interest, AttemptsAndAwsItselfWeighLess) {
  const model::Finding real{
      .severity = model::Severity::high, .event_ids = {"a", "b"}, .denied = 1};
  const model::Finding tried{.severity = model::Severity::high, .event_ids = {"a"}, .denied = 1};
  const PrincipalSummary user{.principal = "u", .kind = "user"},
      service{.principal = "s", .kind = "service"};
  const PrincipalSummary linked{.principal = "arn:aws:iam::1:role/aws-service-role/x/y",
                                .kind = "role"};
  EXPECT_DOUBLE_EQ(interest_of(user, {&real}, 0, 0), 40);
  EXPECT_DOUBLE_EQ(interest_of(user, {&tried}, 0, 0), 20);
  EXPECT_DOUBLE_EQ(interest_of(user, {}, 6, 4), 8);
  EXPECT_DOUBLE_EQ(interest_of(service, {&real}, 0, 0), 4);
  EXPECT_DOUBLE_EQ(interest_of(linked, {&real}, 0, 0), 4);
  PrincipalSummary refused = user;
  refused.denied = 99;
  EXPECT_DOUBLE_EQ(interest_of(refused, {}, 0, 0), 6);
}

}  // namespace
}  // namespace backtrail::analysis
