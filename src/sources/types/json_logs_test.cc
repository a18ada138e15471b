#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "base/json.h"
#include "base/test_data.h"
#include "sources/testing_ways.h"

// Logs of JSON objects: WAF, Resolver, Network Firewall, EKS, API Gateway, OCSF.
namespace backtrail::sources {
namespace {

using testing::Reading;
using testing::value;

Reading read(std::string_view text) { return testing::read_every_way(text, 11); }

/// What the reader gives of a record beside its fields.
struct Told {
  std::string type{}, account{}, region{}, time{};
  bool unreadable_time = false;
};
std::vector<Told> told(std::string_view text) {
  std::string padded(text);
  padded.append(kPadding, ' ');
  const auto reader = make_reader();
  reader->start(std::string_view(padded).substr(0, text.size()));
  std::vector<Told> out;
  Found found;
  while (reader->next(found))
    out.push_back({found.type->name, std::string(found.account), std::string(found.region),
                   found.time ? format_rfc3339(*found.time) : "", found.unreadable_time});
  return out;
}

TEST(JsonLogs, TellTypeTimeAccountAndRegion) {
  struct Row {
    const char *text, *type, *time, *account, *region;
  };
  for (const Row& row : {
           Row{R"({"timestamp":1576280412771,"webaclId":"arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/1","action":"ALLOW","httpRequest":{}})",
               "waf", "2019-12-13T23:40:12.771000Z", "111122223333", "eu-west-1"},
           Row{R"({"timestamp":"x","webaclId":"","action":"ALLOW","httpRequest":[]})", "waf", "", "", ""},
           Row{R"({"account_id":"1","region":"eu-west-1","query_timestamp":"2026-01-01T00:00:00Z","query_name":"a.","query_type":"A"})",
               "route53resolver", "2026-01-01T00:00:00Z", "1", "eu-west-1"},
           Row{R"({"firewall_name":"f","availability_zone":"eu-west-1b","event_timestamp":"1636381332","event":{"timestamp":"2021-11-08T14:22:12.637611+0000"}})",
               "networkfirewall", "2021-11-08T14:22:12.637611Z", "", "eu-west-1"},
           Row{R"({"firewall_name":"f","event_timestamp":"1636381332","event":{"timestamp":"soon"}})", "networkfirewall",
               "2021-11-08T14:22:12Z", "", ""},
           Row{R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","requestReceivedTimestamp":"2026-01-01T00:00:00.5Z","user":{"extra":{"arn":["arn:aws:iam::111122223333:user/u"]}}})",
               "eks_audit", "2026-01-01T00:00:00.500000Z", "111122223333", ""},
           Row{R"({"requestId":"r","ip":"198.51.100.1","requestTime":"09/Apr/2026:12:02:16 +0200","httpMethod":"GET","status":"200"})",
               "apigateway", "2026-04-09T10:02:16Z", "", ""},
           Row{R"({"requestId":"r","ip":"198.51.100.1","requestTime":"31/Foo/2026:12:02:16 +0200","httpMethod":"GET","status":"200"})",
               "apigateway", "", "", ""},
           Row{R"({"requestId":"r","sourceIp":"198.51.100.1","requestTimeEpoch":"1583348638390","routeKey":"GET /","status":200})",
               "apigateway", "2020-03-04T19:03:58.390000Z", "", ""},
           Row{R"({"class_uid":6003,"metadata":{},"time":1700000000000,"cloud":{"account":{"uid":"1"},"region":"r"}})",
               "ocsf_cloudtrail", "2023-11-14T22:13:20Z", "1", "r"},
           Row{R"({"class_uid":4001,"metadata":{},"time":"x","cloud":{"account_uid":"2"}})", "ocsf_vpcflow", "", "2", ""},
           Row{R"({"class_uid":4002,"metadata":{},"time_dt":"2026-01-01 00:00:00.5"})", "ocsf_http", "2026-01-01T00:00:00.500000Z", "", ""},
           Row{R"({"class_uid":4003,"metadata":{}})", "ocsf_route53", "", "", ""},
           Row{R"({"class_uid":1007,"metadata":{}})", "ocsf", "", "", ""},
       }) {
    const auto got = told(row.text);
    ASSERT_EQ(got.size(), 1U) << row.text;
    EXPECT_EQ(got[0].type, row.type) << row.text;
    EXPECT_EQ(got[0].time, row.time) << row.text;
    EXPECT_EQ(got[0].account, row.account) << row.text;
    EXPECT_EQ(got[0].region, row.region) << row.text;
    (void)read(row.text);
  }
}

TEST(JsonLogs, AreFoundInCloudWatchsEventsAndInLists) {
  const std::string event =
      R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"1","verb":"create","user":{"username":"system:anonymous"},)"
      R"("sourceIPs":["203.0.113.5","10.0.0.1"],"objectRef":{"resource":"pods","subresource":"exec","namespace":"n","name":"p"}})";
  std::string quoted;
  for (const char c : event) quoted += c == '"' ? "\\\"" : std::string(1, c);
  for (const std::string& text :
       {event, R"({"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[)" + event + "]}",
        R"({"messageType":"DATA_MESSAGE","owner":"111122223333","logGroup":"/aws/eks/c/cluster","logStream":"s","logEvents":[{"id":"1","timestamp":1700000000000,"message":")" +
            quoted + "\"}]}"}) {
    const Reading got = read(text);
    ASSERT_EQ(got.records.size(), 1U) << text;
    EXPECT_EQ(got.records[0].type, "eks_audit");
    EXPECT_EQ(value(got.records[0], "_principal"), "system:anonymous");
    EXPECT_EQ(value(got.records[0], "_source_ip"), "203.0.113.5");
    EXPECT_EQ(value(got.records[0], "_resource"), "pods/exec/n/p");
  }
}

/// Objects of other programs that share a few names.
TEST(JsonLogs, DoNotClaimOtherObjects) {
  for (const char* text : {R"({"webaclId":"a"})", R"({"query_name":"a"})", R"({"firewall_name":"f"})", R"({"kind":"Event","apiVersion":"v1"})",
                           R"({"requestId":"r","status":200})", R"({"class_uid":4001})", R"({"metadata":{},"kind":"Event"})",
                           R"({"kind":"EventList","apiVersion":"v1","items":[{"kind":"Event","apiVersion":"v1"}]})"})
    EXPECT_EQ(read(text).records.size(), 0U) << text;
}

const Json& at(const Json& from, std::string_view path) {
  const Json* here = &from;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    here = &(*here)[path.substr(0, dot)];
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return *here;
}
std::string plain(const Json& v) { return v.is_string() ? v.as_string() : v.is_null() ? "" : v.dump(); }

Json as_json(const testing::OwnedRecord& r) { return Json::parse(r.text(0)).value(); }

struct Pair {
  const char *ours, *theirs;
};

/// Beats' reading of the same lines (its *-expected.json). It adds places, user agent parts and hashes, which the log
/// does not hold, and changes spellings: see each test.
void compare(const char* file, std::size_t count, const std::vector<Pair>& pairs,
             std::string (*respell)(const char* theirs, std::string)) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const auto path = data / "elastic/integrations-aws" / file;
  const auto text = read_file(path);
  const auto expected_text = read_file(path.string() + "-expected.json");
  ASSERT_TRUE(text && expected_text) << path;
  const Json expected = Json::parse(*expected_text).value();
  const Reading got = read(*text);
  const auto times = told(*text);
  ASSERT_EQ(got.records.size(), count);
  ASSERT_EQ(expected["expected"].as_array().size(), count);
  EXPECT_EQ(got.report.rejected, 0U);
  for (std::size_t i = 0; i < count; ++i) {
    const Json& theirs = expected["expected"].as_array()[i];
    const Json ours = as_json(got.records[i]);
    // Milliseconds there, microseconds here.
    EXPECT_EQ(parse_log_time(times[i].time).value().time_since_epoch() / std::chrono::milliseconds(1),
              parse_log_time(plain(theirs["@timestamp"])).value().time_since_epoch() / std::chrono::milliseconds(1));
    const std::string region = plain(at(theirs, "cloud.region")), account = plain(at(theirs, "cloud.account.id"));
    EXPECT_EQ(region.empty() ? region : times[i].region, region) << i;
    EXPECT_EQ(account.empty() ? account : times[i].account, account) << i;
    for (const Pair& p : pairs) {
      const std::string mine = plain(at(ours, p.ours)), other = plain(at(theirs, p.theirs));
      EXPECT_EQ(respell(p.theirs, mine), other) << file << " " << i << " " << p.theirs;
    }
  }
}

std::string lower(std::string s) {
  std::transform(s.begin(), s.end(), s.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return s;
}

TEST(JsonLogs, WafAgreesWithBeats) {
  compare("waf/test-waf.log", 4,
          {{"httpRequest.clientIp", "source.ip"},
           {"action", "event.action"},
           {"webaclId", "aws.waf.arn"},
           {"httpRequest.httpMethod", "http.request.method"},
           {"httpRequest.uri", "url.path"},
           {"terminatingRuleId", "rule.id"}},
          [](const char*, std::string s) { return s; });
}

TEST(JsonLogs, NetworkFirewallAgreesWithBeats) {
  compare("firewall_logs/test-firewall.log", 2,
          {{"firewall_name", "observer.name"},
           {"event.src_ip", "source.ip"},
           {"event.src_port", "source.port"},
           {"event.dest_ip", "destination.ip"},
           {"event.dest_port", "destination.port"},
           {"event.flow_id", "aws.firewall.flow.id"},
           {"event.netflow.bytes", "aws.firewall.flow.bytes"},
           {"event.alert.signature", "rule.name"},
           {"event.alert.severity", "event.severity"},
           {"event.http.http_user_agent", "user_agent.original"},
           {"event.proto", "network.transport"}},
          // Transport in lower case there.
          [](const char* theirs, std::string s) { return std::string_view(theirs) == "network.transport" ? lower(s) : s; });
}

TEST(JsonLogs, ResolverAgreesWithBeats) {
  compare("route53_resolver_logs/test-route53.log", 34,
          {{"query_name", "dns.question.name"},
           {"query_type", "dns.question.type"},
           {"query_class", "dns.question.class"},
           {"rcode", "dns.response_code"},
           {"srcaddr", "source.address"},
           {"srcport", "source.port"},
           {"vpc_id", "aws.vpc_id"},
           {"transport", "network.transport"}},
          // The root's dot is left off there, and transport is in lower case.
          [](const char* theirs, std::string s) {
            if (std::string_view(theirs) == "network.transport") return lower(s);
            if (std::string_view(theirs) == "dns.question.name" && s.ends_with('.')) s.pop_back();
            return s;
          });
}

/// The examples of raw logs and of what they are in OCSF: each file gives its records, and both forms tell the same.
TEST(JsonLogs, OcsfExamplesAreReadAndAgreeWithTheirRawLogs) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  std::map<std::string, int> types;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data / "ocsf-examples/mappings")) {
    const auto extension = entry.path().extension();
    if (extension != ".ocsf" && extension != ".raw" && extension != ".json") continue;
    const auto text = read_file(entry.path());
    ASSERT_TRUE(text);
    const Reading got = read(*text);
    if (text->empty()) {
      EXPECT_EQ(got.report.kind, FileKind::empty) << entry.path();
      continue;
    }
    if (entry.path().filename() == "vpcflowlog.raw") continue;  // two are tables: the flow logs' own tests read them
    EXPECT_GE(got.records.size(), 1U) << entry.path();
    EXPECT_EQ(got.report.rejected, 0U) << entry.path();
    for (const auto& r : got.records) {
      ++types[r.type];
      // Flow logs of Amazon VPC are read as what they were.
      EXPECT_EQ(r.type.starts_with("ocsf") || r.type == "vpcflow", extension != ".raw") << entry.path() << " " << r.type;
    }
  }
  for (const char* type : {"ocsf_cloudtrail", "vpcflow", "ocsf_route53", "ocsf_http", "ocsf_finding", "securityhub", "waf", "route53resolver"})
    EXPECT_GE(types[type], 1) << type;

  struct Row {
    const char *folder, *raw, *ocsf;
    std::vector<Pair> pairs;
  };
  for (const Row& row : {
           Row{"WAF/Samples", "waf.raw", "waf.ocsf",
               {{"httpRequest.clientIp", "src_endpoint.ip"}, {"httpRequest.uri", "http_request.url.path"},
                {"httpRequest.httpMethod", "http_request.http_method"}, {"httpRequest.requestId", "http_request.uid"},
                {"terminatingRuleId", "firewall_rule.uid"}, {"timestamp", "time"}}},
           Row{"Route53/samples", "route53.raw", "route53.ocsf",
               {{"query_name", "query.hostname"}, {"query_type", "query.type"}, {"srcaddr", "src_endpoint.ip"},
                {"account_id", "cloud.account.uid"}, {"region", "cloud.region"}, {"vpc_id", "src_endpoint.vpc_uid"},
                {"srcids.resolver_endpoint", "dst_endpoint.instance_uid"}}},
           Row{"Security Hub/Detection Finding/samples", "sechub-guardduty.raw", "sechub-guardduty.ocsf",
               {{"Id", "finding_info.uid"}, {"Title", "finding_info.title"}, {"AwsAccountId", "cloud.account.uid"},
                {"Region", "cloud.region"}, {"ProductArn", "metadata.product.uid"}}},
       }) {
    const auto folder = data / "ocsf-examples/mappings/markdown/AWS/v1.1.0" / row.folder;
    const Reading raw = read(read_file(folder / row.raw).value()), ocsf = read(read_file(folder / row.ocsf).value());
    ASSERT_EQ(raw.records.size(), 1U);
    ASSERT_EQ(ocsf.records.size(), 1U);
    const Json a = as_json(raw.records[0]), b = as_json(ocsf.records[0]);
    for (const Pair& p : row.pairs) EXPECT_EQ(plain(at(a, p.ours)), plain(at(b, p.theirs))) << p.ours;
  }
  // The finding is the same one whoever passes it on.
  const auto folder = data / "ocsf-examples/mappings/markdown/AWS/v1.1.0/Security Hub/Detection Finding/samples";
  const Reading raw = read(read_file(folder / "sechub-guardduty.raw").value()),
                ocsf = read(read_file(folder / "sechub-guardduty.ocsf").value());
  for (const char* field : {"_finding_id", "_finding_level", "_finding_title", "_finding_first", "_finding_source"})
    EXPECT_EQ(value(raw.records[0], field), value(ocsf.records[0], field)) << field;
  EXPECT_EQ(value(raw.records[0], "_addresses"), value(ocsf.records[0], "_addresses"));
}

}  // namespace
}  // namespace backtrail::sources
