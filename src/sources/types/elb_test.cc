#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sources/testing.h"

// Lines of load balancers: what they become, and what is refused.
namespace backtrail::sources {
namespace {

using testing::read_whole;
using testing::Reading;

const std::string kAlb =
    "https 2024-03-05T10:00:01.123456Z app/web/0123456789abcdef 198.51.100.7:40001 10.0.1.5:8443 0.001 0.020 "
    "-1 {} 403 120 4096 {} {} TLS_AES_128_GCM_SHA256 TLSv1.3 "
    "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0011223344556677 "
    "\"Root=1-65e6f0d1-000000000000000000000001\"";

std::string alb(std::string_view status, std::string_view request = "\"GET https://a.example:443/x HTTP/1.1\"",
                std::string_view agent = "\"curl/8.0\"") {
  return fmt::format(fmt::runtime(kAlb), status, request, agent);
}

TEST(Alb, ReadsEachFieldAndWhereTheLogIsFrom) {
  const Reading r = read_whole(alb("403"));
  ASSERT_EQ(r.records.size(), 1u);
  const auto& record = r.records[0];
  EXPECT_EQ(record.type, "alb");
  EXPECT_EQ(record.account, "111122223333");
  EXPECT_EQ(record.region, "eu-west-1");
  EXPECT_EQ(format_rfc3339(*record.time), "2024-03-05T10:00:01.123456Z");
  EXPECT_EQ(testing::value(record, "client_ip"), "198.51.100.7");
  EXPECT_EQ(testing::value(record, "client_port"), "40001");
  EXPECT_EQ(testing::value(record, "target_port"), "8443");
  EXPECT_EQ(testing::value(record, "response_processing_time"), "-1");
  EXPECT_EQ(testing::value(record, "request_verb"), "GET");
  EXPECT_EQ(testing::value(record, "request_url"), "https://a.example:443/x");
  EXPECT_EQ(testing::value(record, "request_proto"), "HTTP/1.1");
  EXPECT_EQ(testing::value(record, "domain_name"), "");
}

struct CellCase {
  const char* in;
  const char* field;
  const char* value;
};

TEST(Alb, ReadsCellsThatHoldQuotesSpacesOrNothing) {
  const CellCase requests[] = {
      {"\"- - -\"", "request_url", ""},
      {"\"- http://a:80- -\"", "request_url", "http://a:80-"},
      {"\"GET http://a/ b c HTTP/1.1\"", "request_url", "http://a/ b c"},
      {"\"GET http://a/?q=\\\"x\\\" HTTP/1.1\"", "request_url", "http://a/?q=\\\"x\\\""},
      {"\"GET http://a/?q=\"x HTTP/1.1\"", "request_url", "http://a/?q=\"x"},
      {"\"GET\"", "request_url", "GET"},
      {"\"GET http://a/\"", "request_url", "http://a/"},
      {"\"\"", "request_url", ""},
  };
  for (const CellCase& c : requests) {
    const Reading r = read_whole(alb("200", c.in));
    ASSERT_EQ(r.records.size(), 1u) << c.in;
    EXPECT_EQ(testing::value(r.records[0], c.field), c.value) << c.in;
    EXPECT_EQ(testing::value(r.records[0], "trace_id"), "Root=1-65e6f0d1-000000000000000000000001") << c.in;
  }
  const CellCase agents[] = {
      {"\"a \\\" b\"", "user_agent", "a \\\" b"},
      {"\"ends in \\\"", "user_agent", "ends in \\"},
      {"\"-\"", "user_agent", ""},
  };
  for (const CellCase& c : agents) {
    const Reading r = read_whole(alb("200", "\"- - -\"", c.in));
    ASSERT_EQ(r.records.size(), 1u) << c.in;
    EXPECT_EQ(testing::value(r.records[0], c.field), c.value) << c.in;
  }
}

TEST(Alb, KeepsCellsOfNewerVersions) {
  const Reading r = read_whole(alb("200") + " \"a\" \"-\" 0 2024-03-05T10:00:01.1Z \"forward\" \"-\" \"-\" \"-\" \"-\" \"-\" "
                               "\"-\" TID_1 \"next\" 7");
  ASSERT_EQ(r.records.size(), 1u);
  EXPECT_EQ(testing::value(r.records[0], "conn_trace_id"), "TID_1");
  EXPECT_EQ(testing::value(r.records[0], "more"), "\"next\" 7");
}

TEST(Alb, TellsOutcomeByStatus) {
  const std::pair<const char*, const char*> cases[] = {
      {"200", "success"}, {"101", "success"}, {"304", "success"}, {"401", "denied"}, {"403", "denied"},
      {"400", "error"},   {"404", "error"},   {"460", "error"},   {"502", "error"},  {"000", "success"},
      {"-", "success"},
  };
  const model::LogType& type = *find_log_type("alb");
  const model::BoundPick outcome(layout_of(type), type.shape.outcome), error(layout_of(type), type.shape.error);
  for (const auto& [status, word] : cases) {
    const std::string text = alb(status) + std::string(kPadding, ' ');
    const auto reader = make_reader();
    reader->start(std::string_view(text).substr(0, text.size() - kPadding));
    Found found;
    ASSERT_TRUE(reader->next(found)) << status;
    EXPECT_EQ(outcome.of(*found.record), word) << status;
    EXPECT_EQ(error.of(*found.record), std::string_view(word) == "success" ? "" : status) << status;
  }
}

TEST(Alb, ReadsIPv6Clients) {
  for (const char* client : {"2001:db8::7:443", "[2001:db8::7]:443"}) {
    std::string line = alb("200");
    line.replace(line.find("198.51.100.7:40001"), 18, client);
    const Reading r = read_whole(line);
    ASSERT_EQ(r.records.size(), 1u) << client;
    EXPECT_EQ(testing::value(r.records[0], "client_ip"), "2001:db8::7");
    EXPECT_EQ(testing::value(r.records[0], "client_port"), "443");
  }
}

struct BadLine {
  std::string line;
  const char* reason;
};

/// Behind a good line, so that each is met as a line of this log.
TEST(Alb, RefusesWithAReason) {
  const BadLine bad[] = {
      {"https 2024-03-05T10:00:01.123456Z app/web/0123456789abcdef 198.51.100.7:40001", "bad_field_count"},
      {alb("OK"), "bad_number"},
      {alb("200").substr(0, alb("200").find(" HTTP/1.1")), "bad_quotes"},
      {"ftp" + alb("200").substr(5), "unknown_line"},
      {"https yesterday" + alb("200").substr(33), "unknown_line"},
      {"Traceback (most recent call last):", "unknown_line"},
  };
  for (const BadLine& b : bad) {
    const Reading r = read_whole(alb("200") + "\n" + b.line + "\n" + alb("200") + "\n");
    EXPECT_EQ(r.records.size(), 2u) << b.line;
    EXPECT_EQ(r.report.rejected, 1u) << b.line;
    ASSERT_EQ(r.report.diagnostics.size(), 1u) << b.line;
    EXPECT_EQ(r.report.diagnostics[0].reason, b.reason) << b.line;
    EXPECT_EQ(r.report.diagnostics[0].offset, alb("200").size() + 1);
  }
}

TEST(Alb, KeepsARecordWhoseTimeCannotBe) {
  std::string line = alb("200");
  line.replace(line.find("2024-03-05"), 10, "2024-13-45");
  const Reading r = read_whole(line);
  ASSERT_EQ(r.records.size(), 1u);
  EXPECT_FALSE(r.records[0].time);
  EXPECT_EQ(r.report.unreadable_times, 1u);
}

TEST(LoadBalancers, AreToldApart) {
  const std::pair<std::string, const char*> cases[] = {
      {alb("200"), "alb"},
      {"2020-01-01T00:00:00.000000Z old 198.51.100.7:40001 - 0.1 -1 4e-05 - - 82 0 \"- - - \" \"-\" - -", "clb"},
      {"2013-01-01T00:00:00.000000Z old 198.51.100.7:40001 10.0.0.1:80 0.1 0.2 0.3 200 200 0 29 \"GET http://h/ HTTP/1.1\"",
       "clb"},
      {"tls 2.0 2024-01-01T00:00:00 net/n/c6 g3 198.51.100.7:51341 10.0.0.1:443 5 2 98 246 48 "
       "arn:aws:acm:us-east-2:111122223333:certificate/2a - A tlsv12 - n.example.com h2 h2 \"h2\"",
       "nlb"},
      {"2024-03-05T10:00:01.123456Z 198.51.100.7 40001 443 TLSv1.3 TLS_AES_128_GCM_SHA256 4.036 \"CN=a b,O=c\" "
       "NotBefore=2024-01-01T00:00:00Z;NotAfter=2025-01-01T00:00:00Z 0A1B Failed:ClientCertUntrusted TID_0011",
       "albconnection"},
      {"2024-03-05T10:00:01.123456Z 198.51.100.7 40001 443 - - - - - - - TID_0011", "albconnection"},
  };
  for (const auto& [line, type] : cases) {
    const Reading alone = read_whole(line);
    ASSERT_EQ(alone.records.size(), 1u) << line;
    EXPECT_EQ(alone.records[0].type, type);
    // After any other the same.
    for (const auto& [other, other_type] : cases) {
      const Reading after = read_whole(other + "\n" + line);
      ASSERT_EQ(after.records.size(), 2u) << line;
      EXPECT_EQ(after.records[0].type, other_type);
      EXPECT_EQ(after.records[1].type, type);
    }
  }
}

TEST(LoadBalancers, DoNotTakeWhatIsNotTheirs) {
  const char* lines[] = {
      "http://www.example.com/",
      "https 2024-03-05T10:00:01.123456Z web 198.51.100.7:40001 10.0.1.5:8443",
      "tls handshake failed",
      "2024-03-05T10:00:01.123456Z INFO started 1 2 3 4 5",
      "2024-03-05T10:00:01.123456Z 198.51.100.7 connected",
  };
  for (const char* line : lines) EXPECT_EQ(read_whole(line).records.size(), 0u) << line;
}

}  // namespace
}  // namespace backtrail::sources
