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

const std::string kA = R"({"eventVersion":"1.08","eventTime":"2023-07-10T11:42:31Z","eventName":"A"})";
const std::string kB = R"({"eventName":"B","requestParameters":{"x":"y\u00e9\"{["}})";
// kA and kB as JSON texts
const std::string kTextA =
    R"("{\"eventVersion\":\"1.08\",\"eventTime\":\"2023-07-10T11:42:31Z\",\"eventName\":\"A\"}")";
const std::string kTextB = R"("{\"eventName\":\"B\"}")";

struct Case {
  std::string name;
  std::string text;
  std::string names;    // eventNames, one behind another
  std::string reasons{};  // of diagnostics, separated by spaces
  FileKind kind = FileKind::log;
  std::uint64_t rejected = 0;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::vector<Case> cases() {
  const std::string digest =
      R"({"awsAccountId":"1","digestStartTime":"2023-07-10T10:12:31Z","logFiles":[{"s3Bucket":"b"}]})";
  return {
      {"records", R"({"Records":[)" + kA + "," + kB + "]}", "AB"},
      {"records_behind_other_keys", R"({"v":{"a":[1]},"n":null,"Records":[)" + kA + R"(],"z":[{"q":1}]})",
       "A"},
      {"records_in_two_arrays", R"({"Records":[)" + kA + R"(], "events" : [)" + kB + "] }", "AB"},
      {"records_null", R"({"Records":null})", ""},
      {"records_empty", " {\"Records\" : [ ] } \n", ""},
      {"records_key_escaped", R"({"\u0052ecords":[)" + kA + "]}", "A"},
      {"records_under_a_damaged_key", R"({"Recqrds":[)" + kA + "," + kB + "]}", "AB"},
      {"list", "[" + kA + ",\n" + kB + "]", "AB"},
      {"list_of_lists", "[[" + kA + "],[" + kB + "]]", "AB"},
      {"list_of_files", R"([{"Records":[)" + kA + R"(]},{"Records":[)" + kB + "]}]", "AB"},
      {"single", kA, "A"},
      {"single_pretty", "\xEF\xBB\xBF\r\n{\r\n  \"eventName\" : \"A\" ,\r\n \"x\" : [ ] }\r\n", "A"},
      {"lines", kA + "\n" + kB + "\n", "AB"},
      {"lines_bom_crlf_blank", "\xEF\xBB\xBF" + kA + "\r\n\r\n" + kB + "\r\n  \r\n", "AB"},
      {"concatenated", kA + kB + kA, "ABA"},
      {"concatenated_files_with_bom",
       "\xEF\xBB\xBF{\"Records\":[" + kA + "]}\xEF\xBB\xBF{\"Records\":[" + kB + "]}", "AB"},
      {"message_lines", "{\"message\":" + kTextA + ",\"host\":\"h\"}\n{\"message\":" + kTextB + "}", "AB"},
      {"message_capital", "{\"Message\":" + kTextA + "}", "A"},
      {"at_message", "{\"@message\":" + kTextA + "}", "A"},
      {"event_original_dotted", "{\"event.original\":" + kTextA + "}", "A"},
      {"event_original_nested", "{\"event\":{\"original\":" + kTextA + ",\"kind\":\"event\"}}", "A"},
      {"message_with_envelope", R"({"message":"{\"Records\":[{\"eventName\":\"A\"},{\"eventName\":\"B\"}]}"})",
       "AB"},
      {"message_is_chatter", R"({"message":"started"})" "\n" + kA, "A", "no_event_name",
       FileKind::log, 1},
      {"message_broken", R"({"message":"{\"eventName\":\"A\""})" "\n" + kA, "A", "truncated_json",
       FileKind::log, 1},
      {"logstash", R"({"@timestamp":"2023-07-10T11:42:31Z","message":"m","eventName":"A"})", "A"},
      {"lookup_events",
       R"({"Events":[{"EventId":"1","EventName":"A","CloudTrailEvent":)" + kTextA +
           R"(},{"EventId":"2","CloudTrailEvent":)" + kTextB + R"(}],"NextToken":"t"})",
       "AB"},
      {"lookup_events_pages",
       R"({"Events":[{"CloudTrailEvent":)" + kTextA + "}]}\n{\"Events\":[{\"CloudTrailEvent\":" + kTextB +
           "}]}",
       "AB"},
      {"event_bridge", R"({"version":"0","detail-type":"AWS API Call via CloudTrail","detail":)" + kA + "}",
       "A"},
      {"cloudwatch_logs", R"({"events":[{"timestamp":1,"message":)" + kTextA + "}]}", "A"},
      {"cloudwatch_subscription",
       R"({"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","message":)" + kTextA + "}]}", "A"},
      {"logs_insights",
       R"({"results":[[{"field":"@timestamp","value":"t"},{"field":"@message","value":)" + kTextA + "}]]}",
       "A"},
      {"elasticsearch", R"({"_index":"i","_source":)" + kA + "}", "A"},
      {"lake_rows", R"({"QueryStatus":"FINISHED","QueryResultRows":[[{"eventName":"A"},{"awsRegion":"r"}],)"
                    R"([{"eventname":"B"}]]})",
       "AB"},
      {"lake_event_json", R"({"QueryResultRows":[[{"eventJson":)" + kTextA + "}]]}", "A"},
      {"lower_case_lines", R"({"eventname":"A","useridentity":{"type":"Root"}})", "A"},
      {"lake_csv", "eventName,awsRegion\r\nA,us-east-1\r\n\"B\",\"x,\"\"y\"\"\"\r\n", "AB"},
      {"lake_csv_event_json", "eventID,eventJson\n1,\"{\"\"eventName\"\":\"\"A\"\"}\"\n", "A"},
      {"csv_bad_row", "eventName,awsRegion\nA,r\nB\nA,q", "AA", "broken_csv", FileKind::log, 1},
      {"insight", R"({"eventType":"AwsCloudTrailInsight","insightDetails":{"state":"End"}})", ""},
      {"aggregated", R"([{"eventCategory":"Aggregated","timeWindow":{},"summary":{}},)" + kA + "]", "A",
       "aggregated_event"},
      {"digest", digest, "", "", FileKind::cloudtrail_digest},
      {"empty", "", "", "", FileKind::empty},
      {"white_space", " \r\n\t \n", "", "", FileKind::empty},
      {"no_record", "[]", "", "", FileKind::empty},
      {"no_record_spaced", " [ \n ]\n", "", "", FileKind::empty},
      {"byte_order_mark_alone", "\xEF\xBB\xBF", "", "", FileKind::empty},
      {"flow_log", "version account-id interface-id\n2 123 eni-1 10.0.0.1 - - - - - OK\n", "",
       "bad_field_count", FileKind::log, 1},
      {"html", "<html><script>var a={\"b\":1}</script></html>", "", "", FileKind::not_a_log},
      {"other_json", R"([{"a":1},{"a":2},3])", "", "", FileKind::not_a_log},
      {"other_object", R"({"Values":[1,2],"eventName":null})", "", "", FileKind::not_a_log},
      {"guardduty", R"({"detail-type":"GuardDuty Finding","detail":{"type":"x","id":"i"}})", "", "",
       FileKind::not_a_log},
      {"binary", std::string("\x7f" "ELF\x00\x01\xff\xfe", 8), "", "", FileKind::not_a_log},
      {"other_csv", "a,b\n1,2\n", "", "", FileKind::not_a_log},
      {"wrong_types", R"({"Records":[1,"x",null,[1],{"userIdentity":"str","eventName":"A","awsRegion":5}]})",
       "A", "not_a_record not_a_record not_a_record not_a_record", FileKind::log, 4},
      {"no_event_name", R"({"Records":[{"eventVersion":"1.08"},)" + kA + "]}", "A", "no_event_name",
       FileKind::log, 1},
      {"s3_notification", R"({"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put"}]})", "",
       "no_event_name", FileKind::log, 1},
      {"catalogue_of_calls",
       R"([{"eventName":"A","eventSource":"s","description":"d","used":true,"links":[],"a":1,"b":2,"c":3}])", "", "",
       FileKind::not_a_log},
      {"unknown_fields_beside_few_known", R"([{"eventName":"A","awsRegion":"r","a":1,"b":2,"c":3}])", "A"},
  };
}

std::string names_of(const Reading& r) {
  std::string out;
  for (const auto& record : r.records) out += record.text(kEventName);
  return out;
}

std::string reasons_of(const Reading& r) {
  std::string out;
  for (const Diagnostic& d : r.report.diagnostics) out += (out.empty() ? "" : " ") + d.reason;
  return out;
}

class Envelope : public ::testing::TestWithParam<Case> {};

TEST_P(Envelope, IsRead) {
  const Case& c = GetParam();
  const Reading got = read_whole(c.text);
  EXPECT_EQ(names_of(got), c.names);
  EXPECT_EQ(got.report.kind, c.kind) << kind_of(got.report.kind, {});
  EXPECT_EQ(reasons_of(got), c.reasons);
  EXPECT_EQ(got.report.rejected, c.rejected);
  EXPECT_EQ(got.report.read, got.records.size() + c.rejected);
  EXPECT_EQ(got.report.bytes, c.text.size());
}

TEST_P(Envelope, IsReadAlikeByBothPathsAndInPiecesOfEachSize) {
  const std::string& text = GetParam().text;
  const Reading want = read_whole(text);
  EXPECT_EQ(difference(want, testing::read_robust(text)), "");
  for (std::size_t piece = 1; piece <= 200; ++piece)
    ASSERT_EQ(difference(want, read_stream(text, piece)), "") << "pieces of " << piece;
}

TEST_P(Envelope, CutAnywhereNeverLosesWhatWasComplete) {
  const std::string& text = GetParam().text;
  const Reading all = read_whole(text);
  for (std::size_t size = 0; size < text.size(); ++size) {
    const std::string_view cut = std::string_view(text).substr(0, size);
    const Reading got = read_whole(cut);
    ASSERT_EQ(difference(got, testing::read_robust(cut)), "") << size;
    ASSERT_EQ(got.report.read, got.records.size() + got.report.rejected) << size;
    std::size_t complete = 0;
    for (const auto& r : all.records) complete += r.where.offset + r.where.length <= size ? 1 : 0;
    if (got.report.kind != FileKind::log) complete = 0;
    ASSERT_GE(got.records.size(), complete) << size;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Envelope, ::testing::ValuesIn(cases()),
                         [](const auto& c) { return c.param.name; });

}  // namespace
}  // namespace backtrail::sources
