#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "base/file.h"
#include "base/json.h"
#include "base/test_data.h"
#include "sources/testing_ways.h"

// Findings of other tools, whatever they come wrapped in.
namespace backtrail::sources {
namespace {

using testing::Reading;
using testing::value;

Reading read(std::string_view text) { return testing::read_every_way(text, 7); }

constexpr const char* kDetail =
    R"({"SchemaVersion":"2.0","AccountId":"111122223333","Region":"eu-west-1","Id":"f1",)"
    R"("Arn":"arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f1","Type":"UnauthorizedAccess:IAMUser/X",)"
    R"("Severity":8,"Title":"T","Resource":{"ResourceType":"AccessKey","AccessKeyDetails":{"AccessKeyId":"ASIA1",)"
    R"("UserType":"AssumedRole","UserName":"Admin"}},"Service":{"Action":{"AwsApiCallAction":{"RemoteIpDetails":)"
    R"({"IpAddressV4":"198.51.100.7"}}},"EventFirstSeen":"2026-01-01T00:00:00Z"},"UpdatedAt":"2026-01-02T00:00:00Z"})";

TEST(Findings, AreTheSameInEveryWrapper) {
  const std::string bare = kDetail;
  for (const std::string& text :
       {bare, "{\"Findings\":[" + bare + "]}", "{\"Findings\":[" + bare + "],\"NextToken\":\"\"}", "[" + bare + "]",
        "{\"detail-type\":\"GuardDuty Finding\",\"source\":\"aws.guardduty\",\"id\":\"e\",\"detail\":" + bare + "}"}) {
    const Reading got = read(text);
    ASSERT_EQ(got.records.size(), 1U) << text;
    const auto& r = got.records[0];
    EXPECT_EQ(r.type, "guardduty");
    EXPECT_EQ(value(r, "accountId"), "111122223333");
    EXPECT_EQ(value(r, "_finding_id"), "arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f1");
    EXPECT_EQ(value(r, "_finding_level"), "high");
    EXPECT_EQ(value(r, "_principal"), "arn:aws:iam::111122223333:role/Admin");
    EXPECT_EQ(value(r, "_access_key"), "ASIA1");
    EXPECT_EQ(value(r, "_addresses"), R"(["198.51.100.7"])");
    EXPECT_EQ(value(r, "_finding_first"), "2026-01-01T00:00:00Z");
    EXPECT_EQ(value(r, "_finding_last"), "2026-01-02T00:00:00Z");
    EXPECT_NE(value(r, "resource").find("\"accessKeyDetails\""), std::string::npos);
  }
}

TEST(Findings, OfEachToolTellTitleLevelAndWhatIsMeant) {
  struct Row {
    const char *text, *type, *id, *level, *resources, *principals, *addresses;
  };
  for (const Row& row : {
           Row{R"({"Findings":[{"ProductArn":"arn:aws:securityhub:eu-west-1::product/aws/guardduty","AwsAccountId":"1","Id":"a","GeneratorId":"g","Severity":{"Label":"CRITICAL"},"Resources":[{"Id":"i-1"},{"Id":"i-2"}]}]})",
               "securityhub", "a", "critical", R"(["i-1","i-2"])", "[]", "[]"},
           Row{R"({"detail-type":"Security Hub Findings - Imported","source":"aws.securityhub","id":"1","detail":{"findings":[{"ProductArn":"p","AwsAccountId":"1","Id":"b","GeneratorId":"g","Severity":{"Normalized":70}}]}})",
               "securityhub", "b", "high", "[]", "[]", "[]"},
           Row{R"({"findings":[{"findingArn":"arn:f","awsAccountId":"1","severity":"MEDIUM","resources":[{"id":"i-9"}]}]})",
               "inspector", "arn:f", "medium", R"(["i-9"])", "[]", "[]"},
           Row{R"({"findings":[{"id":"m","category":"POLICY","severity":{"description":"Low"},"resourcesAffected":{"s3Bucket":{"arn":"arn:aws:s3:::b"}},"policyDetails":{"actor":{"ipAddressDetails":{"ipAddressV4":"203.0.113.4"},"userIdentity":{"iamUser":{"arn":"arn:aws:iam::1:user/u"}}}}}]})",
               "macie", "m", "low", R"(["arn:aws:s3:::b"])", R"(["arn:aws:iam::1:user/u"])", R"(["203.0.113.4"])"},
           Row{R"({"findings":[{"id":"x","analyzedAt":"2026-01-01T00:00:00Z","resourceType":"AWS::S3::Bucket","resource":"arn:aws:s3:::b","status":"ACTIVE","isPublic":true,"principal":{"AWS":"*"}}]})",
               "accessanalyzer", "x", "high", R"(["arn:aws:s3:::b"])", R"(["*"])", "[]"},
           Row{R"({"GraphArn":"arn:aws:detective:eu-west-1:1:graph:g","InvestigationId":"9","EntityArn":"arn:aws:iam::1:role/r","Severity":"HIGH","CreatedTime":"2026-01-01T00:00:00Z"})",
               "detective", "9", "high", "[]", R"(["arn:aws:iam::1:role/r"])", "[]"},
           Row{R"({"class_uid":2004,"metadata":{"product":{"name":"GuardDuty"}},"time":1700000000000,"severity_id":5,"finding_info":{"uid":"o","title":"t"},"resources":[{"uid":"i-3"}],"evidences":[{"src_endpoint":{"ip":"203.0.113.9"}}]})",
               "ocsf_finding", "o", "critical", R"(["i-3"])", "[]", R"(["203.0.113.9"])"},
       }) {
    const Reading got = read(row.text);
    ASSERT_EQ(got.records.size(), 1U) << row.text;
    const auto& r = got.records[0];
    EXPECT_EQ(r.type, row.type);
    EXPECT_EQ(value(r, "_finding_id"), row.id);
    EXPECT_EQ(value(r, "_finding_level"), row.level) << row.text;
    EXPECT_EQ(value(r, "_resources"), row.resources) << row.text;
    EXPECT_EQ(value(r, "_principals"), row.principals) << row.text;
    EXPECT_EQ(value(r, "_addresses"), row.addresses) << row.text;
  }
}

TEST(Findings, AttackSequencesNameActorsAndEndpoints) {
  const Reading got = read(
      R"({"schemaVersion":"2.0","accountId":"111122223333","id":"s","type":"AttackSequence:IAM/CompromisedCredentials","severity":9,)"
      R"("resource":{"resourceType":"AttackSequence"},"service":{"detection":{"sequence":{"actors":[{"user":{"name":"Admin","type":"Role"}}],)"
      R"("endpoints":[{"ip":"203.0.113.1"},{"ip":"203.0.113.2"}],"resources":[{"uid":"arn:aws:s3:::b"}]}}},"updatedAt":"2026-01-01T00:00:00Z"})");
  ASSERT_EQ(got.records.size(), 1U);
  EXPECT_EQ(value(got.records[0], "_finding_level"), "critical");
  EXPECT_EQ(value(got.records[0], "_addresses"), R"(["203.0.113.1","203.0.113.2"])");
  EXPECT_EQ(value(got.records[0], "_resources"), R"(["arn:aws:s3:::b"])");
  EXPECT_EQ(value(got.records[0], "_principal"), "arn:aws:iam::111122223333:role/Admin");
}

TEST(Findings, IndicatorsKeepTheirInvestigation) {
  const Reading got = read(R"({"GraphArn":"arn:g","InvestigationId":"7","Indicators":[{"IndicatorType":"FLAGGED_IP_ADDRESS","IndicatorDetail":{"FlaggedIpAddressDetail":{"IpAddress":"198.51.100.1"}}},{"IndicatorType":"NEW_ASO","IndicatorDetail":{}}]})");
  ASSERT_EQ(got.records.size(), 2U);
  EXPECT_EQ(value(got.records[0], "InvestigationId"), "7");
  EXPECT_EQ(value(got.records[0], "_source_ip"), "198.51.100.1");
  EXPECT_EQ(value(got.records[1], "InvestigationId"), "7");
}

/// What a log says in our own fields' names is not believed.
TEST(Findings, OwnFieldsCannotBeWrittenFromOutside) {
  const Reading got = read(R"({"ProductArn":"p","AwsAccountId":"1","Id":"a","GeneratorId":"g","_principal":"x","_finding_source":"y"})");
  ASSERT_EQ(got.records.size(), 1U);
  EXPECT_EQ(value(got.records[0], "_principal"), "");
  EXPECT_EQ(value(got.records[0], "_finding_source"), "securityhub");
}

TEST(Findings, WhatIsNoneIsRefusedAndCounted) {
  for (const char* text : {R"({"Findings":[{"Id":"a"}]})", R"({"ProductArn":"p"})", R"({"findings":["x"]})",
                           R"({"class_uid":2004})", R"({"Findings":[1]})"}) {
    const Reading got = read(text);
    EXPECT_EQ(got.records.size(), 0U) << text;
    EXPECT_EQ(got.report.kind, FileKind::not_a_log) << text;
  }
  const Reading got = read("{\"Findings\":[" + std::string(kDetail) + R"(,{"Id":"a"},1,"x"]})");
  EXPECT_EQ(got.records.size(), 1U);
  EXPECT_EQ(got.report.rejected, 3U);
}

TEST(EventBridge, EventsOfNoKnownKindAreKept) {
  struct Row {
    const char *text, *source;
  };
  for (const Row& row : {
           Row{R"({"detail-type":"a","source":"my.app","id":"1","time":"2026-01-01T00:00:00Z","detail":{"x":1}})", "my.app"},
           Row{R"({"detail-type":"a","source":"my.app","id":"1","detail":"text"})", "my.app"},
           Row{R"({"detail-type":"a","source":"my.app","id":"1","detail":{}})", "my.app"},
           Row{R"({"detail-type":"Security Hub Findings - Imported","source":"aws.securityhub","id":"1","detail":{"findings":[]}})", "aws.securityhub"},
       }) {
    const Reading got = read(row.text);
    ASSERT_EQ(got.records.size(), 1U) << row.text;
    EXPECT_EQ(got.records[0].type, "eventbridge");
    EXPECT_EQ(value(got.records[0], "source"), row.source);
    EXPECT_EQ(got.report.rejected, 0U);
  }
}

/// Every finding of the published examples, with what its own text says.
TEST(Findings, OfTheGuardDutyExamplesAgreeWithTheirText) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  std::size_t read_files = 0;
  std::map<std::string, int> types;
  for (const auto& entry : std::filesystem::directory_iterator(data / "guardduty/guardduty-soar")) {
    if (entry.path().extension() != ".json") continue;
    const auto text = read_file(entry.path());
    ASSERT_TRUE(text);
    const Reading got = read(*text);
    ASSERT_EQ(got.records.size(), 1U) << entry.path();
    const auto event = Json::parse(*text);
    ASSERT_TRUE(event) << entry.path();
    const Json& finding = (*event)["detail"];
    const auto& r = got.records[0];
    ASSERT_EQ(r.type, "guardduty");
    const auto raw = [&](const char* camel, const char* pascal) {
      return finding.find(pascal) != nullptr ? finding[pascal] : finding[camel];
    };
    EXPECT_EQ(value(r, "accountId"), raw("accountId", "AccountId").as_string());
    EXPECT_EQ(value(r, "id"), raw("id", "Id").as_string());
    EXPECT_EQ(value(r, "type"), raw("type", "Type").as_string());
    EXPECT_EQ(value(r, "title"), raw("title", "Title").as_string());
    EXPECT_EQ(value(r, "updatedAt"), raw("updatedAt", "UpdatedAt").as_string());
    EXPECT_EQ(value(r, "_finding_id"), raw("arn", "Arn").as_string());
    EXPECT_FALSE(value(r, "_resources") == "[]") << entry.path();
    ++types[value(r, "type")];
    ++read_files;
  }
  EXPECT_EQ(read_files, 15U);
  EXPECT_GE(types.size(), 14U);
}

}  // namespace
}  // namespace backtrail::sources
