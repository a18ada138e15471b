#include <gtest/gtest.h>

#include "support/fake_case.h"

namespace backtrail::analysis {
namespace {

using testing::add_event;
using testing::Event;
using testing::FakeCase;

TEST(EventsView, OutcomeOfEveryKindOfCode) {
  struct Row {
    std::string code, message, outcome;
  };
  const std::vector<Row> rows = {
      // refused
      {"AccessDenied", "", "denied"},
      {"AccessDeniedException", "User: x is not authorized to perform: y", "denied"},
      {"accessdenied", "", "denied"},
      {"Client.UnauthorizedOperation", "", "denied"},
      {"UnauthorizedOperation", "", "denied"},
      {"Client.unauthorizedoperation", "", "denied"},
      {"UnauthorizedException", "", "denied"},
      {"Unauthorized", "", "denied"},
      {"AuthorizationError", "", "denied"},
      {"NotAuthorized", "", "denied"},
      {"NotAuthorizedException", "", "denied"},
      {"VpceAccessDenied", "The request was denied due to a VPC endpoint policy", "denied"},
      {"ForbiddenException", "", "denied"},
      {"Client.Forbidden", "", "denied"},
      {"", "User: arn:aws:iam::1:user/a is not authorized to perform: s3:GetObject", "denied"},
      // failed, but not for a lack of rights
      {"Client.DryRunOperation", "Request would have succeeded", "error"},
      {"DryRunOperationException", "", "error"},
      {"ThrottlingException", "", "error"},
      {"Client.RequestLimitExceeded", "", "error"},
      {"Client.VcpuLimitExceeded", "", "error"},
      {"Client.InvalidRouteTableID.NotFound", "", "error"},
      {"NoSuchBucketPolicy", "", "error"},
      {"NoSuchTagSet", "", "error"},
      {"ReplicationConfigurationNotFoundError", "", "error"},
      {"TrailNotFoundException", "", "error"},
      {"MalformedPolicyDocumentException", "", "error"},
      {"ReauthorizationNeeded", "", "error"},
      {"UnauthorizedOperationX", "", "denied"},  // begins with Unauthorized
      {"XAuthorizationError", "", "error"},
      {"", "Something went wrong", "error"},
      {"", "", "success"},
  };
  FakeCase kase;
  int n = 0;
  for (const Row& r : rows)
    add_event(kase, {.n = n++, .name = "X", .error = r.code, .message = r.message});
  const store::Table t = kase.run("SELECT outcome, error FROM events ORDER BY _record");
  ASSERT_EQ(t.rows.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(store::to_text(t.rows[i][0]), rows[i].outcome)
        << rows[i].code << " / " << rows[i].message;
    EXPECT_EQ(store::to_text(t.rows[i][1]), rows[i].code.empty() ? rows[i].message : rows[i].code);
    EXPECT_EQ(store::is_null(t.rows[i][1]), rows[i].outcome == "success") << rows[i].code;
  }
}

TEST(EventsView, FailedSignInIsDenied) {
  FakeCase kase;
  const std::string signin = "signin.amazonaws.com";
  add_event(kase, {.n = 1,
                   .source = signin,
                   .name = "ConsoleLogin",
                   .message = "Failed authentication",
                   .response = R"({"ConsoleLogin":"Failure"})"});
  add_event(kase, {.n = 2,
                   .source = signin,
                   .name = "ConsoleLogin",
                   .response = R"({"ConsoleLogin":"Success"})"});
  add_event(kase, {.n = 3,
                   .source = signin,
                   .name = "CredentialVerification",
                   .service_details = R"({"CredentialVerification":"Failure"})"});
  add_event(
      kase,
      {.n = 4, .source = "ec2.amazonaws.com", .name = "X", .response = R"({"state":"Failure"})"});
  EXPECT_EQ(kase.text("SELECT event_id, outcome, error FROM events ORDER BY _record"),
            "event-1|denied|Failed authentication\n"
            "event-2|success|\n"
            "event-3|denied|Failure\n"
            "event-4|success|");
}

TEST(EventsView, PrincipalIsStableAndNeverASession) {
  struct Row {
    Event event;
    std::string principal, session;
  };
  const std::string account = "111111111111";
  const std::vector<Row> rows = {
      {{.type = "IAMUser", .arn = "arn:aws:iam::111111111111:user/ops/alice"},
       "arn:aws:iam::111111111111:user/ops/alice",
       ""},
      {{.type = "Root", .arn = "arn:aws:iam::111111111111:root"},
       "arn:aws:iam::111111111111:root",
       ""},
      {{.type = "AssumedRole",
        .arn = "arn:aws:sts::111111111111:assumed-role/Deploy/ci-77",
        .issuer_arn = "arn:aws:iam::111111111111:role/path/Deploy"},
       "arn:aws:iam::111111111111:role/path/Deploy",
       "ci-77"},
      {{.type = "AssumedRole", .arn = "arn:aws:sts::111111111111:assumed-role/Deploy/ci-77"},
       "arn:aws:sts::111111111111:assumed-role/Deploy",
       "ci-77"},
      {{.type = "Unknown", .arn = "arn:aws-cn:sts::111111111111:assumed-role/Deploy/a@b.c"},
       "arn:aws-cn:sts::111111111111:assumed-role/Deploy",
       "a@b.c"},
      {{.type = "AssumedRole",
        .arn = "",
        .issuer_arn = "arn:aws:iam::111111111111:role/Deploy",
        .principal_id = "AROAEXAMPLE:ci-78"},
       "arn:aws:iam::111111111111:role/Deploy",
       "ci-78"},
      {{.type = "FederatedUser",
        .arn = "arn:aws:sts::111111111111:federated-user/bob",
        .issuer_arn = "arn:aws:iam::111111111111:user/portal"},
       "arn:aws:iam::111111111111:user/portal",
       "bob"},
      {{.type = "AWSService", .arn = "", .account = "", .invoked_by = "ec2.amazonaws.com"},
       "ec2.amazonaws.com",
       ""},
      {{.type = "", .arn = "", .account = "111111111111", .invoked_by = "health.amazonaws.com"},
       "health.amazonaws.com",
       ""},
      {{.type = "AWSAccount",
        .arn = "",
        .account = "222222222222",
        .principal_id = "AROAEXAMPLE:x"},
       "222222222222",
       "x"},
      {{.type = "IAMUser",
        .arn = "arn:aws:iam::111111111111:user/alice",
        .invoked_by = "s3.amazonaws.com"},
       "arn:aws:iam::111111111111:user/alice",
       ""},
      {{.type = "WebIdentityUser", .arn = "", .account = "", .principal_id = "p:aud:sub"}, "", ""},
      {{.type = "FederatedUser", .arn = "arn:aws:sts::111111111111:federated-user/bob"},
       account,
       "bob"},
      {{.type = "assumedrole",
        .arn = "arn:aws:sts::111111111111:assumed-role/Deploy/a/b",
        .issuer_arn = "arn:aws:sts::111111111111:assumed-role/Parent/s"},
       "arn:aws:sts::111111111111:assumed-role/Parent",
       "a/b"},
      {{.type = "Root", .arn = ""}, "arn:aws:iam::111111111111:root", ""},
      {{.type = "IAMUser", .arn = ""}, account, ""},
      {{.type = "IAMUser", .arn = "no arn", .invoked_by = "s3.amazonaws.com"}, account, ""},
      {{.type = "IAMUser", .arn = "arn:aws:iam::111111111111:", .account = "", .invoked_by = "x"},
       "x",
       ""},
      {{.type = "IAMUser", .arn = "arn:aws:iam::111111111111:user/x:assumed-role/y/z"},
       "arn:aws:iam::111111111111:user/x:assumed-role/y/z",
       ""},
      {{.type = "AWSAccount",
        .arn = "",
        .account = "222222222222",
        .principal_id = "AROAX:sess",
        .invoked_by = "ec2.amazonaws.com"},
       "222222222222",
       "sess"},
  };
  FakeCase kase;
  int n = 0;
  for (const Row& r : rows) {
    Event e = r.event;
    e.n = n++;
    e.name = "X";
    add_event(kase, e);
  }
  const store::Table t = kase.run("SELECT principal, session FROM events ORDER BY _record");
  ASSERT_EQ(t.rows.size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(store::to_text(t.rows[i][0]), rows[i].principal) << i;
    EXPECT_EQ(store::to_text(t.rows[i][1]), rows[i].session) << i;
  }
}

TEST(EventsView, AccountIsWhoseLogItIs) {
  FakeCase kase;
  add_event(kase, {.n = 1, .name = "X", .account = "222222222222", .recipient = "111111111111"});
  add_event(kase, {.n = 2, .name = "X", .account = "222222222222", .recipient = ""});
  EXPECT_EQ(kase.text("SELECT account, principal_account FROM events ORDER BY _record"),
            "111111111111|222222222222\n222222222222|222222222222");
}

}  // namespace
}  // namespace backtrail::analysis
