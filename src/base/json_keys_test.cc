#include "base/json_keys.h"

#include <gtest/gtest.h>

namespace backtrail {
namespace {

TEST(JsonKeys, CamelLowersTheFirstWord) {
  struct Row {
    const char *json, *expected;
  };
  for (const Row& row : {
           Row{R"({"Id":"Id"})", R"({"id":"Id"})"},
           Row{R"({"IAMUser":1})", R"({"iamUser":1})"},
           Row{R"({"S3BucketDetails":[{"Arn":"A"}]})", R"({"s3BucketDetails":[{"arn":"A"}]})"},
           Row{R"({"ARN" : null})", R"({"arn" : null})"},
           Row{R"({"IpAddressV4":""})", R"({"ipAddressV4":""})"},
           Row{R"({"already":1,"x_Y":2})", R"({"already":1,"x_Y":2})"},
           Row{R"({"AWS::EC2::Instance":1,"Aws/x":2})", R"({"AWS::EC2::Instance":1,"Aws/x":2})"},
           Row{R"({"A":"a \"B\": c"})", R"({"a":"a \"B\": c"})"},
           Row{R"(["Id","Id"])", R"(["Id","Id"])"},
           Row{R"({"":1})", R"({"":1})"},
           Row{"", ""},
       })
    EXPECT_EQ(with_camel_keys(row.json), row.expected);
}

TEST(JsonKeys, LowerReachesEveryDepthAndNoValue) {
  EXPECT_EQ(with_lower_keys(R"({"instanceDetails":{"instanceId":"i-AB","tags":[{"Key":"N"}]}})"),
            R"({"instancedetails":{"instanceid":"i-AB","tags":[{"key":"N"}]}})");
  EXPECT_EQ(with_lower_keys(R"({"\u0041B":1})"), R"({"\u0041B":1})");
  EXPECT_EQ(with_lower_keys(R"({"É":1,"B":"\\"})"), R"({"É":1,"b":"\\"})");
}

TEST(JsonKeys, DamagedTextIsNotReadBeyondItsEnd) {
  EXPECT_EQ(with_lower_keys(R"({"A)"), R"({"A)");
  EXPECT_EQ(with_lower_keys("\"\\"), "\"\\");
}

}  // namespace
}  // namespace backtrail
