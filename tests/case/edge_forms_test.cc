// Access logs of CloudFront, Route 53 and Global Accelerator in whichever form they come, to tables and findings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "base/json.h"
#include "case/cli_testing.h"

namespace backtrail::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class EdgeForms : public ::testing::Test {
 protected:
  void SetUp() override { ::setenv("XDG_DATA_HOME", path("data").c_str(), 1); }
  std::string path(const std::string& name) const { return (home_.path() / name).string(); }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  Terminal::Outcome run(std::vector<std::string> line, const std::string& kase = "case") {
    line.insert(line.end(), {"--case", path(kase), "--threads", "2"});
    return terminal_.run(line);
  }
  std::string rows(const std::string& sql, const std::string& kase = "case") {
    const auto got = run({"query", sql, "--output", "csv"}, kase);
    EXPECT_EQ(got.code, 0) << sql << "\n" << got.err;
    std::string out = got.out.substr(std::min(got.out.find('\n'), got.out.size() - 1) + 1);
    std::erase(out, '\r');
    return out;
  }
  Json import(std::vector<std::string> line, const std::string& kase = "case") {
    line.insert(line.begin(), "import");
    line.insert(line.end(), {"--output", "json"});
    const auto got = run(line, kase);
    auto json = Json::parse(got.out);
    EXPECT_TRUE(json) << got.out << got.err;
    return json ? *json : Json();
  }

  TemporaryDirectory home_ = *TemporaryDirectory::create("edge-forms");
  Terminal terminal_{};
};

constexpr const char* kNames =
    "date\ttime\tx-edge-location\tsc-bytes\tc-ip\tcs-method\tcs(Host)\tcs-uri-stem\tsc-status\tcs(Referer)\tcs(User-Agent)\t"
    "cs-uri-query\tx-edge-result-type\ttime-taken";
constexpr const char* kRows =
    "2026-01-10\t10:00:00\tFRA56-P1\t5000000000\t198.51.100.7\tGET\td1.cloudfront.net\t/.env\t200\t-\tcurl/8%20x\t-\tMiss\t0.125\n"
    "2026-01-10\t10:00:01\tFRA56-P1\t812\t2001:db8::7\tPOST\td1.cloudfront.net\t/login\t403\thttps://a.example/\tcurl/8\tn=%C3%A9\t"
    "Error\t0.002\n";

TEST_F(EdgeForms, StandardLogsAreTheSameRowsInEachForm) {
  const std::string sql =
      "SELECT \"date\", \"time\", x_edge_location, sc_bytes, c_ip, cs_method, cs_host, cs_uri_stem, sc_status, "
      "cs_referrer, cs_user_agent, cs_uri_query, x_edge_result_type, time_taken, _time FROM cloudfront_standard_logs "
      "ORDER BY _time";
  std::string w3c = "#Version: 1.0\n#Fields: " + std::string(kNames) + "\n" + kRows;
  import({write("w3c.log", w3c)}, "w3c");
  const std::string expected = rows(sql, "w3c");
  EXPECT_THAT(expected, HasSubstr("2026-01-10,10:00:01,FRA56-P1,812,2001:db8::7,POST"));
  EXPECT_THAT(expected, HasSubstr(",5000000000,"));

  import({write("plain.log", std::string(kNames) + "\n" + kRows)}, "plain");
  EXPECT_EQ(rows(sql, "plain"), expected);

  // Parquet as v2 writes it: underscores, and the right spelling of the referrer.
  const auto exported = run({"query",
                             "SELECT \"date\", \"time\", x_edge_location, sc_bytes, c_ip, cs_method, cs_host, cs_uri_stem, "
                             "sc_status, cs_referrer AS cs_referer, cs_user_agent, cs_uri_query, x_edge_result_type, "
                             "time_taken FROM cloudfront_standard_logs",
                             "--output", "parquet", "--out", path("v2.parquet")},
                            "w3c");
  ASSERT_EQ(exported.code, 0) << exported.err;
  import({path("v2.parquet")}, "parquet");
  EXPECT_EQ(rows(sql, "parquet"), expected);

  EXPECT_EQ(rows("SELECT uri, \"status\", referrer FROM cloudfront_logs ORDER BY 1", "w3c"),
            "/.env,200,\n/login,403,https://a.example/\n");
  EXPECT_EQ(rows("SELECT action, resource, outcome, source_ip, user_agent FROM events ORDER BY time", "plain"),
            "GET,http://d1.cloudfront.net/.env,success,198.51.100.7,curl/8 x\n"
            "POST,http://d1.cloudfront.net/login?n=%C3%A9,denied,2001:db8::7,curl/8\n");
}

TEST_F(EdgeForms, RealTimeLogsAskForTheirFieldsAndKeepThem) {
  const std::string log = write("rt.log", "1768039200.125\t198.51.100.7\t200\t/a\tcurl/8\tx=1\n"
                                          "1768039201.000\t198.51.100.7\t404\t/b\tcurl/8\t-\n");
  const std::string fields = "timestamp c-ip sc-status cs-uri-stem cs-user-agent cs-uri-query";
  EXPECT_EQ(import({log})["records"]["stored"].as_uint(), 0u);
  EXPECT_EQ(run({"import", log, "--format", "timestamp c-ip sc-state"}).code, 2);
  EXPECT_EQ(import({log, "--format", fields})["records"]["stored"].as_uint(), 2u);
  const std::string sql =
      "SELECT \"timestamp\", c_ip, sc_status, cs_uri_stem, cs_user_agent, cs_uri_query, _time, uid FROM "
      "cloudfront_real_time_logs ORDER BY _time";
  const std::string before = rows(sql);
  EXPECT_THAT(before, HasSubstr("1768039200.125,198.51.100.7,200,/a,curl/8,x=1,2026-01-10T10:00:00.125000Z"));
  EXPECT_EQ(run({"case", "rebuild"}).code, 0);
  EXPECT_EQ(rows(sql), before);
}

TEST_F(EdgeForms, NamesAndFlowsReachTheirTables) {
  import({write("dns.log", "1.0 2026-01-10T10:00:00.130Z Z123412341234 a.example A NXDOMAIN UDP FRA6 192.0.2.1 -\n"),
          write("aga.log", "2.0 111122223333 0a1b2c3d-0000-4000-8000-000000000001 198.51.100.7 37760 192.0.2.1 80 10.0.1.2 443 "
                           "TCP IPV4 3 5000000000 1768039200 1768039210 ACCEPT OK - 0 eu-west-1 DUB56-1 INGRESS vpc-01\n")});
  EXPECT_EQ(rows("SELECT queryName, responseCode, resolverIp FROM route53_query_logs"), "a.example,NXDOMAIN,192.0.2.1\n");
  EXPECT_EQ(rows("SELECT clientip, numbytes, endpointregion, accid FROM aga_flow_logs"),
            "198.51.100.7,5000000000,eu-west-1,111122223333\n");
  EXPECT_EQ(rows("SELECT log, outcome, source_ip FROM events ORDER BY log"),
            "globalaccelerator,success,198.51.100.7\nroute53,error,192.0.2.1\n");
}

/// One rule for requests, in the logs of different services, up to the finding.
TEST_F(EdgeForms, RequestsInEachLogAreJudgedByTheSameRules) {
  std::string scan;
  for (int i = 0; i < 30; ++i)
    scan += "2026-01-10T09:59:0" + std::to_string(i % 10) + ".000000Z old 198.51.100.7:40001 10.0.0.1:80 0.1 0.1 0.1 404 404 82 0 "
            "\"GET http://a.example:80/x" + std::to_string(i) + " HTTP/1.1\" \"-\" - -\n";
  import({write("clb.log", scan), write("cf.log", "#Version: 1.0\n#Fields: " + std::string(kNames) + "\n" + kRows)});
  ASSERT_EQ(run({"detect"}).code, 0);
  const std::string findings = rows("SELECT severity, title FROM findings ORDER BY title");
  EXPECT_THAT(findings, HasSubstr("high,A client that guessed paths found a file with secrets\n"));
}

}  // namespace
}  // namespace backtrail::cli
