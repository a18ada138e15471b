#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "case/cli_fixture.h"
#include "case/config_fixture.h"

namespace backtrail::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::config_file;
using testing::config_item;
using testing::kClosedRules;
using testing::kOpenRules;

class CliHistory : public CliCase {
 protected:
  void SetUp() override {
    CliCase::SetUp();
    // At 08:05, a call that names the group; an item captured two minutes later.
    write("logs/ingress.json", "[" + record(5, "AuthorizeSecurityGroupIngress", R"({"groupId":"sg-1","cidrIp":"0.0.0.0/0"})") +
                                   "," + record(6, "AuthorizeSecurityGroupIngress", R"({"groupId":"sg-12"})") + "]");
    const std::string closed = config_item({.time = "2026-01-30T08:00:00Z", .rules = kClosedRules});
    const std::string open = config_item({.time = "2026-01-31T08:07:00.5Z",
                                          .rules = kOpenRules,
                                          .related = R"(["00000000-0000-4000-8000-000000000003"])",
                                          .tags = R"({"Name":"x"})",
                                          .state = "2"});
    write("logs/history.json", config_file(closed + "," + open));
    write("logs/snapshot.json", config_file(open + "\n"));
    ASSERT_EQ(run({"import", path("logs")}).code, 0);
  }
};

TEST_F(CliHistory, ShowsStatesChangesAndWhoMadeThem) {
  const Json got = json({"history", "sg-1"});
  const Json::Array& items = got["items"].as_array();
  ASSERT_EQ(items.size(), 2U) << got.dump_pretty();
  EXPECT_TRUE(items[0]["first"].as_bool());
  EXPECT_TRUE(items[0]["changes"].as_array().empty());
  EXPECT_EQ(items[1]["time"].as_string(), "2026-01-31T08:07:00.500000Z");
  std::string changes;
  for (const Json& c : items[1]["changes"].as_array())
    changes += c["path"].as_string() + ": " + c["from"].dump() + " > " + c["to"].as_string() + "\n";
  EXPECT_EQ(changes, "configuration.ipPermissions[]: null > "
                     R"({"ipProtocol":"tcp","fromPort":22,"toPort":22,"ipRanges":["0.0.0.0/0"]})"
                     "\ntags.Name: null > x\n");
  std::string events;
  for (const Json& e : items[1]["events"].as_array()) events += e["action"].as_string() + " ";
  EXPECT_EQ(events, "StopLogging AuthorizeSecurityGroupIngress ") << "the related event, and the call on sg-1 alone";
  EXPECT_TRUE(got["events"].as_array().empty());
}

TEST_F(CliHistory, TellsTheStateThen) {
  for (const char* name : {"sg-1", "web", "arn:aws:ec2:us-east-1:111122223333:security-group/sg-1"}) {
    const Json got = json({"history", name, "--at", "2026-01-31"});
    ASSERT_EQ(got["states"].as_array().size(), 1U) << name;
    const Json& content = got["states"].as_array()[0]["content"];
    EXPECT_EQ(content["configuration"]["ipPermissions"].dump(), kClosedRules);
    EXPECT_EQ(content["relationships"].as_array()[0]["resourceId"].as_string(), "vpc-1");
  }
  EXPECT_TRUE(json({"history", "sg-1", "--at", "2026-01-29"})["states"].as_array().empty());
  const auto text = run({"history", "sg-1", "--at", "2026-01-31"});
  EXPECT_THAT(text.out, HasSubstr("the first state that is known"));
  EXPECT_THAT(text.out, HasSubstr("State at 2026-01-31 00:00:00"));
}

TEST_F(CliHistory, WithoutItemsListsTheEventsThatNameIt) {
  const Json got = json({"history", "sg-12"});
  EXPECT_TRUE(got["items"].as_array().empty());
  ASSERT_EQ(got["events"].as_array().size(), 1U);
  EXPECT_EQ(got["events"].as_array()[0]["event_id"].as_string(), "00000000-0000-4000-8000-000000000006");
  const auto nothing = run({"history", "sg-123"});
  EXPECT_EQ(nothing.code, 0);
  EXPECT_THAT(nothing.err, HasSubstr("Nothing in the case names"));
}

/// `text` with all of `from` as `to`.
std::string with(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

TEST_F(CliHistory, ResourcesOfOneNameGetTheirOwnCalls) {
  constexpr int kMany = 500;
  std::string calls, items;
  for (int i = 0; i < kMany; ++i) {
    const std::string id = "sg-" + std::to_string(100'000 + i);
    const std::string call = record(5, "AuthorizeSecurityGroupIngress", R"({"groupId":")" + id + R"("})");
    calls += (i ? "," : "") + with(call, "00000000-0000-4000-8000-000000000005", "call-" + id);
    for (const char* time : {"2026-01-31T08:06:00Z", "2026-01-31T08:08:00Z"}) {
      const std::string item = config_item({.time = time, .rules = time[15] == '6' ? kClosedRules : kOpenRules});
      items += (items.empty() ? "" : ",") + with(with(item, "sg-1", id), "\"web\"", "\"shared\"");
    }
  }
  // By its ARN between the two captures, and by the name they share.
  const std::string arn = "arn:aws:ec2:us-east-1:111122223333:security-group/sg-100007";
  calls += "," + with(record(7, "RevokeSecurityGroupIngress", R"({"arn":")" + arn + R"("})"),
                      "00000000-0000-4000-8000-000000000007", "by-arn");
  calls += "," + with(record(4, "CreateSecurityGroup", R"({"groupName":"shared"})"),
                      "00000000-0000-4000-8000-000000000004", "by-name");
  fs::create_directories(path("many"));
  write("many/calls.json", "[" + calls + "]");
  write("many/items.json", config_file(items));
  ASSERT_EQ(run({"import", path("many")}).code, 0);
  const Json got = json({"history", "shared"});
  ASSERT_EQ(got["items"].as_array().size(), 2U * kMany);
  for (const Json& item : got["items"].as_array()) {
    const std::string& id = item["id"].as_string();
    std::string events;
    for (const Json& e : item["events"].as_array()) events += e["event_id"].as_string() + " ";
    const bool is_first = item["first"].as_bool();
    EXPECT_EQ(events, is_first ? "by-name call-" + id + " " : id == "sg-100007" ? "by-arn " : "") << id;
  }
}

TEST_F(CliHistory, RefusesAnUnreadableTime) {
  EXPECT_EQ(run({"history", "sg-1", "--at", "yesterday-ish"}).code, 2);
  EXPECT_EQ(run({"history"}).code, 2);
}

TEST_F(CliHistory, TimelineFiltersByResourceAddressSourceAndLevel) {
  const auto count = [&](std::vector<std::string> filter) {
    filter.insert(filter.begin(), "timeline");
    return json(filter)["events"].as_array().size();
  };
  EXPECT_EQ(count({"--resource", "sg-1"}), 4U) << "a call, two items and the snapshot's copy";
  EXPECT_EQ(count({"--resource", "sg"}), 0U);
  EXPECT_EQ(count({"--source", "config"}), 3U);
  EXPECT_EQ(count({"--source", "iam"}), 4U);
  EXPECT_EQ(count({"--source", "cloudtrail"}), 5U);
  EXPECT_EQ(count({"--address", "198.51.100.7"}), 5U);
  EXPECT_EQ(count({"--address", "198.51.100.70"}), 0U);
  EXPECT_LT(count({"--level", "critical"}), count({"--level", "low"}));
  EXPECT_EQ(count({"--findings"}), count({"--level", "informational"}));
}

TEST_F(CliHistory, CoverageTellsTheCallsThatTurnEachLogOff) {
  int minute = 10;
  std::string records;
  const auto call = [&](const std::string& source, const std::string& name, const std::string& parameters) {
    std::string one = record(0, name, parameters);
    const std::string now = std::to_string(minute++);
    one.replace(one.find("T08:00"), 6, "T08:" + now);
    one.replace(one.find("-000000000000") + 11, 2, now);
    one.replace(one.find("iam.amazonaws.com"), 3, source);
    records += (records.empty() ? "" : ",") + one;
  };
  call("cloudfront", "UpdateDistribution", R"({"distributionConfig":{"logging":{"enabled":false}}})");
  call("cloudfront", "DeleteRealtimeLogConfig", R"({"name":"x"})");
  call("route53", "DeleteQueryLoggingConfig", R"({"id":"x"})");
  call("route53", "CreateQueryLoggingConfig", R"({"hostedZoneId":"Z1"})");
  call("globalaccelerator", "UpdateAcceleratorAttributes", R"({"flowLogsEnabled":false})");
  call("elasticloadbalancing", "ModifyLoadBalancerAttributes", R"({"attributes":[{"key":"access_logs.s3.enabled","value":"false"}]})");
  call("elasticloadbalancing", "ModifyLoadBalancerAttributes", "null");
  call("s3", "PutBucketLogging", R"({"bucketName":"x"})");
  // No switches:
  call("elasticloadbalancing", "ModifyLoadBalancerAttributes", R"({"attributes":[{"key":"idle_timeout.timeout_seconds","value":"9"}]})");
  call("example", "UpdateDistribution", R"({})");  // another service's call of this name
  call("cloudfront", "GetDistribution", R"({})");
  fs::create_directories(path("more"));
  write("more/calls.json", "[" + records + "]");
  ASSERT_EQ(run({"import", path("more")}).code, 0);
  std::string got;
  const Json coverage = json({"coverage"});
  for (const Json& s : coverage["switches"].as_array())
    if (s["action"].as_string() != "StopLogging") got += s["action"].as_string() + " ";  // the fixture's
  EXPECT_EQ(got, "UpdateDistribution DeleteRealtimeLogConfig DeleteQueryLoggingConfig CreateQueryLoggingConfig "
                 "UpdateAcceleratorAttributes ModifyLoadBalancerAttributes ModifyLoadBalancerAttributes PutBucketLogging ");
}

TEST_F(CliHistory, CoverageTellsGapsAndWhatIsAbsent) {
  fs::create_directories(path("more"));
  write("more/111122223333_CloudTrail_us-east-1_20260131T2200Z_x.json", "[" + record(7, "GetUser", "null") + "]");
  ASSERT_EQ(run({"import", path("more")}).code, 0);
  const Json got = json({"coverage"});
  std::string streams;
  for (const Json& s : got["streams"].as_array())
    streams += s["region"].as_string() + " " + s["log"].as_string() + " " + s["records"].dump() + " days " +
               s["days"].dump() + "-" + s["days_without"].dump() + " hours " + s["hours"].dump() + "-" +
               s["hours_without"].dump() + " gaps " + std::to_string(s["gaps"].as_array().size()) +
               (s["begins_late"].as_bool() ? " late" : "") + (s["ends_early"].as_bool() ? " early" : "") + "\n";
  EXPECT_EQ(streams, "us-east-1 cloudtrail 6 days 1-0 hours 1-0 gaps 0 late\n"
                     "us-east-1 config 3 days 2-0 hours 2-23 gaps 1\n");
  EXPECT_EQ(got["days"].as_array().size(), 3U);
  ASSERT_EQ(got["late"].as_array().size(), 1U);
  EXPECT_EQ(got["late"].as_array()[0]["delivered"].as_string(), "2026-01-31T22:00:00Z");
  ASSERT_EQ(got["switches"].as_array().size(), 1U);
  EXPECT_EQ(got["switches"].as_array()[0]["action"].as_string(), "StopLogging");
  EXPECT_THAT(got["absent"].dump(), HasSubstr("\"vpcflow\""));
  EXPECT_THAT(got["absent"].dump(), Not(HasSubstr("\"iam_entities\""))) << "a state, not a log";
  EXPECT_TRUE(got["filtered_out"].as_array().empty());
  const auto missing = [&](std::vector<std::string> filter) {
    filter.insert(filter.begin(), "coverage");
    const Json c = json(filter);
    const Json::Array& absent = c["absent"].as_array();
    const bool lists_vpcflow = std::find(absent.begin(), absent.end(), Json("vpcflow")) != absent.end();
    return c["filtered_out"].dump() + (lists_vpcflow ? " no vpcflow" : "") +
           (c["absent"].dump().find("\"config\"") != std::string::npos ? " no config" : "");
  };
  EXPECT_EQ(missing({"--account", "444455556666"}), R"(["cloudtrail","config"] no vpcflow)");
  EXPECT_EQ(missing({"--region", "eu-west-1"}), R"(["cloudtrail","config"] no vpcflow)");
  EXPECT_EQ(missing({"--to", "2026-01-31"}), R"(["cloudtrail"] no vpcflow)") << "a configuration item of the 30th";
  EXPECT_EQ(missing({"--source", "cloudtrail"}), "[]") << "others were not asked for";
  EXPECT_EQ(missing({"--source", "config", "--region", "eu-west-1"}), R"(["config"])");
  EXPECT_EQ(missing({"--source", "vpcflow"}), "[] no vpcflow");
  EXPECT_THAT(run({"coverage", "--region", "eu-west-1"}).out, HasSubstr("not in this window, account and region\n  cloudtrail, config\n"));
  EXPECT_TRUE(json({"coverage", "--gap", "48"})["streams"].as_array()[1]["gaps"].as_array().empty());
  EXPECT_TRUE(json({"coverage", "--late", "1440"})["late"].as_array().empty());
  const auto csv = run({"coverage", "--days", "--output", "csv"});
  EXPECT_EQ(csv.out, "account,region,log,day,records,hours\r\n"
                     "111122223333,us-east-1,cloudtrail,2026-01-31,6,1\r\n"
                     "111122223333,us-east-1,config,2026-01-30,1,1\r\n"
                     "111122223333,us-east-1,config,2026-01-31,2,1\r\n");
  EXPECT_THAT(run({"coverage"}).out, HasSubstr("Gaps"));
}

}  // namespace
}  // namespace backtrail::cli
