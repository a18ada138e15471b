#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/test_data.h"
#include "sources/sources.h"
#include "sources/testing.h"

namespace backtrail::sources {
namespace {

using testing::read_whole;

TEST(Reader, FillsSlotsAndPositions) {
  const std::string one =
      R"({"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","arn":"a\u0062c",)"
      R"("sessionContext":{"attributes":{"mfaAuthenticated":"true"},"sessionIssuer":{"arn":"i"}}},)"
      R"("eventTime":"2023-07-10T11:42:31Z","eventName":"RunInstances","readOnly":false,)"
      R"("requestParameters":{"a":[1,{"b":"}"}]},"apiVersion":12,"errorCode":null})";
  const std::string file = R"({"x":[1], "Records": [)" + one + " , " + one + "]}";
  const auto got = read_whole(file);
  ASSERT_EQ(got.records.size(), 2U);
  const auto& r = got.records[1];
  EXPECT_EQ(r.where.number, 1U);
  EXPECT_EQ(file.substr(r.where.offset, r.where.length), one);
  EXPECT_EQ(r.text(kRecord), one);
  EXPECT_EQ(r.text(kUserArn), "abc");
  EXPECT_EQ(r.text(kSessionMfa), "true");
  EXPECT_EQ(r.text(kIssuerArn), "i");
  EXPECT_EQ(r.text(kRequestParameters), R"({"a":[1,{"b":"}"}]})");
  EXPECT_EQ(r.values[kApiVersion].integer, 12);
  EXPECT_EQ(r.values[kApiVersion].kind, model::Value::Kind::integer);
  EXPECT_EQ(r.values[kReadOnly].kind, model::Value::Kind::boolean);
  EXPECT_EQ(r.values[kErrorCode].kind, model::Value::Kind::null);
  EXPECT_EQ(r.values[kErrorMessage].kind, model::Value::Kind::absent);
  EXPECT_EQ(got.report.kind, FileKind::cloudtrail);
  EXPECT_EQ(got.report.read, 2U);
}

}  // namespace
}  // namespace backtrail::sources
