#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>

#include "case/cli_fixture.h"

namespace backtrail::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Flow logs in version 2, each line at a second from the beginning.
class CliFlows : public CliCase {
 protected:
  void SetUp() override {
    CliCase::SetUp();
    std::filesystem::create_directories(path("flows"));
  }
  void flow(const std::string& src, const std::string& dst, int sport, int dport, int packets, int bytes, int at,
            const std::string& action = "ACCEPT", const std::string& eni = "eni-1") {
    const int t = 1770000000 + at;
    text_ += "2 111122223333 " + eni + " " + src + " " + dst + " " + std::to_string(sport) + " " + std::to_string(dport) +
             " 6 " + std::to_string(packets) + " " + std::to_string(bytes) + " " + std::to_string(t) + " " +
             std::to_string(t + 50) + " " + action + " OK\n";
  }
  void import_all() {
    write("flows/f.log", text_);
    ASSERT_EQ(run({"import", path("flows")}).code, 0);
  }
  std::string text_{};
};

TEST_F(CliFlows, PutsBothDirectionsTogetherAndCountsAFlowOnce) {
  // The interfaces of both ends recorded it.
  for (const char* eni : {"eni-1", "eni-2"}) {
    flow("10.0.1.8", "10.0.2.8", 50500, 5432, 50, 10000, 0, "ACCEPT", eni);
    flow("10.0.2.8", "10.0.1.8", 5432, 50500, 40, 99000, 5, "ACCEPT", eni);
  }
  import_all();
  const Json got = json({"flows"});
  EXPECT_EQ(got["schema"].as_string(), "backtrail.flows/1");
  EXPECT_EQ(got["view"].as_string(), "talkers");
  ASSERT_EQ(got["connections"].as_array().size(), 1U) << got.dump_pretty();
  const Json& c = got["connections"].as_array()[0];
  EXPECT_EQ(c["client"].as_string(), "10.0.1.8");
  EXPECT_EQ(c["server"].as_string(), "10.0.2.8");
  EXPECT_EQ(c["service"].as_string(), "postgresql");
  EXPECT_EQ(c["bytes_sent"].as_uint(), 10000U);
  EXPECT_EQ(c["bytes_received"].as_uint(), 99000U);
  EXPECT_EQ(c["records"].as_uint(), 2U);
  EXPECT_FALSE(c["from_outside"].as_bool());
}

TEST_F(CliFlows, WhatAnotherInterfaceRecordedInAnotherHourIsNotLost) {
  flow("10.0.1.8", "198.51.100.9", 40000, 443, 10, 1000, 0, "ACCEPT", "eni-1");
  // Two hours later the address has moved; a gateway's interface recorded it as well, less of it.
  flow("10.0.1.8", "198.51.100.9", 40001, 443, 50, 5000, 7200, "ACCEPT", "eni-2");
  flow("10.0.1.8", "198.51.100.9", 40001, 443, 49, 4900, 7200, "ACCEPT", "eni-3");
  flow("198.51.100.9", "10.0.1.8", 443, 40001, 5, 700, 7205, "ACCEPT", "eni-3");
  import_all();
  const Json got = json({"flows"});
  ASSERT_EQ(got["connections"].as_array().size(), 1U) << got.dump_pretty();
  const Json& c = got["connections"].as_array()[0];
  EXPECT_EQ(c["bytes_sent"].as_uint(), 1000U + 4900U) << "of each hour, the interface with the most bytes both ways";
  EXPECT_EQ(c["bytes_received"].as_uint(), 700U);
  EXPECT_EQ(c["packets"].as_uint(), 10U + 49U + 5U);
  EXPECT_EQ(c["records"].as_uint(), 3U);
  EXPECT_EQ(c["accepted"].as_uint(), 3U);
  EXPECT_EQ(c["connections"].as_uint(), 2U) << "a port that two interfaces saw is one";
  EXPECT_EQ(c["first"].as_string(), "2026-02-02T02:40:00Z");
  EXPECT_EQ(c["last"].as_string(), "2026-02-02T04:40:05Z");
  const Json out = json({"flows", "outbound"});
  ASSERT_EQ(out["outbound"].as_array().size(), 1U) << out.dump_pretty();
  EXPECT_EQ(out["outbound"].as_array()[0]["bytes"].as_uint(), 1000U + 5000U);
}

TEST_F(CliFlows, ABeaconThatBothEndsRecordedSendsItsBytesOnce) {
  for (const char* eni : {"eni-1", "eni-2"})
    for (int i = 0; i < 10; ++i) flow("10.0.1.5", "10.0.9.9", 40000 + i, 443, 10, 1200, i * 300, "ACCEPT", eni);
  import_all();
  const Json got = json({"flows", "beacons"});
  ASSERT_EQ(got["beacons"].as_array().size(), 1U) << got.dump_pretty();
  EXPECT_EQ(got["beacons"].as_array()[0]["bytes_each"].as_double(), 1200.0);
}

TEST_F(CliFlows, ARecordDeliveredAgainCountsOnce) {
  for (int day = 0; day < 5; ++day)
    flow("10.0.1.8", "198.51.100.9", 40000 + day, 443, 50, 10000, day * 86400);
  const std::string first = text_;
  const gzFile packed = gzopen(path("flows/f.log.gz").c_str(), "wb");
  ASSERT_EQ(gzwrite(packed, first.data(), static_cast<unsigned>(first.size())), static_cast<int>(first.size()));
  ASSERT_EQ(gzclose(packed), Z_OK);
  flow("10.0.1.8", "198.51.100.9", 40000, 443, 50, 10000, 0, "REJECT");
  import_all();
  const Json got = json({"flows"});
  ASSERT_EQ(got["connections"].as_array().size(), 1U) << got.dump_pretty();
  const Json& c = got["connections"].as_array()[0];
  EXPECT_EQ(c["bytes_sent"].as_uint(), 50000U);
  EXPECT_EQ(c["records"].as_uint(), 6U);
  EXPECT_EQ(c["rejected"].as_uint(), 1U) << "an action of its own is a record of its own";
  EXPECT_EQ(got["limits"]["records"].as_uint(), 11U) << "what the case holds";
  EXPECT_EQ(got["limits"]["repeated"].as_uint(), 5U);
  EXPECT_EQ(json({"flows", "outbound"})["outbound"].as_array()[0]["bytes"].as_uint(), 10000U);
  EXPECT_THAT(run({"flows"}).out, HasSubstr("5 records delivered again"));
  EXPECT_EQ(json({"flows", "--from", "2026-02-06"})["limits"]["repeated"].as_uint(), 1U) << "of the window";
}

TEST_F(CliFlows, RecordsThatTheirFormatCannotTellApartAreAllKept) {
  const std::string format = "${srcaddr} ${dstaddr} ${dstport} ${protocol} ${packets} ${bytes} ${start} ${end} ${action}";
  for (int i = 0; i < 3; ++i) text_ += "10.0.1.8 198.51.100.9 443 6 50 10000 1770000000 1770000060 ACCEPT\n";
  write("flows/f.log", text_);
  ASSERT_EQ(run({"import", path("flows"), "--format", format}).code, 0);
  const Json got = json({"flows"});
  ASSERT_EQ(got["connections"].as_array().size(), 1U) << got.dump_pretty();
  EXPECT_EQ(got["connections"].as_array()[0]["records"].as_uint(), 3U);
  EXPECT_EQ(got["limits"]["repeated"].as_uint(), 0U);
}

TEST_F(CliFlows, AccessIsWhatAnsweredAnAddressOutside) {
  flow("203.0.113.7", "10.0.1.20", 50000, 22, 200, 30000, 0);
  flow("10.0.1.20", "203.0.113.7", 22, 50000, 180, 90000, 0);
  flow("203.0.113.8", "10.0.1.20", 50001, 22, 1, 40, 0, "REJECT");   // refused
  flow("203.0.113.9", "10.0.1.20", 50001, 3389, 1, 40, 0);           // let in, not answered
  flow("10.0.1.9", "10.0.1.20", 50001, 22, 100, 4000, 0);            // from inside
  flow("10.0.1.20", "10.0.1.9", 22, 50001, 100, 4000, 0);
  flow("203.0.113.7", "10.0.1.20", 50002, 443, 100, 4000, 0);        // no remote access
  flow("10.0.1.20", "203.0.113.7", 443, 50002, 100, 4000, 0);
  import_all();
  const Json got = json({"flows", "access"});
  ASSERT_EQ(got["connections"].as_array().size(), 1U) << got.dump_pretty();
  EXPECT_EQ(got["connections"].as_array()[0]["client"].as_string(), "203.0.113.7");
  EXPECT_EQ(got["connections"].as_array()[0]["port"].as_uint(), 22U);
  // An own network is inside.
  ASSERT_EQ(run({"case", "set", "--network", "203.0.113.0/24"}).code, 0);
  EXPECT_TRUE(json({"flows", "access"})["connections"].as_array().empty());
}

TEST_F(CliFlows, ScansOfPortsAndOfHosts) {
  for (int p = 1; p <= 30; ++p) flow("203.0.113.66", "10.0.1.20", 51000, p, 1, 40, p, "REJECT");
  for (int h = 0; h < 25; ++h) flow("10.0.1.9", "10.0.3." + std::to_string(h), 52000 + h, 445, 2, 80, h, "REJECT");
  // as many ports in a day
  for (int p = 1; p <= 30; ++p) flow("203.0.113.67", "10.0.1.20", 51000, p, 1, 40, p * 2000, "REJECT");
  // a server with many clients
  for (int i = 0; i < 60; ++i) flow("10.0.1.50", "10.0.4.1", 443, 40000 + i, 3, 200, i);
  import_all();
  const Json got = json({"flows", "scans"});
  const Json::Array& scans = got["scans"].as_array();
  ASSERT_EQ(scans.size(), 2U) << got.dump_pretty();
  EXPECT_EQ(scans[0]["source"].as_string(), "203.0.113.66");
  EXPECT_EQ(scans[0]["target"].as_string(), "10.0.1.20");
  EXPECT_EQ(scans[0]["ports"].as_uint(), 30U);
  EXPECT_TRUE(scans[0]["port"].is_null());
  EXPECT_EQ(scans[1]["source"].as_string(), "10.0.1.9");
  EXPECT_EQ(scans[1]["port"].as_uint(), 445U);
  EXPECT_EQ(scans[1]["hosts"].as_uint(), 25U);
  EXPECT_TRUE(scans[1]["target"].is_null());
  EXPECT_EQ(json({"flows", "scans", "--least", "26"})["scans"].as_array().size(), 1U);
}

TEST_F(CliFlows, BeaconsComeAtEvenDistances) {
  int wander = 0;
  for (int i = 0; i < 20; ++i) {
    flow("10.0.1.5", "198.51.100.9", 40000 + i, 443, 10, 1200, i * 300 + i % 3 * 10);
    flow("10.0.1.6", "198.51.100.10", 40000 + i, 443, 10, 1200, wander += 20 + i * i * 37 % 900);
    flow("10.0.1.7", "198.51.100.11", 45000, 443, 100, 12000, i * 60);  // one long connection, cut into records
    flow("10.0.1.4", "10.0.9.9", 43000 + i, 80, 10, 1200, i * 30);      // a health check inside
  }
  import_all();
  const Json got = json({"flows", "beacons"});
  const Json::Array& beacons = got["beacons"].as_array();
  ASSERT_EQ(beacons.size(), 2U) << got.dump_pretty();
  EXPECT_EQ(beacons[0]["client"].as_string(), "10.0.1.5") << "those to outside come first";
  EXPECT_TRUE(beacons[0]["to_outside"].as_bool());
  EXPECT_EQ(beacons[0]["connections"].as_uint(), 20U);
  EXPECT_NEAR(beacons[0]["interval_seconds"].as_double(), 300, 10);
  EXPECT_GE(beacons[0]["regular"].as_double(), 0.95);
  EXPECT_EQ(beacons[1]["client"].as_string(), "10.0.1.4");
  EXPECT_TRUE(json({"flows", "beacons", "--least", "21"})["beacons"].as_array().empty());
}

TEST_F(CliFlows, OutboundIsSetAgainstTheHostsOtherDays) {
  for (int day = 0; day < 5; ++day)
    flow("10.0.1.30", "198.51.100.77", 40100, 443, 1000, day == 4 ? 5000000 : 100000, day * 86400);
  flow("10.0.1.31", "198.51.100.77", 40100, 443, 1000, 9000000, 0);  // no history
  flow("198.51.100.77", "10.0.1.30", 443, 40100, 1000, 90000000, 0);  // inbound
  flow("10.0.1.30", "198.51.100.78", 40100, 443, 10, 90000000, 0, "REJECT");
  import_all();
  const Json got = json({"flows", "outbound"});
  const Json::Array& days = got["outbound"].as_array();
  ASSERT_EQ(days.size(), 6U) << got.dump_pretty();
  EXPECT_EQ(days[0]["day"].as_string(), "2026-02-06");
  EXPECT_EQ(days[0]["factor"].as_double(), 50.0);
  EXPECT_EQ(days[0]["usual"].as_double(), 100000.0);
  EXPECT_EQ(days[5]["host"].as_string(), "10.0.1.31");
  EXPECT_TRUE(days[5]["factor"].is_null());
}

TEST_F(CliFlows, PeersAreJoinedToInstancesAndFindings) {
  flow("203.0.113.7", "10.0.1.20", 50000, 22, 200, 30000, 0);
  flow("10.0.1.20", "203.0.113.7", 22, 50000, 180, 90000, 0);
  flow("10.0.1.9", "10.0.1.77", 50001, 443, 100, 4000, 0);
  text_ += "2 111122223333 eni-1 - - - - - - - 1770000000 1770000060 - SKIPDATA\n";
  text_ += "2 111122223333 eni-1 - - - - - - - 1770000000 1770000060 - NODATA\n";
  write("flows/run.json",
        R"({"Records":[{"eventVersion":"1.08","eventID":"00000000-0000-4000-8000-0000000000aa","eventTime":"2026-02-01T00:00:00Z",)"
        R"("eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"us-east-1","userIdentity":{"type":"IAMUser",)"
        R"("arn":"arn:aws:iam::111122223333:user/eve","accountId":"111122223333"},"responseElements":{"instancesSet":{"items":[)"
        R"({"instanceId":"i-0123","privateIpAddress":"10.0.1.20"}]}}}]})");
  import_all();
  ASSERT_EQ(run({"detect"}).code, 0);
  const Json got = json({"flows", "--address", "10.0.1.20"});
  EXPECT_EQ(got["view"].as_string(), "peers");
  ASSERT_EQ(got["connections"].as_array().size(), 1U) << got.dump_pretty();
  const Json::Array& known = got["addresses"].as_array();
  ASSERT_EQ(known.size(), 2U);
  EXPECT_EQ(known[0]["address"].as_string(), "10.0.1.20");
  EXPECT_EQ(known[0]["instance"].as_string(), "i-0123");
  EXPECT_EQ(known[0]["known_by"].as_string(), "CloudTrail");
  EXPECT_EQ(known[0]["started_by"].as_string(), "arn:aws:iam::111122223333:user/eve");
  EXPECT_EQ(known[1]["address"].as_string(), "203.0.113.7");
  EXPECT_FALSE(known[1]["findings"].as_array().empty()) << "the rule on remote sessions from outside";
  EXPECT_EQ(got["limits"]["skipdata"].as_uint(), 1U);
  EXPECT_EQ(got["limits"]["nodata"].as_uint(), 1U);
  const auto text = run({"flows", "peers", "--address", "10.0.1.20"});
  EXPECT_THAT(text.out, HasSubstr("i-0123 (CloudTrail), started by"));
  EXPECT_THAT(text.out, HasSubstr("SKIPDATA"));
  EXPECT_THAT(text.out, Not(HasSubstr("10.0.1.77")));
}

TEST_F(CliFlows, RefusesWhatItCannotAnswer) {
  flow("10.0.1.9", "10.0.1.77", 50001, 443, 100, 4000, 0);
  import_all();
  EXPECT_EQ(run({"flows", "peers"}).code, 2);
  EXPECT_EQ(run({"flows", "--address", "10.0.0.0/8"}).code, 2);
  EXPECT_EQ(run({"flows", "everything"}).code, 2);
}

}  // namespace
}  // namespace backtrail::cli
