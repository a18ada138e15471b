#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.h"
#include "base/test_data.h"
#include "sources/testing_ways.h"

// CloudFront's standard logs in each of their forms.
namespace backtrail::sources {
namespace {

using testing::read_whole;
using testing::Reading;
using testing::value;

const std::string kHeader =
    "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status "
    "cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol "
    "cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version "
    "fle-status fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type "
    "sc-content-len sc-range-start sc-range-end\n";

std::string with_tabs(std::string line) {
  std::replace(line.begin(), line.end(), ' ', '\t');
  return line;
}

std::string line(std::string_view path = "/a/b", std::string_view query = "-", std::string_view status = "200",
                 std::string_view address = "198.51.100.7") {
  return with_tabs("2024-03-05 10:00:01 FRA56-P1 4096 " + std::string(address) + " GET d111.cloudfront.net " +
                   std::string(path) + " " + std::string(status) +
                   " - Mozilla/5.0%20(X11;%20Linux) " + std::string(query) +
                   " - Miss Aq0Q== www.example.com https 320 0.125 - TLSv1.3 TLS_AES_128_GCM_SHA256 Miss HTTP/2.0 - - "
                   "40001 0.120 Miss text/html;%20charset=utf-8 4000 - -");
}

TEST(CloudFront, ReadsALineWithAndWithoutHeader) {
  for (const std::string& text : {kHeader + line(), line(), kHeader + line() + "\t", line() + "\tdt_1\tc_1"}) {
    const Reading r = testing::read_every_way(text, 7);
    ASSERT_EQ(r.records.size(), 1u) << text;
    EXPECT_EQ(r.report.rejected, 0u);
    const auto& record = r.records[0];
    EXPECT_EQ(record.type, "cloudfront");
    EXPECT_EQ(format_rfc3339(*record.time), "2024-03-05T10:00:01Z");
    EXPECT_EQ(value(record, "c-ip"), "198.51.100.7");
    EXPECT_EQ(value(record, "sc-status"), "200");
    EXPECT_EQ(value(record, "cs(Referer)"), "");
    EXPECT_EQ(value(record, "cs(User-Agent)"), "Mozilla/5.0%20(X11;%20Linux)");
    EXPECT_EQ(value(record, "agent"), "Mozilla/5.0 (X11; Linux)");
    EXPECT_EQ(value(record, "time-to-first-byte"), "0.120");
    EXPECT_EQ(value(record, "url"), "https://www.example.com/a/b");
    EXPECT_EQ(value(record, "sc-range-end"), "");
  }
}

TEST(CloudFront, ReadsFieldsInTheOrderOfTheHeader) {
  const std::pair<const char*, std::string> cases[] = {
      {"W3C of v2",
       with_tabs("#Version:\v1.0\n#Fields:\vsc-status\vDistributionId\vtimestamp(ms)\vc-ip\vcs-uri-stem\vnew-one\n"
                 "403 E2 1709632801250 198.51.100.7 /x z")},
      {"plain", with_tabs("sc-status DistributionId timestamp(ms) c-ip cs-uri-stem new-one\n403 E2 1709632801250 "
                          "198.51.100.7 /x z")},
      {"plain with commas",
       "sc-status,DistributionId,timestamp(ms),c-ip,cs-uri-stem,new-one\n403,E2,1709632801250,198.51.100.7,/x,z\n"},
      {"plain with spaces",
       "sc-status DistributionId timestamp(ms) c-ip cs-uri-stem new-one\n403 E2 1709632801250 198.51.100.7 /x z\n"},
  };
  for (auto [name, text] : cases) {
    std::replace(text.begin(), text.end(), '\v', ' ');
    const Reading r = testing::read_every_way(text, 5);
    ASSERT_EQ(r.records.size(), 1u) << name;
    EXPECT_EQ(r.report.rejected, 0u) << name;
    EXPECT_EQ(value(r.records[0], "DistributionId"), "E2") << name;
    EXPECT_EQ(format_rfc3339(*r.records[0].time), "2024-03-05T10:00:01.250000Z") << name;
    EXPECT_EQ(value(r.records[0], "more"), "new-one=z") << name;
    EXPECT_EQ(value(r.records[0], "url"), "/x") << name;
  }
}

TEST(CloudFront, ReadsJsonInEachSpelling) {
  const char* texts[] = {
      R"J({"timestamp":"1709632801","DistributionId":"E2","date":"2024-03-05","time":"10:00:01","c-ip":"198.51.100.7",
          "cs(User-Agent)":"curl/8%20x","cs(Referer)":"-","sc-status":"403","sc-content-len":"-","x-edge-location":"FRA56"})J",
      R"J({"timestamp":"1709632801","distributionid":"E2","c_ip":"198.51.100.7","cs_user_agent":"curl/8%20x","cs_referer":null,
          "sc_status":"403","x_edge_location":"FRA56","sc_content_len":""})J",
  };
  for (const char* text : texts) {
    const Reading r = read_whole(text);
    ASSERT_EQ(r.records.size(), 1u) << text;
    EXPECT_EQ(r.records[0].type, "cloudfront");
    EXPECT_EQ(format_rfc3339(*r.records[0].time), "2024-03-05T10:00:01Z");
    EXPECT_EQ(value(r.records[0], "DistributionId"), "E2");
    EXPECT_EQ(value(r.records[0], "sc-status"), "403");
    EXPECT_EQ(value(r.records[0], "c-ip"), "198.51.100.7");
    EXPECT_EQ(value(r.records[0], "agent"), "curl/8 x");
    EXPECT_EQ(value(r.records[0], "cs(Referer)"), "");
    EXPECT_EQ(value(r.records[0], "sc-content-len"), "");
  }
}

TEST(CloudFront, ReadsUrlsAsPeopleDo) {
  const std::pair<std::pair<const char*, const char*>, const char*> cases[] = {
      {{"/a", "x=1"}, "https://www.example.com/a?x=1"},
      {{"/%252e%252e/etc", "-"}, "https://www.example.com/../etc"},
      {{"/%25252e", "-"}, "https://www.example.com/."},
      {{"/a", "q=%27+union%20select"}, "https://www.example.com/a?q=' union select"},
      {{"/%00%0d%7f%ff%c0%ae", "-"}, "https://www.example.com/%00%0d%7f%ff%c0%ae"},
      {{"/100%", "a=%4"}, "https://www.example.com/100%?a=%4"},
      {{"/%2e%ff", "-"}, "https://www.example.com/.%ff"},
  };
  for (const auto& [in, out] : cases) {
    const Reading r = read_whole(line(in.first, in.second));
    ASSERT_EQ(r.records.size(), 1u) << in.first;
    EXPECT_EQ(value(r.records[0], "decoded_url"), out);
  }
}

TEST(CloudFront, RefusesWithAReason) {
  const std::pair<std::string, const char*> bad[] = {
      {line("/a", "-", "OK"), "bad_number"},
      {line("/a", "-", "200", "www.example.com"), "bad_value"},
      {line().substr(0, line().find("TLSv1.3")), "bad_field_count"},
      {line() + "\ta\tb\tc", "bad_field_count"},
      {"<html>", "bad_field_count"},
      {with_tabs("05/03/2024") + line().substr(10), "bad_value"},
  };
  for (const auto& [text, reason] : bad) {
    const std::string whole = kHeader + line() + "\n" + text + "\n" + line();
    const Reading r = testing::read_every_way(whole, 11);
    EXPECT_EQ(r.records.size(), 2u) << text;
    EXPECT_EQ(r.report.rejected, 1u) << text;
    ASSERT_EQ(r.report.diagnostics.size(), 1u) << text;
    EXPECT_EQ(r.report.diagnostics[0].reason, reason) << text;
    EXPECT_EQ(r.report.diagnostics[0].offset, kHeader.size() + line().size() + 1);
  }
}

TEST(CloudFront, KeepsARecordWhoseTimeCannotBe) {
  std::string text = line();
  text.replace(0, 10, "2024-13-45");
  const Reading r = read_whole(text);
  ASSERT_EQ(r.records.size(), 1u);
  EXPECT_FALSE(r.records[0].time);
  EXPECT_EQ(r.report.unreadable_times, 1u);
}

TEST(CloudFront, DoesNotTakeOtherLogs) {
  const char* texts[] = {
      "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2024-03-05 10:00:00\n"
      "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status "
      "sc-substatus sc-win32-status time-taken\n2024-03-05 10:00:01 10.0.0.1 GET / - 443 - 198.51.100.7 curl 200 0 0 1",
      "#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem sc-status\n2024-03-05 10:00:01 198.51.100.7 GET / 200",
      "2024-03-05 10:00:01 INFO 12 started with a configuration of its own",
      "date,time,value\n2024-03-05,10:00:01,7",
      R"({"date":"2024-03-05","time":"10:00:01","c-ip":"198.51.100.7","sc-status":"200"})",
  };
  for (const char* text : texts) EXPECT_EQ(read_whole(text).records.size(), 0u) << text;
}

TEST(CloudFront, ForgetsTheHeaderOfAnotherFile) {
  const auto reader = make_reader();
  const auto read = [&](std::string text) {
    const std::size_t size = text.size();
    text.append(kPadding, ' ');
    reader->start(std::string_view(text).substr(0, size));
    Reading out;
    testing::read_all(*reader, out);
    return out;
  };
  EXPECT_EQ(read("c-ip,sc-status,x-edge-location\n198.51.100.7,200,FRA56\n").records.size(), 1u);
  EXPECT_EQ(read("198.51.100.7,200,FRA56\n").records.size(), 0u);
}

/// Requests of real and documented logs, tabs and spaces.
TEST(CloudFront, ReadsRealLogs) {
  BACKTRAIL_REQUIRE_TEST_DATA(data);
  const auto text = read_file(data / "elastic/integrations-aws/cloudfront_logs/test-cloudfront.log");
  ASSERT_TRUE(text);
  const Reading r = testing::read_every_way(*text, 1000);
  EXPECT_EQ(r.records.size(), 9u);
  EXPECT_EQ(r.report.rejected, 0u);
  for (const auto& record : r.records) {
    EXPECT_EQ(record.type, "cloudfront");
    EXPECT_TRUE(record.time);
    EXPECT_NE(value(record, "c-ip"), "");
  }
}

}  // namespace
}  // namespace backtrail::sources
