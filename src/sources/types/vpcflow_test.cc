#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/json.h"
#include "base/test_data.h"
#include "sources/testing.h"
#include "sources/types/vpcflow_format.h"

namespace backtrail::sources {
namespace {

using testing::OwnedRecord;
using testing::Reading;

std::string reasons_of(const Reading& reading) {
  std::string out;
  for (const Diagnostic& d : reading.report.diagnostics) out += (out.empty() ? "" : ",") + d.reason;
  return out;
}

/// What the record holds, as `field=value` in the table's order; absent ones left out.
std::string fields_of(const OwnedRecord& record) {
  std::string out;
  for (std::size_t f = 0; f < detail::kFlowFields.size(); ++f) {
    const auto& value = record.values[f + 1];
    if (!value.text.empty()) out += std::string(detail::kFlowFields[f].name) + "=" + value.text + " ";
  }
  if (!out.empty()) out.pop_back();
  return out;
}

Reading read_with(std::string_view text, const std::string& format) {
  return testing::read_whole_with(text, {.read = {.flow_format = format}});
}

struct FlowCase {
  const char* name;
  std::string text;
  std::string format;
  std::uint64_t kept;
  std::uint64_t rejected;
  const char* reasons;
  const char* first;  // fields of the first record
};

class VpcFlow : public ::testing::TestWithParam<FlowCase> {};

TEST_P(VpcFlow, IsReadAsItsFormatSays) {
  const FlowCase& c = GetParam();
  const Reading got = read_with(c.text, c.format);
  EXPECT_EQ(got.records.size(), c.kept);
  EXPECT_EQ(got.report.rejected, c.rejected);
  EXPECT_EQ(reasons_of(got), c.reasons);
  if (!got.records.empty()) {
    EXPECT_EQ(got.records[0].type, "vpcflow");
    EXPECT_EQ(fields_of(got.records[0]), c.first);
  }
}

const char* const kDefaultFields =
    "version=2 account-id=123456789010 interface-id=eni-1 srcaddr=10.0.0.1 dstaddr=10.0.0.2 srcport=1 dstport=22 "
    "protocol=6 packets=20 bytes=4249 start=1418530010 end=1418530070 action=ACCEPT log-status=OK";
const std::string kDefault =
    "2 123456789010 eni-1 10.0.0.1 10.0.0.2 1 22 6 20 4249 1418530010 1418530070 ACCEPT OK\n";

INSTANTIATE_TEST_SUITE_P(
    All, VpcFlow,
    ::testing::Values(
        FlowCase{"default", kDefault, "", 1, 0, "", kDefaultFields},
        FlowCase{"default_although_a_format_is_given", kDefault, "${action} ${log-status}", 1, 0, "", kDefaultFields},
        FlowCase{"no_data", "2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - NODATA\n", "", 1, 0, "",
                 "version=2 account-id=123456789010 interface-id=eni-1 start=1431280876 end=1431280934 "
                 "log-status=NODATA"},
        FlowCase{"skip_data", "2 123456789010 eni-1 - - - - - - - 1431280876 1431280934 - SKIPDATA\n", "", 1, 0, "",
                 "version=2 account-id=123456789010 interface-id=eni-1 start=1431280876 end=1431280934 "
                 "log-status=SKIPDATA"},
        FlowCase{"header", "end start action log-status interface_id\n1418530070 1418530010 REJECT OK eni-1\n", "", 1,
                 0, "", "interface-id=eni-1 start=1418530010 end=1418530070 action=REJECT log-status=OK"},
        FlowCase{"header_as_a_format", "${interface-id} ${action}\neni-1 ACCEPT\n", "", 1, 0, "",
                 "interface-id=eni-1 action=ACCEPT"},
        FlowCase{"a_second_header_counts", "interface-id action\neni-1 ACCEPT\naction interface-id\nREJECT eni-2\n", "",
                 2, 0, "", "interface-id=eni-1 action=ACCEPT"},
        FlowCase{"version_5_all_fields",
                 "5 123456789010 eni-1 10.0.1.2 10.0.0.5 1024 80 6 1 60 1620140661 1620140721 ACCEPT OK vpc-1 subnet-1 "
                 "i-1 2 IPv4 10.0.1.2 52.1.2.3 us-east-1 use1-az4 - - - S3 egress 8\n",
                 "", 1, 0, "",
                 "version=5 account-id=123456789010 interface-id=eni-1 srcaddr=10.0.1.2 dstaddr=10.0.0.5 srcport=1024 "
                 "dstport=80 protocol=6 packets=1 bytes=60 start=1620140661 end=1620140721 action=ACCEPT "
                 "log-status=OK vpc-id=vpc-1 subnet-id=subnet-1 instance-id=i-1 tcp-flags=2 type=IPv4 "
                 "pkt-srcaddr=10.0.1.2 pkt-dstaddr=52.1.2.3 region=us-east-1 az-id=use1-az4 pkt-dst-aws-service=S3 "
                 "flow-direction=egress traffic-path=8"},
        FlowCase{"inferred", "REJECT eni-1 1418530010 OK 1418530070 vpc-1\n", "", 1, 0, "",
                 "interface-id=eni-1 start=1418530010 end=1418530070 action=REJECT log-status=OK vpc-id=vpc-1"},
        FlowCase{"inferred_from_end_before_start", "1418530070 eni-1 1418530010 ACCEPT\n", "", 1, 0, "",
                 "interface-id=eni-1 start=1418530010 end=1418530070 action=ACCEPT"},
        FlowCase{"inferred_by_a_later_line",
                 "eni-1 1418530010 1418530010 ACCEPT\neni-1 1418530010 1418530070 ACCEPT\n", "", 2, 0, "",
                 "interface-id=eni-1 start=1418530010 end=1418530010 action=ACCEPT"},
        FlowCase{"two_addresses_leave_a_choice", "eni-1 10.0.0.1 10.0.0.2 ACCEPT OK\n", "", 0, 1, "ambiguous_format",
                 ""},
        FlowCase{"equal_times_leave_a_choice", "eni-1 1418530010 1418530010 ACCEPT\n", "", 0, 1, "ambiguous_format",
                 ""},
        FlowCase{"a_format_settles_it", "eni-1 10.0.0.1 10.0.0.2 ACCEPT OK\n",
                 "${interface-id} ${dstaddr} ${srcaddr} ${action} ${log-status}", 1, 0, "",
                 "interface-id=eni-1 srcaddr=10.0.0.2 dstaddr=10.0.0.1 action=ACCEPT log-status=OK"},
        FlowCase{"a_header_beats_the_format", "interface-id action\neni-1 ACCEPT\n", "${action} ${interface-id}", 1, 0,
                 "", "interface-id=eni-1 action=ACCEPT"},
        FlowCase{"transit_gateway",
                 "6 TransitGateway 123456789012 tgw-1 tgw-attach-1 123456789012 210987654321 vpc-1 vpc-2 subnet-1 "
                 "subnet-2 eni-1 eni-2 use1-az1 use1-az2 tgw-attach-2 10.0.0.1 10.0.0.2 1 443 6 5 500 1620140661 "
                 "1620140721 OK IPv4 0 0 0 0 2 us-east-1 ingress - -\n",
                 "", 1, 0, "",
                 "version=6 account-id=123456789012 srcaddr=10.0.0.1 dstaddr=10.0.0.2 srcport=1 dstport=443 protocol=6 "
                 "packets=5 bytes=500 start=1620140661 end=1620140721 log-status=OK tcp-flags=2 type=IPv4 "
                 "region=us-east-1 flow-direction=ingress resource-type=TransitGateway tgw-id=tgw-1 "
                 "tgw-attachment-id=tgw-attach-1 tgw-src-vpc-account-id=123456789012 "
                 "tgw-dst-vpc-account-id=210987654321 tgw-src-vpc-id=vpc-1 tgw-dst-vpc-id=vpc-2 "
                 "tgw-src-subnet-id=subnet-1 tgw-dst-subnet-id=subnet-2 tgw-src-eni=eni-1 tgw-dst-eni=eni-2 "
                 "tgw-src-az-id=use1-az1 tgw-dst-az-id=use1-az2 tgw-pair-attachment-id=tgw-attach-2 "
                 "packets-lost-no-route=0 packets-lost-blackhole=0 packets-lost-mtu-exceeded=0 "
                 "packets-lost-ttl-expired=0"},
        FlowCase{"json", R"({"interface_id":"eni-1","srcaddr":"10.0.0.1","dstaddr":"-","action":"ACCEPT","end":5})", "",
                 1, 0, "", "interface-id=eni-1 srcaddr=10.0.0.1 end=5 action=ACCEPT"},
        FlowCase{"firehose", "{\"message\":\"" + kDefault.substr(0, kDefault.size() - 1) + "\"}\n", "", 1, 0, "",
                 kDefaultFields},
        FlowCase{"a_line_cut_short", kDefault + "2 123456789010 eni-1 10.0.0.1\n", "", 1, 1, "bad_field_count",
                 kDefaultFields},
        FlowCase{"a_field_too_many", kDefault + "2 123456789010 eni-1 10.0.0.1 10.0.0.2 1 22 6 20 1 1 1 ACCEPT OK x\n",
                 "", 1, 1, "bad_field_count", kDefaultFields},
        FlowCase{"a_number_that_is_none",
                 kDefault + "2 123456789010 eni-1 10.0.0.1 10.0.0.2 ssh 22 6 20 1 1418530010 1418530070 ACCEPT OK\n",
                 "", 1, 1, "bad_number", kDefaultFields},
        FlowCase{"free_text", "Phony unsupported log format.\n", "", 0, 0, "", ""},
        FlowCase{"words_that_are_no_flow", "ACCEPT OK then\n", "", 0, 0, "", ""},
        FlowCase{"two_words_of_a_text_are_no_header", "start end\n1418530010 1418530070\n", "", 0, 0, "", ""},
        FlowCase{"text_of_as_many_words_as_the_default",
                 kDefault + "2 of us sat down and then we all went out again to it\n", "", 1, 1, "bad_value",
                 kDefaultFields},
        FlowCase{"an_action_that_is_none",
                 kDefault + "2 123456789010 eni-1 10.0.0.1 10.0.0.2 1 22 6 20 1 1418530010 1418530070 MAYBE OK\n", "", 1,
                 1, "bad_value", kDefaultFields},
        FlowCase{"one_word", "eni-1\n", "", 0, 0, "", ""}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(VpcFlowOcsf, BecomesTheFlowLogsFields) {
  const Reading got = testing::read_whole(
      R"({"metadata":{"product":{"version":"5","name":"Amazon VPC"}},"cloud":{"account_uid":"1","region":"r","zone":"use1-az1"},)"
      R"("src_endpoint":{"port":5,"ip":"10.0.0.1","svc_name":"-"},"dst_endpoint":{"port":443,"ip":"10.0.0.2","interface_uid":"eni-1"},)"
      R"("connection_info":{"protocol_num":6,"direction":"ingress"},"traffic":{"bytes":60,"packets":1},"time":1680171259000,)"
      R"("start_time":1680171259000,"end_time":1680171303000,"class_uid":4001,"action":"Denied","status_code":"OK"})");
  ASSERT_EQ(got.records.size(), 1u);
  EXPECT_EQ(fields_of(got.records[0]),
            "version=5 account-id=1 interface-id=eni-1 srcaddr=10.0.0.1 dstaddr=10.0.0.2 srcport=5 dstport=443 "
            "protocol=6 packets=1 bytes=60 start=1680171259 end=1680171303 action=REJECT log-status=OK "
            "az-id=use1-az1 flow-direction=ingress");
}

TEST(VpcFlowOcsf, OtherNetworkActivityIsNoFlowLog) {
  const Reading got = testing::read_whole(
      R"({"metadata":{"product":{"name":"Other"}},"class_uid":4001,"time":1680171259000})");
  ASSERT_EQ(got.records.size(), 1u);
  EXPECT_NE(got.records[0].type, "vpcflow");
}

struct OptionCase {
  ReadOptions options;
  const char* id;  // "" = good
};
TEST(CheckReadOptions, NamesWhatIsWrong) {
  for (const OptionCase& c : {OptionCase{{}, ""}, OptionCase{{.flow_format = "${version} action"}, ""},
                              OptionCase{{.flow_format = "${verson} ${action}"}, "read.format"},
                              OptionCase{{.flow_format = "action action"}, "read.format"},
                              OptionCase{{.flow_format = " "}, "read.format"}, OptionCase{{.as = "my-app.1"}, ""},
                              OptionCase{{.as = "my app"}, "read.as"}, OptionCase{{.as = "vpcflow"}, "read.as"},
                              OptionCase{{.time_field = "ts"}, "read.time_field"},
                              OptionCase{{.as = "a", .time_field = "ts:ms"}, ""},
                              OptionCase{{.as = "a", .time_field = "ts:min"}, "read.time_field"},
                              OptionCase{{.as = "a", .time_field = "0"}, "read.time_field"}}) {
    const auto got = check(c.options);
    EXPECT_EQ(got ? "" : got.error().id, c.id);
  }
}

/// Fields of Filebeat's and ours. Not compared: what Filebeat makes of other knowledge (places of addresses,
/// names of protocols, its own times, which are the flow's end).
TEST(VpcFlowPeer, FieldsAgreeWithFilebeats) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  constexpr std::pair<const char*, const char*> kShared[] = {
      {"aws.vpcflow.account_id", "account-id"},   {"aws.vpcflow.action", "action"},
      {"aws.vpcflow.interface_id", "interface-id"}, {"aws.vpcflow.log_status", "log-status"},
      {"aws.vpcflow.version", "version"},         {"aws.vpcflow.instance_id", "instance-id"},
      {"aws.vpcflow.vpc_id", "vpc-id"},           {"aws.vpcflow.subnet_id", "subnet-id"},
      {"aws.vpcflow.pkt_srcaddr", "pkt-srcaddr"}, {"aws.vpcflow.pkt_dstaddr", "pkt-dstaddr"},
      {"aws.vpcflow.tcp_flags", "tcp-flags"},     {"aws.vpcflow.type", "type"},
      {"source.address", "srcaddr"},              {"destination.address", "dstaddr"},
      {"source.port", "srcport"},                 {"destination.port", "dstport"},
      {"network.iana_number", "protocol"},        {"source.packets", "packets"},
      {"source.bytes", "bytes"}};
  std::size_t files = 0, compared = 0;
  for (const auto& file : std::filesystem::directory_iterator(data / "elastic/filebeat-aws/vpcflow")) {
    if (file.path().extension() != ".log") continue;
    ++files;
    const auto slurp = [](const std::filesystem::path& path) {
      std::ostringstream out;
      out << std::ifstream(path).rdbuf();
      return out.str();
    };
    const Reading got = testing::read_whole(slurp(file.path()));
    if (file.path().filename() == "bad.log") {
      EXPECT_EQ(got.records.size(), 0u);
      EXPECT_EQ(got.report.kind, FileKind::not_a_log);
      continue;
    }
    const auto expected = Json::parse(slurp(file.path().string() + "-expected.json"));
    ASSERT_TRUE(expected) << file.path();
    // Filebeat makes an empty event of the empty line at the end of one file.
    std::vector<Json> events;
    for (const Json& e : expected->as_array())
      if (e["event.original"].is_string() && e["event.original"].as_string().find(' ') != std::string::npos)
        events.push_back(e);
    ASSERT_EQ(got.records.size(), events.size()) << file.path();
    EXPECT_EQ(reasons_of(got), "");
    for (std::size_t i = 0; i < events.size(); ++i)
      for (const auto& [theirs, ours] : kShared) {
        const Json& value = events[i][theirs];
        const std::string want = value.is_null() ? "" : value.is_string() ? value.as_string() : value.dump();
        EXPECT_EQ(got.records[i].values[detail::flow_field(ours) + 1].text, want) << file.path() << " " << i << " " << theirs;
        compared += !want.empty();
      }
  }
  EXPECT_EQ(files, 8u);
  EXPECT_GT(compared, 150u);
}

}  // namespace
}  // namespace backtrail::sources
