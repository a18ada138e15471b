#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/test_data.h"
#include "sources/testing.h"

namespace backtrail::sources {
namespace {

struct Caller {
  std::string name;
  std::string identity;  // JSON
  std::string principal;
  std::string session{};
};
void PrintTo(const Caller& c, std::ostream* out) { *out << c.name; }

const std::string kRole = R"("sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAX",)"
                          R"("arn":"arn:aws:iam::1:role/path/Name","accountId":"1","userName":"Name"}})";

std::vector<Caller> callers() {
  return {
      {"root", R"({"type":"Root","principalId":"1","arn":"arn:aws:iam::1:root","accountId":"1"})",
       "arn:aws:iam::1:root"},
      {"root_without_arn", R"({"type":"Root","accountId":"1"})", "arn:aws:iam::1:root"},
      {"root_with_empty_issuer",
       R"({"type":"Root","arn":"arn:aws:iam::1:root","sessionContext":{"sessionIssuer":{}}})",
       "arn:aws:iam::1:root"},
      {"iam_user", R"({"type":"IAMUser","principalId":"AIDAX","arn":"arn:aws:iam::1:user/p/bob"})",
       "arn:aws:iam::1:user/p/bob"},
      {"iam_user_through_a_service",
       R"({"type":"IAMUser","arn":"arn:aws:iam::1:user/bob","invokedBy":"AWS Internal"})",
       "arn:aws:iam::1:user/bob"},
      {"failed_sign_in", R"({"type":"IAMUser","accountId":"1","userName":"guess"})", "1"},
      {"assumed_role",
       R"({"type":"AssumedRole","principalId":"AROAX:s@e","arn":"arn:aws:sts::1:assumed-role/Name/s@e",)" +
           kRole + "}",
       "arn:aws:iam::1:role/path/Name", "s@e"},
      {"assumed_role_without_context",
       R"({"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/Name/s"})",
       "arn:aws:sts::1:assumed-role/Name", "s"},
      {"assumed_role_by_id_alone", R"({"type":"AssumedRole","principalId":"AROAX:sess","accountId":"1"})",
       "1", "sess"},
      {"assumed_role_with_the_roles_own_arn",
       R"({"type":"AssumedRole","principalId":"AROAX:sess","arn":"arn:aws:iam::1:role/Name"})",
       "arn:aws:iam::1:role/Name", "sess"},
      {"assumed_role_of_type_unknown",
       R"({"type":"Unknown","principalId":"AROAX:s","arn":"arn:aws:sts::1:assumed-role/Name/s"})",
       "arn:aws:sts::1:assumed-role/Name", "s"},
      {"identity_center_role",
       R"({"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/AWSReservedSSO_Admin_ab/me@x.org",)"
       R"("sessionContext":{"sessionIssuer":{"arn":)"
       R"("arn:aws:iam::1:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_ab"}}})",
       "arn:aws:iam::1:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_ab", "me@x.org"},
      {"instance_identity",
       R"({"type":"AssumedRole","principalId":"1:aws:ec2-instance:i-0a",)"
       R"("arn":"arn:aws:sts::1:assumed-role/aws:ec2-instance/i-0a"})",
       "arn:aws:sts::1:assumed-role/aws:ec2-instance", "i-0a"},
      {"other_partition", R"({"type":"AssumedRole","arn":"arn:aws-cn:sts::1:assumed-role/N/s"})",
       "arn:aws-cn:sts::1:assumed-role/N", "s"},
      {"federated_user",
       R"({"type":"FederatedUser","principalId":"1:fed","arn":"arn:aws:sts::1:federated-user/fed",)"
       R"("sessionContext":{"sessionIssuer":{"type":"IAMUser","arn":"arn:aws:iam::1:user/bob"}}})",
       "arn:aws:iam::1:user/bob", "fed"},
      {"federated_user_alone",
       R"({"type":"FederatedUser","arn":"arn:aws:sts::1:federated-user/fed","accountId":"1"})", "1", "fed"},
      {"saml_user", R"({"type":"SAMLUser","principalId":"q:sub","userName":"sub"})", ""},
      {"web_identity_user", R"({"type":"WebIdentityUser","principalId":"p:aud:sub","userName":"sub"})", ""},
      {"identity_center_user", R"({"type":"IdentityCenterUser","accountId":"1"})", "1"},
      {"foreign_account", R"({"type":"AWSAccount","principalId":"AROAX:s","accountId":"2"})", "2", "s"},
      {"foreign_user", R"({"type":"AWSAccount","principalId":"AIDAX","accountId":"2"})", "2"},
      {"service", R"({"type":"AWSService","invokedBy":"cloudtrail.amazonaws.com"})",
       "cloudtrail.amazonaws.com"},
      {"service_event", R"({"accountId":"1","invokedBy":"ssm.amazonaws.com"})", "ssm.amazonaws.com"},
      {"account_alone", R"({"accountId":"1"})", "1"},
      {"empty", "{}", ""},
      {"text", R"("somebody")", ""},
      {"null", "null", ""},
      {"wrong_types", R"({"type":1,"arn":["x"],"invokedBy":{},"accountId":2})", ""},
      {"no_arn_but_text", R"({"type":"IAMUser","arn":"bob","accountId":"1"})", "1"},
      {"cut_arn", R"({"type":"AssumedRole","arn":"arn:aws:sts::1:assumed-role/"})", ""},
  };
}

class Principal : public ::testing::TestWithParam<Caller> {};

TEST_P(Principal, IsNamed) {
  const Caller& c = GetParam();
  std::string text = R"({"eventName":"A","userIdentity":)" + c.identity + "}";
  const std::size_t size = text.size();
  text.append(kPadding, '\0');
  const auto reader = make_reader();
  reader->start(std::string_view(text).substr(0, size));
  Found found;
  ASSERT_TRUE(reader->next(found));
  EXPECT_EQ(principal_of(*found.record), c.principal);
  EXPECT_EQ(session_of(*found.record), c.session);
}

INSTANTIATE_TEST_SUITE_P(All, Principal, ::testing::ValuesIn(callers()),
                         [](const auto& c) { return c.param.name; });

TEST(Principals, OfRealRecordsAreNeverSessions) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  std::set<std::string> principals;
  const auto reader = make_reader();
  for (const auto& entry : std::filesystem::directory_iterator(data / "cloudtrail/invictus-a")) {
    auto text = read_file(entry.path());
    ASSERT_TRUE(text);
    const std::size_t size = text->size();
    text->append(kPadding, '\0');
    reader->start(std::string_view(*text).substr(0, size));
    Found found;
    while (reader->next(found)) principals.insert(principal_of(*found.record));
  }
  EXPECT_TRUE(principals.contains("arn:aws:iam::123837392027:user/bert-jan"));
  EXPECT_FALSE(principals.contains(""));
  for (const std::string& p : principals) {
    EXPECT_EQ(p.find(":federated-user/"), std::string::npos) << p;
    const std::size_t role = p.find(":assumed-role/");
    if (role != std::string::npos) {
      EXPECT_EQ(p.find('/', role + 14), std::string::npos) << p;
    }
  }
}

}  // namespace
}  // namespace backtrail::sources
