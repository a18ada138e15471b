#include <gtest/gtest.h>

#include "sources/testing.h"

namespace backtrail::sources {
namespace {

using testing::read_robust;
using testing::read_stream;
using testing::read_whole;

/// The values that are there, as `type name=value name=value`, one line a record.
std::string shown(const testing::Reading& reading) {
  std::string out;
  for (const testing::OwnedRecord& r : reading.records) {
    out += r.type;
    const model::LogType& type = *find_log_type(r.type);
    for (std::size_t i = 0; i < type.fields.size(); ++i) {
      const testing::OwnedValue& v = r.values[i + 1];
      if (v.kind != model::Value::Kind::absent && v.kind != model::Value::Kind::null)
        out += " " + type.fields[i].name + "=" + v.text;
    }
    out += "\n";
  }
  for (const Diagnostic& d : reading.report.diagnostics) out += "! " + d.reason + "\n";
  if (const auto n = reading.report.unreadable_times; n != 0) out += "! " + std::to_string(n) + " unreadable times\n";
  return out;
}

struct Case {
  std::string name{}, text{}, want{};
};

const std::string kFlow = "2 111122223333 eni-0a 10.0.0.1 10.0.0.2 49761 22 6 20 4249 1418530010 1418530070 ACCEPT OK";
const std::string kFlowShown =
    "vpcflow version=2 account_id=111122223333 interface_id=eni-0a srcaddr=10.0.0.1 dstaddr=10.0.0.2 srcport=49761 "
    "dstport=22 protocol=6 packets=20 bytes=4249 start=1418530010 end=1418530070 action=ACCEPT log_status=OK\n";
const std::string kText =
    "cloudwatch owner=111122223333 logGroup=g logStream=s timestamp=2014-12-14T04:06:50Z message=started eventId=1\n";

std::vector<Case> cases() {
  const auto subscription = [](const std::string& events) {
    return R"({"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"g","logStream":"s","subscriptionFilters":["f"],"logEvents":[)" +
           events + "]}";
  };
  const std::string text_event = R"({"id":"1","timestamp":1418530010000,"message":"started\n"})";
  const std::string flow_event = R"({"id":"2","timestamp":1418530010000,"message":")" + kFlow + "\"}";
  return {
      {"subscription", subscription(text_event), kText},
      {"what_is_inside_is_recognised", subscription(text_event + "," + flow_event), kText + kFlowShown},
      {"concatenated_by_firehose", subscription(text_event) + subscription(flow_event), kText + kFlowShown},
      {"control_message", R"({"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"","logStream":"","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]})", ""},
      {"get_log_events", R"({"events":[{"timestamp":1418530010000,"message":"started","ingestionTime":1418530011000}],"nextForwardToken":"f"})",
       "cloudwatch timestamp=2014-12-14T04:06:50Z ingestionTime=2014-12-14T04:06:51Z message=started\n"},
      {"filter_log_events", R"({"events":[{"logStreamName":"i-1","timestamp":1418530010000,"message":"started","ingestionTime":1418530011000,"eventId":"9"}],"searchedLogStreams":[]})",
       "cloudwatch logStream=i-1 timestamp=2014-12-14T04:06:50Z ingestionTime=2014-12-14T04:06:51Z message=started eventId=9\n"},
      {"s3_export", "2014-12-14T04:06:50.000Z " + kFlow + "\n2014-12-14T04:06:50.000Z started\n",
       kFlowShown + "cloudwatch timestamp=2014-12-14T04:06:50Z message=started\n"},
      {"shipped_line", R"({"@timestamp":"2014-12-14T04:06:50Z","host":"h","message":")" + kFlow + "\"}\n", kFlowShown},
      {"shipped_text_of_no_known_kind", R"({"@timestamp":"2014-12-14T04:06:50Z","host":"h","message":"started"})", ""},
      {"an_applications_object_stays_a_log_event", subscription(R"({"id":"1","timestamp":1418530010000,"message":"{\"level\":\"info\",\"message\":\"hi\",\"timestamp\":1,\"user\":\"bob\"}"})"),
       "cloudwatch owner=111122223333 logGroup=g logStream=s timestamp=2014-12-14T04:06:50Z message={\"level\":\"info\",\"message\":\"hi\",\"timestamp\":1,\"user\":\"bob\"} eventId=1\n"},
      {"header_words_in_a_log_event_are_text", subscription(R"({"id":"1","timestamp":1418530010000,"message":"interface-id srcaddr action"})"),
       "cloudwatch owner=111122223333 logGroup=g logStream=s timestamp=2014-12-14T04:06:50Z message=interface-id srcaddr action eventId=1\n"},
      {"an_object_with_more_than_the_api_says_is_no_log_event", R"({"timestamp":1418530010000,"message":"started","ingestionTime":1418530011000,"user":"bob"})", ""},
      {"an_unreadable_time_is_told", R"({"timestamp":"yesterday","message":"started"})", "cloudwatch message=started\n! 1 unreadable times\n"},
      {"no_time_is_none", R"({"timestamp":null,"message":"started","id":"7"})", "cloudwatch message=started eventId=7\n"},
      {"alarm_event", R"({"version":"0","id":"i","detail-type":"CloudWatch Alarm State Change","source":"aws.cloudwatch","account":"111122223333","time":"2026-01-01T00:00:00Z","region":"eu-west-1","detail":{"alarmName":"cpu","state":{"value":"ALARM","reason":"high","timestamp":"2026-01-01T00:00:00.123+0000"},"previousState":{"value":"OK"}}})",
       "cloudwatch_alarm alarmName=cpu previousState.value=OK state.value=ALARM state.reason=high state.timestamp=2026-01-01T00:00:00.123+0000\n"},
      {"metric_stream", R"({"metric_stream_name":"m","account_id":"111122223333","region":"eu-west-1","namespace":"AWS/EC2","metric_name":"CPUUtilization","dimensions":{"InstanceId":"i-1"},"timestamp":1418530010000,"value":{"max":1,"sum":2},"unit":"Percent"})",
       "cloudwatch_metric metric_stream_name=m account_id=111122223333 region=eu-west-1 namespace=AWS/EC2 metric_name=CPUUtilization dimensions={\"InstanceId\":\"i-1\"} timestamp=1418530010000 value={\"max\":1,\"sum\":2} unit=Percent\n"},
      {"metric_data", R"({"MetricDataResults":[{"Id":"a","Label":"CPU","Timestamps":["2026-01-01T00:00:00+00:00","2026-01-01T00:05:00+00:00"],"Values":[1.5,2]}]})",
       "cloudwatch_metric namespace= metric_name=CPU timestamp=2026-01-01T00:00:00+00:00 value=1.5 label=CPU\n"
       "cloudwatch_metric namespace= metric_name=CPU timestamp=2026-01-01T00:05:00+00:00 value=2 label=CPU\n"},
  };
}

class CloudWatch : public ::testing::TestWithParam<Case> {};

TEST_P(CloudWatch, IsReadAlikeOnEveryWay) {
  const Case& c = GetParam();
  const testing::Reading whole = read_whole(c.text);
  EXPECT_EQ(shown(whole), c.want);
  EXPECT_EQ(testing::difference(whole, read_robust(c.text)), "");
  for (const std::size_t piece : {1U, 7U, 4096U}) EXPECT_EQ(testing::difference(whole, read_stream(c.text, piece)), "");
}

INSTANTIATE_TEST_SUITE_P(All, CloudWatch, ::testing::ValuesIn(cases()),
                         [](const auto& c) { return c.param.name; });

TEST(CloudWatchWrappers, GiveNamesOfABoundedLength) {
  const std::string name(100'000, 'n');
  const testing::Reading got = read_whole(R"({"messageType":"DATA_MESSAGE","logGroup":")" + name + R"(","logStream":")" + name +
                                          R"(","logEvents":[{"id":")" + name + R"(","timestamp":1,"message":"m"}]})");
  ASSERT_EQ(got.records.size(), 1U);
  for (const testing::OwnedValue& v : got.records[0].values) EXPECT_LE(v.text.size(), 512U + std::string_view("…").size());
}

TEST(CloudWatchWrappers, InsideEachOtherEndAtADepth) {
  std::string text = R"({"id":"1","timestamp":1,"message":"started"})";
  for (int i = 0; i < 9; ++i) {
    std::string escaped;
    for (const char c : text) escaped += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    text = R"({"id":"1","timestamp":1,"message":")" + escaped + "\"}";
  }
  const testing::Reading got = read_whole(text);
  EXPECT_EQ(got.report.read, 1U);
  EXPECT_EQ(got.records.size(), 1U);  // kept as the log event whose message is too deep to open
}

}  // namespace
}  // namespace backtrail::sources
