#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sources/testing.h"

namespace backtrail::sources {
namespace {

using testing::difference;
using testing::read_stream;
using testing::read_whole;
using testing::Reading;

const std::string kHeader =
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,"
    "access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,"
    "access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,"
    "cert_2_active,cert_2_last_rotated\n";
const std::string kRest =
    ",2023-01-01T00:00:00+00:00,true,no_information,N/A,N/A,false,true,2023-01-01T00:00:00+00:00,N/A,N/A,N/A,"
    "false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n";
const std::string kBob = "bob,arn:aws:iam::111122223333:user/bob" + kRest;
const std::string kQuoted = "\"a,b\",\"arn:aws:iam::111122223333:user/a,b\"" + kRest;

struct Case {
  std::string name;
  std::string text;
  std::string type;
  std::size_t records = 0;
  std::string reasons{};
  std::uint64_t rejected = 0;
  FileKind kind = FileKind::log;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::vector<Case> cases() {
  const std::string user = R"({"Path":"/","UserName":"bob","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/bob",)"
                           R"("CreateDate":"2023-01-01T00:00:00Z","UserPolicyList":[],"GroupList":["g"],"AttachedManagedPolicies":[]})";
  const std::string role = R"({"Path":"/","RoleName":"r","RoleId":"AROA1","Arn":"arn:aws:iam::111122223333:role/r",)"
                           R"("AssumeRolePolicyDocument":"%7B%22Version%22%3A%222012-10-17%22%7D","RolePolicyList":[]})";
  const std::string policy = R"({"PolicyName":"p","PolicyId":"ANPA1","Arn":"arn:aws:iam::aws:policy/p","DefaultVersionId":"v2",)"
                             R"("PolicyVersionList":[{"VersionId":"v1","IsDefaultVersion":false,"Document":{"a":1}},)"
                             R"({"VersionId":"v2","IsDefaultVersion":true,"Document":{"b":2}}]})";
  return {
      {"report", kHeader + kBob + kQuoted, "iam_credential_report", 2},
      {"report_header_alone", kHeader, "", 0},
      {"report_short_row", kHeader + "bob,arn:aws:iam::1:user/bob\n" + kBob, "iam_credential_report", 1, "bad_field_count", 1},
      {"report_row_without_arn", kHeader + "bob,x" + kRest, "", 0, "not_a_record", 1},
      {"report_open_quote", kHeader + "\"bob,arn:aws:iam::111122223333:user/bob" + kRest, "", 0, "broken_csv", 1},
      {"report_from_api", R"({"Content":"dXNlcixhcm4sdXNlcl9jcmVhdGlvbl90aW1lCmJvYixhcm46YXdzOmlhbTo6MTExMTIyMjIzMzMzOnVzZXIvYm9iLDIwMjMK",)"
                          R"("ReportFormat":"text/csv","GeneratedTime":"2023-07-10T11:42:31+00:00"})", "iam_credential_report", 1},
      {"report_from_api_is_no_base64", R"({"Content":"***","ReportFormat":"text/csv"})", "", 0, "", 0, FileKind::not_a_log},
      {"details", R"({"UserDetailList":[)" + user + R"(],"GroupDetailList":[],"RoleDetailList":[)" + role + R"(],"Policies":[)" +
                      policy + R"(],"IsTruncated":false})",
       "iam_entities", 3},
      {"details_bad_member", R"({"UserDetailList":[{"UserName":"x"},)" + user + "]}", "iam_entities", 1, "no_event_name", 1},
      {"foreign_arn", R"({"UserDetailList":[{"UserName":"x","UserId":"y","Arn":"arn:aws:s3:::b"}]})", "", 0, "", 0, FileKind::not_a_log},
      {"last_used", R"({"UserName":"bob","AccessKeyLastUsed":{"Region":"us-east-1","ServiceName":"iam","LastUsedDate":"2023-07-10T11:42:00Z"}})",
       "iam_access_key_last_used", 1},
      {"last_used_of_nobody", R"({"AccessKeyLastUsed":{"Region":"N/A"}})", "", 0, "", 0, FileKind::not_a_log},
      {"last_used_text", R"({"UserName":"bob","AccessKeyLastUsed":"never"})", "", 0, "", 0, FileKind::not_a_log},
  };
}

std::string reasons_of(const Reading& r) {
  std::string out;
  for (const Diagnostic& d : r.report.diagnostics) out += (out.empty() ? "" : " ") + d.reason;
  return out;
}

class IamState : public ::testing::TestWithParam<Case> {};

TEST_P(IamState, IsCountedAndReadAlikeByBothWays) {
  const Case& c = GetParam();
  const Reading got = read_whole(c.text);
  EXPECT_EQ(got.records.size(), c.records);
  for (const auto& r : got.records) EXPECT_EQ(r.type, c.type);
  EXPECT_EQ(reasons_of(got), c.reasons);
  EXPECT_EQ(got.report.rejected, c.rejected);
  EXPECT_EQ(got.report.kind, c.kind);
  EXPECT_EQ(difference(got, testing::read_robust(c.text)), "");
  for (const std::size_t piece : {1U, 7U, 64U})
    ASSERT_EQ(difference(got, read_stream(c.text, piece)), "") << piece;
}
INSTANTIATE_TEST_SUITE_P(All, IamState, ::testing::ValuesIn(cases()), [](const auto& c) { return c.param.name; });

TEST(IamEntities, GiveTheDocumentInForceAndDecodedTrust) {
  const model::RecordLayout& layout = layout_of(*find_log_type("iam_entities"));
  const std::string text = cases()[7].text;
  const Reading got = read_whole(text);
  ASSERT_EQ(got.records.size(), 3U);
  EXPECT_EQ(got.records[0].text(layout.slot("Kind")), "user");
  EXPECT_EQ(got.records[0].text(layout.slot("Name")), "bob");
  EXPECT_EQ(got.records[1].text(layout.slot("AssumeRolePolicyDocument")), R"({"Version":"2012-10-17"})");
  EXPECT_EQ(got.records[2].text(layout.slot("PolicyDocument")), R"({"b":2})");
}

TEST(IamCredentialReport, KeepsCommasInNames) {
  const Reading got = read_whole(kHeader + kQuoted);
  ASSERT_EQ(got.records.size(), 1U);
  EXPECT_EQ(got.records[0].text(1), "a,b");
  EXPECT_EQ(got.records[0].text(2), "arn:aws:iam::111122223333:user/a,b");
}

}  // namespace
}  // namespace backtrail::sources
