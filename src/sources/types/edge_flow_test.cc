#include <gtest/gtest.h>

#include "base/json.h"
#include "sources/testing_ways.h"

// Route 53's public query logs and Global Accelerator's flow logs.
namespace backtrail::sources {
namespace {

using testing::Reading;
using testing::value;

const std::string kQuery =
    "1.0 2024-03-05T10:00:01.130Z Z123412341234 example.com A NOERROR UDP FRA6 192.0.2.1 198.51.100.0/24";

TEST(Route53, ReadsALine) {
  const Reading r = testing::read_every_way(kQuery + "\n" + kQuery + " next", 9);
  ASSERT_EQ(r.records.size(), 2u);
  const auto& record = r.records[0];
  EXPECT_EQ(record.type, "route53");
  EXPECT_EQ(format_rfc3339(*record.time), "2024-03-05T10:00:01.130000Z");
  EXPECT_EQ(value(record, "hostZoneId"), "Z123412341234");
  EXPECT_EQ(value(record, "queryName"), "example.com");
  EXPECT_EQ(value(record, "responseCode"), "NOERROR");
  EXPECT_EQ(value(record, "resolverIp"), "192.0.2.1");
  EXPECT_EQ(value(record, "ednsClientSubnet"), "198.51.100.0/24");
  EXPECT_EQ(value(r.records[1], "more"), "next");
}

TEST(Route53, ReadsOddNamesAndVersions) {
  const std::pair<const char*, const char*> cases[] = {
      {"1.0 2024-03-05T10:00:01Z Z1ABC *.example.com AAAA NXDOMAIN TCP IAD12 2001:db8::1 -", "*.example.com"},
      {"1.1 2024-03-05T10:00:01.1Z Z1ABC a\\040b.example.com TXT SERVFAIL UDP HIO50-C1 192.0.2.1 -", "a\\040b.example.com"},
      {"1.0 2024-03-05T10:00:01.1Z Z1ABC . NS REFUSED - HIO50-C1 192.0.2.1 2001:db8::/48", "."},
  };
  for (const auto& [text, name] : cases) {
    const Reading r = testing::read_whole(text);
    ASSERT_EQ(r.records.size(), 1u) << text;
    EXPECT_EQ(value(r.records[0], "queryName"), name);
  }
}

TEST(Route53, RefusesWithAReason) {
  const std::pair<const char*, const char*> bad[] = {
      {"1.0 2024-03-05T10:00:01.130Z Z123412341234 example.com A NOERROR UDP FRA6", "bad_field_count"},
      {"1.0 2024-03-05T10:00:01.130Z example.com A NOERROR UDP FRA6 192.0.2.1 - -", "unknown_line"},
      {"1.0 yesterday Z123412341234 example.com A NOERROR UDP FRA6 192.0.2.1 -", "unknown_line"},
      {"1.0 2024-03-05T10:00:01.130Z Z123412341234 example.com A NOERROR QUIC FRA6 192.0.2.1 -", "unknown_line"},
  };
  for (const auto& [text, reason] : bad) {
    const Reading r = testing::read_whole(kQuery + "\n" + text + "\n" + kQuery);
    EXPECT_EQ(r.records.size(), 2u) << text;
    ASSERT_EQ(r.report.diagnostics.size(), 1u) << text;
    EXPECT_EQ(r.report.diagnostics[0].reason, reason) << text;
    EXPECT_EQ(testing::read_whole(text).records.size(), 0u);
  }
}

TEST(Route53, IsReadOutOfCloudWatchLogs) {
  JsonWriter w;
  w.begin_object().field("messageType", "DATA_MESSAGE").field("owner", "111122223333");
  w.field("logGroup", "/aws/route53/example.com").field("logStream", "Z123412341234/FRA6");
  w.key("logEvents").begin_array().begin_object().field("id", "1");
  w.key("timestamp").integer(1709632801130);
  w.field("message", kQuery).end_object().end_array().end_object();
  const Reading r = testing::read_whole(w.take());
  ASSERT_EQ(r.records.size(), 1u);
  EXPECT_EQ(r.records[0].type, "route53");
  EXPECT_EQ(r.records[0].account, "111122223333");
  const Reading exported = testing::read_whole("2024-03-05T10:00:02.000Z " + kQuery);
  ASSERT_EQ(exported.records.size(), 1u);
  EXPECT_EQ(exported.records[0].type, "route53");
  EXPECT_EQ(format_rfc3339(*exported.records[0].time), "2024-03-05T10:00:01.130000Z");
}

const std::string kFlowHeader =
    "version aws_account_id accelerator_id client_ip client_port gip gip_port endpoint_ip endpoint_port protocol "
    "ip_address_type packets bytes start_time end_time action log_status globalaccelerator_source_ip "
    "globalaccelerator_source_port endpoint_region globalaccelerator_region direction vpc_id";
const std::string kFlow =
    "2.0 111122223333 0a1b2c3d-0000-4000-8000-000000000001 198.51.100.7 37760 192.0.2.1 80 10.0.1.2 443 TCP IPV4 3 180 "
    "1709632801 1709632811 ACCEPT OK - 0 eu-west-1 DUB56-1 INGRESS vpc-01";

TEST(GlobalAccelerator, ReadsALineWithAndWithoutHeader) {
  for (const std::string& text : {kFlowHeader + "\n" + kFlow, kFlow}) {
    const Reading r = testing::read_every_way(text, 13);
    ASSERT_EQ(r.records.size(), 1u) << text;
    const auto& record = r.records[0];
    EXPECT_EQ(record.type, "globalaccelerator");
    EXPECT_EQ(record.account, "111122223333");
    EXPECT_EQ(record.region, "eu-west-1");
    EXPECT_EQ(format_rfc3339(*record.time), "2024-03-05T10:00:01Z");
    EXPECT_EQ(value(record, "client_ip"), "198.51.100.7");
    EXPECT_EQ(value(record, "bytes"), "180");
    EXPECT_EQ(value(record, "globalaccelerator_source_ip"), "");
    EXPECT_EQ(value(record, "direction"), "INGRESS");
    EXPECT_EQ(value(record, "vpc_id"), "vpc-01");
  }
}

TEST(GlobalAccelerator, ReadsWhatVersionsHave) {
  const std::string first = "1.0" + kFlow.substr(3, kFlow.find(" INGRESS") - 3);
  EXPECT_EQ(testing::read_whole(first).records.size(), 1u);
  const Reading later = testing::read_whole("3.0" + kFlow.substr(3) + " ACL_DENY x y");
  ASSERT_EQ(later.records.size(), 1u);
  EXPECT_EQ(value(later.records[0], "reject_reason"), "ACL_DENY");
  EXPECT_EQ(value(later.records[0], "more"), "x y");
  const Reading named = testing::read_whole(
      "version aws_account_id accelerator_id client_ip client_port accelerator_ip accelerator_port endpoint_ip packets bytes "
      "start_time\n2.0 111122223333 a 198.51.100.7 1 192.0.2.9 80 10.0.0.1 1 2 1709632801");
  ASSERT_EQ(named.records.size(), 1u);
  EXPECT_EQ(value(named.records[0], "gip"), "192.0.2.9");
}

TEST(GlobalAccelerator, RefusesWithAReason) {
  const auto with = [](std::string_view from, std::string_view to) {
    std::string out = kFlow;
    return out.replace(out.find(from), from.size(), to);
  };
  const std::pair<std::string, const char*> bad[] = {
      {kFlow.substr(0, kFlow.find(" OK")), "bad_field_count"},
      {kFlow + " one more", "bad_field_count"},
      {with("37760", "port"), "bad_number"},
      {with("198.51.100.7", "client.example"), "bad_value"},
      {"Traceback", "bad_field_count"},
  };
  for (const auto& [text, reason] : bad) {
    const Reading r = testing::read_whole(kFlowHeader + "\n" + kFlow + "\n" + text + "\n" + kFlow);
    EXPECT_EQ(r.records.size(), 2u) << text;
    ASSERT_EQ(r.report.diagnostics.size(), 1u) << text;
    EXPECT_EQ(r.report.diagnostics[0].reason, reason) << text;
  }
}

TEST(EdgeFlows, DoNotTakeWhatIsNotTheirs) {
  for (const char* text : {"2.0 111122223333 eni-0123 198.51.100.7 10.0.0.1 1 2 6 1 40 1709632801 1709632811 ACCEPT OK",
                           "1.0 2024-03-05T10:00:01Z started", "the accelerator_id is a word of this line"})
    for (const auto& record : testing::read_whole(text).records) {
      EXPECT_NE(record.type, "globalaccelerator") << text;
      EXPECT_NE(record.type, "route53") << text;
    }
}

}  // namespace
}  // namespace backtrail::sources
