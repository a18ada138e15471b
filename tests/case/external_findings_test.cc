#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "analysis/analysis.h"
#include "support/events.h"

// Findings of other tools in one list with our own.
namespace backtrail {
namespace {

std::string guardduty(const char* updated, const char* severity, const char* title) {
  return std::string(R"({"schemaVersion":"2.0","accountId":"111122223333","region":"eu-west-1","id":"f1","arn":"arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f1","type":"UnauthorizedAccess:IAMUser/X","severity":)") +
         severity + R"(,"title":")" + title +
         R"(","resource":{"accessKeyDetails":{"accessKeyId":"ASIA1","userType":"AssumedRole","userName":"Admin"}},"service":{"action":{"awsApiCallAction":{"remoteIpDetails":{"ipAddressV4":"198.51.100.7"}}}},"createdAt":"2026-01-01T00:00:00Z","updatedAt":")" +
         updated + "\"}\n";
}

class ExternalFindings : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("XDG_DATA_HOME", (directory_.path() / "home").c_str(), 1);
    auto made = casefile::create(directory_.path() / "case", {}, {.mode = casefile::Mode::write});
    ASSERT_TRUE(made) << made.error().message;
    case_ = std::move(*made);
  }
  void import(const char* name, const std::string& text) {
    const auto path = directory_.path() / name;
    std::ofstream(path) << text;
    Progress progress;
    const auto done = ingest::import(*case_, {path.string()}, {.threads = 1}, progress, {});
    ASSERT_TRUE(done) << done.error().message;
  }
  void detect() {
    Progress progress;
    const auto done = analysis::detect(*case_, {}, progress, {});
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<model::Finding> found() {
    auto all = analysis::findings(*case_, {});
    EXPECT_TRUE(all) << all.error().message;
    return all ? std::move(all->findings) : std::vector<model::Finding>();
  }

  TemporaryDirectory directory_ = TemporaryDirectory::create("external_findings").value();
  std::unique_ptr<casefile::Case> case_{};
};

TEST_F(ExternalFindings, AreOneEachInTheirLastVersion) {
  import("1.jsonl", guardduty("2026-01-03T00:00:00Z", "8", "new") + guardduty("2026-01-02T00:00:00Z", "2", "old"));
  // The same finding, passed on by Security Hub in an older version.
  import("2.json", R"({"Findings":[{"ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/guardduty","AwsAccountId":"111122223333","Id":"arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f1","GeneratorId":"g","Title":"hub","Severity":{"Label":"LOW"},"UpdatedAt":"2026-01-02T12:00:00Z"},{"ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/macie","AwsAccountId":"111122223333","Id":"other","GeneratorId":"g","Title":"other","Severity":{"Label":"MEDIUM"},"Resources":[{"Id":"arn:aws:s3:::b"}],"UpdatedAt":"2026-01-02T12:00:00Z"}]})");
  detect();
  const auto all = found();
  ASSERT_EQ(all.size(), 2U);
  const model::Finding& f = all[0];
  EXPECT_EQ(f.title, "new");
  EXPECT_EQ(f.severity, model::Severity::high);
  EXPECT_EQ(f.source, "guardduty");
  EXPECT_EQ(f.rule_ids, std::vector<std::string>{"UnauthorizedAccess:IAMUser/X"});
  EXPECT_EQ(f.principals, std::vector<std::string>{"arn:aws:iam::111122223333:role/Admin"});
  EXPECT_EQ(f.source_ips, std::vector<std::string>{"198.51.100.7"});
  EXPECT_EQ(f.accounts, std::vector<std::string>{"111122223333"});
  EXPECT_EQ(f.regions, std::vector<std::string>{"eu-west-1"});
  EXPECT_EQ(f.count, 3U);
  EXPECT_EQ(f.event_ids.size(), 3U);
  EXPECT_EQ(format_rfc3339(*f.first), "2026-01-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339(*f.last), "2026-01-03T00:00:00Z");
  EXPECT_EQ(all[1].source, "macie");
  EXPECT_EQ(all[1].resources, std::vector<std::string>{"arn:aws:s3:::b"});
}

TEST_F(ExternalFindings, KeepIdAndDecisionWhenDetectedAgainAndUpdated) {
  import("1.jsonl", guardduty("2026-01-02T00:00:00Z", "5", "one"));
  detect();
  const auto before = found();
  ASSERT_EQ(before.size(), 1U);
  ASSERT_TRUE(analysis::decide(*case_, {.finding = before[0].id, .state = "benign", .note = "ours"}));
  detect();
  import("2.jsonl", guardduty("2026-01-05T00:00:00Z", "8", "two"));
  detect();
  const auto after = found();
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0].id, before[0].id);
  EXPECT_EQ(after[0].state, "benign");
  EXPECT_EQ(after[0].title, "two");
}

}  // namespace
}  // namespace backtrail
