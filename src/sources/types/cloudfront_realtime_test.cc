#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "sources/testing_ways.h"
#include "sources/types/cloudfront_realtime_format.h"

namespace backtrail::sources {
namespace {

using testing::Reading;
using testing::value;

const std::string kId = std::string(54, 'A') + "==";

/// A value of each field.
std::string cell_of(std::string_view field) {
  const std::pair<std::string_view, std::string> cells[] = {
      {"timestamp", "1709632801.250"}, {"c-ip", "198.51.100.7"}, {"s-ip", "192.0.2.1"}, {"time-to-first-byte", "0.012"},
      {"sc-status", "404"}, {"sc-bytes", "4096"}, {"cs-method", "GET"}, {"cs-protocol", "https"},
      {"cs-host", "d1.cloudfront.net"}, {"cs-uri-stem", "/a%2e"}, {"cs-bytes", "320"}, {"x-edge-location", "FRA56-P1"},
      {"x-edge-request-id", kId}, {"x-host-header", "www.example.com"}, {"time-taken", "0.013"},
      {"cs-protocol-version", "HTTP/2.0"}, {"c-ip-version", "IPv4"}, {"cs-user-agent", "curl/8%20x"},
      {"cs-referer", "https://www.example.com/"}, {"cs-cookie", "a=b"}, {"cs-uri-query", "q=1"},
      {"x-edge-response-result-type", "Error"}, {"ssl-protocol", "TLSv1.3"}, {"ssl-cipher", "TLS_AES_128_GCM_SHA256"},
      {"x-edge-result-type", "Error"}, {"sc-content-type", "text/html"}, {"c-port", "40001"},
      {"x-edge-detailed-result-type", "Error"}, {"c-country", "DE"}, {"cs-headers-count", "7"},
      {"primary-distribution-id", "E2ABCDEFGH1234"}, {"asn", "64496"}};
  for (const auto& [name, cell] : cells)
    if (name == field) return cell;
  return "-";
}

std::string line_of(std::string_view fields) {
  std::string out;
  for (const std::string_view field : split(fields, ' ')) out += (out.empty() ? "" : "\t") + cell_of(field);
  return out;
}

/// All of Athena's fields.
std::string all_fields(std::string_view last) {
  std::string out;
  for (std::size_t f = 0; f < detail::realtime_fields().size(); ++f) {
    const std::string_view name = detail::realtime_fields()[f].name;
    if (name != "s-ip") out += (out.empty() ? "" : " ") + std::string(name);
    if (name == last) break;
  }
  return out;
}

TEST(CloudFrontRealtime, ReadsPublishedSetsOfFields) {
  for (const char* last : {"cs-headers-count", "asn", "viewer-response-log-data"}) {
    const std::string fields = all_fields(last);
    const Reading r = testing::read_every_way(line_of(fields) + "\n" + line_of(fields) + "\n", 9);
    ASSERT_EQ(r.records.size(), 2u) << last;
    const auto& record = r.records[0];
    EXPECT_EQ(record.type, "cloudfront_realtime");
    EXPECT_EQ(format_rfc3339(*record.time), "2024-03-05T10:00:01.250000Z");
    for (const std::string_view field : split(fields, ' '))
      EXPECT_EQ(value(record, field), cell_of(field) == "-" ? "" : cell_of(field)) << field;
    EXPECT_EQ(value(record, "decoded_url"), "https://www.example.com/a.?q=1");
    EXPECT_EQ(value(record, "agent"), "curl/8 x");
  }
}

TEST(CloudFrontRealtime, TellsFieldsByTheirValuesWhereTheyLeaveOneChoice) {
  const std::pair<const char*, bool> cases[] = {
      {"timestamp c-ip time-to-first-byte sc-status cs-method cs-protocol cs-host cs-uri-stem x-edge-location "
       "x-edge-request-id x-host-header time-taken cs-protocol-version c-ip-version", true},
      {"timestamp c-ip s-ip time-to-first-byte cs-method cs-uri-stem x-edge-location", true},
      {"timestamp c-ip cs-method cs-uri-stem x-edge-location", true},
      // query, agent or cookie; which of the results
      {"timestamp c-ip cs-method cs-uri-stem x-edge-location cs-user-agent", false},
      {"timestamp c-ip sc-status x-edge-location x-edge-result-type", false},
      {"timestamp c-ip sc-status cs-method x-edge-location", true},
  };
  for (const auto& [fields, is_told] : cases) {
    const Reading r = testing::read_whole(line_of(fields) + "\n" + line_of(fields));
    EXPECT_EQ(r.records.size(), is_told ? 2u : 0u) << fields;
    for (const auto& record : r.records)
      for (const std::string_view field : split(fields, ' ')) EXPECT_EQ(value(record, field), cell_of(field)) << field;
    if (is_told) continue;
    ASSERT_GE(r.report.diagnostics.size(), 1u) << fields;
    EXPECT_EQ(r.report.diagnostics[0].reason, "ambiguous_format") << fields;
    EXPECT_EQ(r.report.rejected, 2u);
    const Reading told = testing::read_whole_with(line_of(fields), {.read = {.flow_format = fields}});
    ASSERT_EQ(told.records.size(), 1u) << fields;
    for (const std::string_view field : split(fields, ' '))
      EXPECT_EQ(value(told.records[0], field), cell_of(field)) << field;
  }
}

/// One number of bytes looks like a status; two hardly do.
TEST(CloudFrontRealtime, TakesOneNumberForNeitherBytesNorStatus) {
  const std::string line = line_of("timestamp c-ip sc-status cs-method x-edge-location");
  EXPECT_EQ(testing::read_whole(line).records.size(), 0u);
  EXPECT_EQ(testing::read_whole(line + "\n" + line).records.size(), 2u);
}

TEST(CloudFrontRealtime, ReadsAnyOrderThatIsGiven) {
  const char* fields = "cs-user-agent sc-status cs-uri-stem c-ip";
  const Reading r = testing::read_whole_with(line_of(fields), {.read = {.flow_format = fields}});
  ASSERT_EQ(r.records.size(), 1u);
  EXPECT_FALSE(r.records[0].time);
  EXPECT_EQ(value(r.records[0], "agent"), "curl/8 x");
  // Not every line with tabs is one.
  EXPECT_EQ(testing::read_whole_with("a\tb\tc\td", {.read = {.flow_format = fields}}).records.size(), 0u);
}

TEST(CloudFrontRealtime, ReadsJson) {
  const Reading r = testing::read_whole(
      R"({"timestamp":"1709632801.250","c-ip":"198.51.100.7","cs-user-agent":"curl/8","sc-status":200,"cs-host":"-",
          "x-edge-location":"FRA56","cs-uri-stem":"/"})");
  ASSERT_EQ(r.records.size(), 1u);
  EXPECT_EQ(r.records[0].type, "cloudfront_realtime");
  EXPECT_EQ(value(r.records[0], "sc-status"), "200");
  EXPECT_EQ(value(r.records[0], "cs-host"), "");
  EXPECT_EQ(format_rfc3339(*r.records[0].time), "2024-03-05T10:00:01.250000Z");
}

TEST(CloudFrontRealtime, RefusesWithAReason) {
  const std::string fields = "timestamp c-ip time-to-first-byte sc-status cs-method cs-protocol cs-host cs-uri-stem "
                             "x-edge-location x-edge-request-id";
  const std::string good = line_of(fields) + "\n" + line_of(fields);
  const std::string line = line_of(fields);
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string out = line;
    return out.replace(out.find(from), from.size(), to);
  };
  const std::pair<std::string, const char*> bad[] = {
      {with("\t404", "\tOK"), "bad_number"},     {with("198.51.100.7", "a client"), "bad_value"},
      {with("FRA56-P1", "Frankfurt"), "bad_value"}, {line + "\t1", "bad_field_count"},
      {line.substr(0, 40), "bad_field_count"},   {"<html>", "bad_field_count"},
  };
  for (const auto& [text, reason] : bad) {
    const Reading r = testing::read_every_way(good + "\n" + text + "\n" + good, 7);
    EXPECT_EQ(r.records.size(), 4u) << text;
    ASSERT_EQ(r.report.diagnostics.size(), 1u) << text;
    EXPECT_EQ(r.report.diagnostics[0].reason, reason) << text;
  }
}

TEST(CloudFrontRealtime, DoesNotTakeOtherLogs) {
  for (const char* text : {"1709632801.250\t198.51.100.7\tstarted", "1709632801\ta\tb\tc", "1709632801.250\tHit the wall",
                           R"({"cs-host":"a","cs-user-agent":"b","sc-status":"200","s-port":"80"})"})
    EXPECT_EQ(testing::read_whole(text).records.size(), 0u) << text;
}

TEST(CloudFrontRealtime, FormatsAreChecked) {
  const std::pair<const char*, bool> cases[] = {
      {"timestamp c-ip", true},       {"timestamp c-ip c-ip", false}, {"timestamp srcaddr", false},
      {"timestamp c-iq", false},      {"cs(User-Agent) sc_status", true},
  };
  for (const auto& [format, is_right] : cases) EXPECT_EQ(check({.flow_format = format}).has_value(), is_right) << format;
}

}  // namespace
}  // namespace backtrail::sources
