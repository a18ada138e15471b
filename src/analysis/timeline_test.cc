#include <gtest/gtest.h>

#include "analysis/analysis.h"
#include "analysis/detail/principal_filter.h"
#include "support/fake_case.h"

namespace backtrail::analysis {
namespace {

using testing::add_event;
using testing::FakeCase;
using testing::uid_of;

class Timeline : public ::testing::Test {
 protected:
  void SetUp() override {
    add_event(kase_, {.n = 3, .time = "2023-07-10 12:00:00", .name = "CreateUser"});
    add_event(kase_, {.n = 2,
                      .time = "2023-07-10 12:00:00",
                      .name = "CreateAccessKey",
                      .error = "AccessDenied"});
    add_event(kase_, {.n = 1,
                      .time = "2023-07-10 12:00:01",
                      .source = "ec2.amazonaws.com",
                      .name = "RunInstances",
                      .type = "AssumedRole",
                      .arn = "arn:aws:sts::111111111111:assumed-role/Deploy/ci-77",
                      .issuer_arn = "arn:aws:iam::111111111111:role/ci/Deploy",
                      .key = "ASIA1",
                      .region = "eu-west-1",
                      .ip = "198.51.100.2"});
    add_event(kase_, {.n = 4,
                      .time = "2023-07-11 00:00:00",
                      .name = "ListUsers",
                      .type = "Root",
                      .arn = "arn:aws:iam::222222222222:root",
                      .account = "222222222222",
                      .recipient = "222222222222"});
    add_event(kase_, {.n = 5, .time = "", .name = "NoTime", .error = "ThrottlingException"});
  }
  std::string ids(const TimelineFilter& filter) {
    std::string out;
    const auto done = timeline(kase_, filter,
                               [&](const TimelineRow& row) {
                                 out += (out.empty() ? "" : " ") + row.event_id.substr(6);
                                 return true;
                               },
                               {});
    EXPECT_TRUE(done) << done.error().message;
    return out;
  }
  static Timestamp at(std::string_view t) { return parse_rfc3339(t).value(); }
  void mark(int n, std::string_view rule, std::string_view level, std::string_view techniques,
            bool reports) {
    kase_.run(
        "INSERT INTO rules BY NAME SELECT $1 AS id, $2 AS level, $3::BOOLEAN AS reports, "
        "from_json($4, '[\"VARCHAR\"]') AS techniques",
        {std::string(rule), std::string(level), reports, std::string(techniques)});
    kase_.run("INSERT INTO hits BY NAME SELECT $1 AS rule_id, $2::UUID AS uid",
              {std::string(rule), uid_of(n)});
  }
  FakeCase kase_;
};

TEST_F(Timeline, OrdersByTimeThenUidWithUntimedEventsLast) { EXPECT_EQ(ids({}), "2 3 1 4 5"); }

TEST_F(Timeline, EveryFilter) {
  EXPECT_EQ(ids({.window = {.from = at("2023-07-10T12:00:01Z")}}), "1 4");
  EXPECT_EQ(ids({.window = {.to = at("2023-07-10T12:00:01Z")}}), "2 3");
  EXPECT_EQ(ids({.account = "222222222222"}), "4");
  EXPECT_EQ(ids({.region = "eu-west-1"}), "1");
  EXPECT_EQ(ids({.source_ip = "198.51.100.2"}), "1");
  EXPECT_EQ(ids({.action = "createuser"}), "3");
  EXPECT_EQ(ids({.source = "ec2"}), "1");
  EXPECT_EQ(ids({.source = "ec2.amazonaws.com"}), "1");
  EXPECT_EQ(ids({.only_errors = true}), "2 5");
  EXPECT_EQ(ids({.limit = 3}), "2 3 1");
  EXPECT_EQ(ids({.account = "111111111111", .action = "RunInstances", .limit = 1}), "1");
  EXPECT_EQ(ids({.account = "333333333333"}), "");
}

TEST_F(Timeline, PrincipalIsTakenAsPeopleNameIt) {
  const std::string alice = "2 3 5";
  for (const auto& [name, want] : std::vector<std::pair<std::string, std::string>>{
           {"arn:aws:iam::111111111111:user/alice", alice},
           {"alice", alice},
           {"lice", ""},
           {"arn:aws:iam::111111111111:role/ci/Deploy", "1"},
           {"Deploy", "1"},
           {"ASIA1", "1"},
           {"arn:aws:sts::111111111111:assumed-role/Deploy/ci-77", "1"},
           {"arn:aws:sts::111111111111:assumed-role/Deploy/ci-78", ""},
           {"arn:aws:sts::222222222222:assumed-role/Deploy/ci-77", ""},
           {"root", "4"},
           {"' OR 1=1 --", ""},
           {"%", ""},
       })
    EXPECT_EQ(ids({.principal = name}), want) << name;
}

TEST_F(Timeline, RowsCarryWhatRulesSaid) {
  mark(3, "r1", "medium", R"(["T1136.003","T1098"])", true);
  mark(3, "r2", "high", R"(["T1098"])", true);
  mark(1, "base", "critical", R"(["T1"])", false);  // only feeds correlations
  std::vector<TimelineRow> rows;
  ASSERT_TRUE(timeline(kase_, {},
                       [&](const TimelineRow& r) {
                         rows.push_back(r);
                         return true;
                       },
                       {}));
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[1].techniques, (std::vector<std::string>{"T1098", "T1136.003"}));
  EXPECT_EQ(rows[1].level, "high");
  EXPECT_EQ(rows[0].outcome, "denied");
  EXPECT_EQ(rows[0].error, "AccessDenied");
  EXPECT_TRUE(rows[2].techniques.empty());
  EXPECT_EQ(rows[2].level, "");
  EXPECT_EQ(rows[4].time, std::nullopt);
  EXPECT_EQ(ids({.only_findings = true}), "3");
  EXPECT_EQ(ids({.only_findings = true, .only_errors = true}), "");
}

TEST_F(Timeline, StopsWhenTold) {
  int seen = 0;
  ASSERT_TRUE(timeline(kase_, {}, [&](const TimelineRow&) { return ++seen < 2; }, {}));
  EXPECT_EQ(seen, 2);
  std::stop_source source;
  source.request_stop();
  const auto stopped = timeline(
      kase_, {}, [](const TimelineRow&) { return true; }, source.get_token());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::cancelled);
}

TEST(PrincipalFilterTest, MatchesAsTheSqlDoes) {
  EXPECT_TRUE(PrincipalFilter("alice").matches("arn:aws:iam::1:user/ops/alice"));
  EXPECT_FALSE(PrincipalFilter("lice").matches("arn:aws:iam::1:user/ops/alice"));
  EXPECT_TRUE(PrincipalFilter("root").matches("arn:aws:iam::111111111111:root"));
  EXPECT_FALSE(PrincipalFilter("oot").matches("arn:aws:iam::111111111111:root"));
  EXPECT_TRUE(PrincipalFilter("arn:aws:sts::111111111111:assumed-role/Deploy/x")
                  .matches("arn:aws:iam::111111111111:role/ci/Deploy"));
  EXPECT_FALSE(PrincipalFilter("arn:aws:sts::222222222222:assumed-role/Deploy/x")
                   .matches("arn:aws:iam::111111111111:role/ci/Deploy"));
  EXPECT_TRUE(PrincipalFilter("ec2.amazonaws.com").matches("ec2.amazonaws.com"));
}

}  // namespace
}  // namespace backtrail::analysis
