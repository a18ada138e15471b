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

const std::string kItem =
    R"({"relatedEvents":["c1a8"],"relationships":[{"resourceId":"vpc-1","resourceType":"AWS::EC2::VPC",)"
    R"("name":"Is contained in Vpc"}],"configuration":{"groupId":"sg-1","ipPermissions":[]},)"
    R"("supplementaryConfiguration":{},"tags":{"Name":"web"},"configurationItemVersion":"1.3",)"
    R"("configurationItemCaptureTime":"2023-07-10T11:42:31.123Z","configurationStateId":1688989351123,)"
    R"("awsAccountId":"111122223333","configurationItemStatus":"OK","resourceType":"AWS::EC2::SecurityGroup",)"
    R"("resourceId":"sg-1","resourceName":"web","ARN":"arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1",)"
    R"("awsRegion":"eu-west-1","availabilityZone":"Not Applicable","configurationStateMd5Hash":""})";
// The same item as the API's output gives it.
const std::string kApiItem =
    R"({"version":"1.3","accountId":"111122223333","configurationItemCaptureTime":1688989351.123,)"
    R"("configurationItemStatus":"OK","configurationStateId":"1688989351123","configurationItemMD5Hash":"",)"
    R"("arn":"arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1","resourceType":"AWS::EC2::SecurityGroup",)"
    R"("resourceId":"sg-1","resourceName":"web","awsRegion":"eu-west-1","availabilityZone":"Not Applicable",)"
    R"("tags":{"Name":"web"},"relatedEvents":["c1a8"],"relationships":[{"resourceId":"vpc-1",)"
    R"("resourceType":"AWS::EC2::VPC","relationshipName":"Is contained in Vpc"}],)"
    R"("configuration":"{\"groupId\":\"sg-1\",\"ipPermissions\":[]}","supplementaryConfiguration":{}})";

std::string in_text(const std::string& json) {
  std::string out = "\"";
  for (const char c : json) out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  return out + "\"";
}

struct Case {
  std::string name;
  std::string text;
  std::size_t records = 0;
  std::string reasons{};
  FileKind kind = FileKind::log;
  std::uint64_t rejected = 0;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::string notification(const std::string& item) {
  return R"({"recordVersion":"1.3","messageType":"ConfigurationItemChangeNotification","configurationItemDiff":)"
         R"({"changedProperties":{},"changeType":"UPDATE"},"notificationCreationTime":"2023-07-10T11:43:00Z",)"
         R"("configurationItem":)" +
         item + "}";
}

std::vector<Case> good() {
  return {
      {"snapshot", R"({"fileVersion":"1.0","configSnapshotId":"s","configurationItems":[)" + kItem + "," + kItem + "]}", 2},
      {"history_pretty", "{\n  \"fileVersion\" : \"1.0\",\n  \"configurationItems\" : [ " + kItem + " ]\n}\n", 1},
      {"api_history", R"({"configurationItems":[)" + kApiItem + R"(],"nextToken":"t"})", 1},
      {"select", R"({"Results":[)" + in_text(kApiItem) + "," + in_text(kItem) + R"(],"QueryInfo":{"SelectFields":[]}})", 2},
      {"event_bridge", R"({"version":"0","id":"e","detail-type":"Config Configuration Item Change","source":"aws.config",)"
                       R"("account":"111122223333","region":"eu-west-1","detail":)" + notification(kItem) + "}", 1},
      {"sns", R"({"Type":"Notification","MessageId":"m","Message":)" + in_text(notification(kItem)) + "}", 1},
      {"lake", R"({"eventVersion":"1.0","eventCategory":"ConfigurationItem","eventID":"x","eventTime":"2023-07-10T11:42:31Z",)"
               R"("awsRegion":"eu-west-1","recipientAccountId":"111122223333","eventData":)" + kApiItem + "}", 1},
      {"lines", kItem + "\n" + kApiItem + "\n", 2},
  };
}

std::vector<Case> bad() {
  return {
      {"damaged_member", R"({"configurationItems":[)" + kItem + R"(,{"resourceType":"AWS::S3::Bucket","resourceId":zz},)" + kItem + "]}",
       2, "broken_json", FileKind::log, 1},
      {"cut", R"({"configurationItems":[)" + kItem + "," + kItem.substr(0, 90), 1, "truncated_json", FileKind::log, 1},
      {"member_is_no_item", R"({"configurationItems":[{"a":1},7,)" + kItem + "]}", 1, "no_event_name not_a_record", FileKind::log, 2},
      {"text_is_no_json", R"({"Results":["x","{\"resourceType\":",)" + in_text(kItem) + "]}", 1,
       "not_a_record no_event_name", FileKind::log, 2},
      {"notice_without_resource", notification(R"({"resourceType":"AWS::S3::Bucket"})"), 0, "no_resource", FileKind::log, 1},
      {"empty_list", R"({"fileVersion":"1.0","configurationItems":[]})", 0, "", FileKind::empty},
      {"evaluation", R"({"resourceType":"AWS::S3::Bucket","compliance":"NON_COMPLIANT"})", 0, "", FileKind::not_a_log},
      {"foreign_results", R"({"Results":[{"a":1},{"resourceType":"x","resourceId":"y"}]})", 0, "", FileKind::not_a_log},
      {"writability_check", "", 0, "", FileKind::empty},
      {"delivery_status", R"({"DeliveryChannelsStatus":[{"name":"default","configHistoryDeliveryInfo":{"lastStatus":"SUCCESS"}}]})",
       0, "", FileKind::notice},
      {"delivery_notice", R"({"recordVersion":"1.1","messageType":"ConfigurationHistoryDeliveryCompleted","s3Bucket":"b",)"
                          R"("notificationCreationTime":"2023-07-10T11:43:00Z"})",
       0, "", FileKind::notice},
  };
}

std::vector<Case> all() {
  std::vector<Case> out = good();
  const std::vector<Case> more = bad();
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

std::string reasons_of(const Reading& r) {
  std::string out;
  for (const Diagnostic& d : r.report.diagnostics) out += (out.empty() ? "" : " ") + d.reason;
  return out;
}

class ConfigItem : public ::testing::TestWithParam<Case> {};

TEST_P(ConfigItem, IsCountedAndReadAlikeByBothWays) {
  const Case& c = GetParam();
  const Reading got = read_whole(c.text);
  EXPECT_EQ(got.records.size(), c.records);
  EXPECT_EQ(reasons_of(got), c.reasons);
  EXPECT_EQ(got.report.kind, c.kind);
  EXPECT_EQ(got.report.rejected, c.rejected);
  EXPECT_EQ(difference(got, testing::read_robust(c.text)), "");
  for (const std::size_t piece : {1U, 2U, 7U, 64U, 100U})
    ASSERT_EQ(difference(got, read_stream(c.text, piece)), "") << piece;
}
INSTANTIATE_TEST_SUITE_P(All, ConfigItem, ::testing::ValuesIn(all()), [](const auto& c) { return c.param.name; });

TEST(ConfigItemForms, AllGiveTheSameFields) {
  const model::RecordLayout& layout = layout_of(*find_log_type("config"));
  const Reading plain = read_whole(kItem);
  ASSERT_EQ(plain.records.size(), 1U);
  for (const Case& c : good()) {
    const Reading got = read_whole(c.text);
    for (const auto& r : got.records) {
      EXPECT_EQ(r.type, "config");
      for (const char* name : {"awsAccountId", "resourceType", "resourceId", "resourceName", "awsRegion", "ARN", "tags",
                               "configuration", "relationships", "relatedEvents", "configurationStateId",
                               "configurationItemVersion", "configurationItemStatus"}) {
        const int slot = layout.slot(name);
        std::string want = plain.records[0].text(slot);
        if (std::string_view(name) == "relationships" && r.text(slot).find("\"name\"") != std::string::npos) {
          EXPECT_NE(r.text(slot).find(R"("name":"Is contained in Vpc")"), std::string::npos) << c.name;
          continue;
        }
        EXPECT_EQ(r.text(slot), want) << c.name << " " << name;
      }
      const std::string when = r.text(layout.slot("configurationItemCaptureTime"));
      EXPECT_EQ(parse_log_time(when), parse_log_time("2023-07-10T11:42:31.123Z")) << c.name << " " << when;
    }
  }
}

TEST(ConfigItemForms, AChangeKeepsItsDifferences) {
  const int slot = layout_of(*find_log_type("config")).slot("configurationItemDiff");
  const Reading got = read_whole(notification(kItem));
  ASSERT_EQ(got.records.size(), 1U);
  EXPECT_EQ(got.records[0].text(slot), R"({"changedProperties":{},"changeType":"UPDATE"})");
}

TEST(ConfigSnapshot, LongerThanTheWindowIsReadInPieces) {
  std::string text = R"({"fileVersion":"1.0","configSnapshotId":"s","configurationItems":[)";
  std::size_t n = 0;
  for (; text.size() < kMaxRecordBytes + 4096; ++n) text += (n > 0 ? "," : "") + kItem;
  text += "]}";
  const Reading got = read_stream(text, 65536);
  EXPECT_EQ(got.records.size(), n);
  EXPECT_EQ(got.report.rejected, 0U);
  EXPECT_TRUE(got.report.diagnostics.empty());
}

}  // namespace
}  // namespace backtrail::sources
