#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/test_data.h"
#include "sources/sources.h"
#include "sources/testing.h"
#include "sources/testing_ways.h"

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
  EXPECT_EQ(got.report.kind, FileKind::log);
  EXPECT_EQ(got.report.read, 2U);
}

TEST(Reader, LinesBehindAnObjectAndBehindForeignLinesAreRead) {
  const std::string flow = "2 111122223333 eni-0a 10.0.0.1 10.0.0.2 49761 22 6 20 4249 1418530010 1418530070 ACCEPT OK\n";
  const std::string call = R"({"eventVersion":"1.08","eventTime":"2023-07-10T11:42:31Z","eventName":"ListUsers","eventID":"e1"})" "\n";
  std::string flows, junk;
  for (int i = 0; i < 100; ++i) flows += flow, junk += "nothing that is known\n";
  struct Mixed {
    std::string text{};
    std::uint64_t kept = 0, rejected = 0;
  };
  for (const Mixed& m : {Mixed{call + flows + call, 102, 0}, Mixed{"{\"a\":1}\n" + flows, 100, 1}, Mixed{junk + flows, 100, 100},
                         Mixed{"{\"Records\":[" + call.substr(0, call.size() - 1) + "]}\n" + flows, 101, 0}}) {
    const auto got = testing::read_every_way(m.text, 4096);
    EXPECT_EQ(got.records.size(), m.kept) << m.text.substr(0, 40);
    EXPECT_EQ(got.report.rejected, m.rejected) << m.text.substr(0, 40);
  }
}

TEST(Reader, GathersFieldsWithoutASlot) {
  const auto got = read_whole(
      R"({"eventContext" : {"a":[1]} ,"eventName":"A","z":"s\"" , "n": 12 ,"userIdentity":{"q":1}})");
  ASSERT_EQ(got.records.size(), 1U);
  EXPECT_EQ(got.records[0].text(kOther), R"({"eventContext" : {"a":[1]},"z":"s\"","n": 12})");
  EXPECT_EQ(read_whole(R"({"eventName":"A"})").records[0].values[kOther].kind,
            model::Value::Kind::absent);
}

TEST(Reader, OfARepeatedKeyTheLastCounts) {
  const auto got = read_whole(
      R"({"eventName":"A","userIdentity":{"arn":"x","sessionContext":{"sessionIssuer":{"arn":"i"}}},)"
      R"("eventName":"B","userIdentity":{"type":"Root"}})");
  ASSERT_EQ(got.records.size(), 1U);
  EXPECT_EQ(got.records[0].text(kEventName), "B");
  EXPECT_EQ(got.records[0].text(kUserType), "Root");
  EXPECT_EQ(got.records[0].values[kUserArn].kind, model::Value::Kind::absent);
  EXPECT_EQ(got.records[0].values[kIssuerArn].kind, model::Value::Kind::absent);
}

TEST(Reader, GivesValidTextForLoneSurrogates) {
  const auto got = read_whole(R"({"eventName":"A\ud800B","userAgent":"\ud83d\ude00"})");
  ASSERT_EQ(got.records.size(), 1U);
  EXPECT_EQ(got.records[0].text(kEventName), "A\xEF\xBF\xBD" "B");
  EXPECT_EQ(got.records[0].text(kUserAgent), "\xF0\x9F\x98\x80");
}

TEST(Reader, KeepsAnyTypeOfAnyField) {
  const auto got = read_whole(
      R"({"eventName":7,"userIdentity":"str","awsRegion":[1],"eventTime":1.5,"readOnly":"x"})");
  ASSERT_EQ(got.records.size(), 1U);
  const auto& v = got.records[0].values;
  EXPECT_EQ(v[kEventName].integer, 7);
  EXPECT_EQ(v[kUserIdentity].kind, model::Value::Kind::text);
  EXPECT_EQ(v[kAwsRegion].text, "[1]");
  EXPECT_EQ(v[kEventTime].real, 1.5);
  EXPECT_EQ(v[kReadOnly].kind, model::Value::Kind::text);
  EXPECT_EQ(got.report.unreadable_times, 1U);
}

TEST(Reader, CountsUnreadableTimes) {
  for (const auto& [time, unreadable] : std::vector<std::pair<std::string, std::uint64_t>>{
           {"\"2023-07-10T11:42:31Z\"", 0}, {"\"2023-07-10 11:42:31.000\"", 0},
           {"\"2023-07-10T11:42:31+02:00\"", 0}, {"\"2023-07-31T11:42:31Z\"", 0},
           {"null", 0}, {"\"2023-02-30T11:42:31Z\"", 1}, {"\"yesterday\"", 1}, {"5", 1},
           {"\"2023-13-10T11:42:31Z\"", 1}, {"\"\"", 1}}) {
    const auto got = read_whole(R"({"eventName":"A","eventTime":)" + time + "}");
    EXPECT_EQ(got.records.size(), 1U) << time;
    EXPECT_EQ(got.report.unreadable_times, unreadable) << time;
  }
}

}  // namespace
}  // namespace backtrail::sources
