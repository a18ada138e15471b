#include "sources/detail/web_fields.h"

#include <gtest/gtest.h>

#include "sources/testing.h"

namespace backtrail::sources {
namespace {

TEST(WebFields, TakeUrlsApart) {
  struct Row {
    const char *url, *host, *path, *query;
  };
  const Row rows[] = {
      {"https://a.example:443/x/y?q=1?2", "a.example", "/x/y", "q=1?2"},
      {"http://a.example", "a.example", "", ""},
      {"http://a.example?q", "a.example", "", "q"},
      {"http://[2001:db8::7]/", "[2001:db8::7]", "/", ""},
      {"http://[2001:db8::7]:80/", "[2001:db8::7]", "/", ""},
      {"/x?u=http://b/", "", "/x", "u=http://b/"},
      {"-", "-", "", ""},
      {"", "", "", ""},
      {"://", "", "", ""},
      {"a:b:c?", "a:b", "", ""},
  };
  for (const Row& row : rows) {
    detail::WebRequest request;
    detail::split_url(row.url, request);
    EXPECT_EQ(request.host, row.host) << row.url;
    EXPECT_EQ(request.path, row.path) << row.url;
    EXPECT_EQ(request.query, row.query) << row.url;
    EXPECT_EQ(request.url, row.url);
  }
}

/// One request in the logs of four services: rules see the same.
TEST(WebFields, AreTheSameInEachLog) {
  const std::pair<const char*, std::string> lines[] = {
      {"alb",
       "https 2024-03-05T10:00:01.123456Z app/web/0123456789abcdef 198.51.100.7:40001 10.0.1.5:8443 0.001 0.020 0.000 403 "
       "403 120 4096 \"POST https://a.example:443/x/%252e?q=%27 HTTP/1.1\" \"curl/8 x\" c TLSv1.3 - \"Root=1-0\""},
      {"clb",
       "2024-03-05T10:00:01.123456Z old 198.51.100.7:40001 10.0.0.1:80 0.1 0.1 0.1 403 403 82 0 \"POST "
       "https://a.example:443/x/%252e?q=%27 HTTP/1.1\" \"curl/8 x\" - -"},
      {"cloudfront",
       "2024-03-05\t10:00:01\tFRA56-P1\t4096\t198.51.100.7\tPOST\td1.cloudfront.net\t/x/%252e\t403\t-\tcurl/8%20x\tq=%27\t-\t"
       "Error\tAq==\ta.example\thttps\t320"},
  };
  for (const auto& [type, line] : lines) {
    const testing::Reading r = testing::read_whole(line);
    ASSERT_EQ(r.records.size(), 1u) << type;
    const auto& record = r.records[0];
    EXPECT_EQ(record.type, type);
    EXPECT_EQ(find_log_type(type)->category, "webserver");
    const std::pair<const char*, const char*> fields[] = {
        {"c-ip", "198.51.100.7"},   {"cs-method", "POST"}, {"cs-host", "a.example"},
        {"cs-uri-stem", "/x/%252e"}, {"cs-uri-query", "q=%27"}, {"c-uri", "/x/%252e?q=%27"},
        {"sc-status", "403"},       {"cs-user-agent", "curl/8 x"}};
    for (const auto& [field, value] : fields) EXPECT_EQ(testing::value(record, field), value) << type << " " << field;
    const std::string decoded = testing::value(record, "decoded_url");
    EXPECT_TRUE(decoded.ends_with("/x/.?q='")) << type << " " << decoded;
  }
}

/// Path and query stand side by side, but not in a URL.
TEST(WebFields, JoinPathAndQueryOfCellsWithAQuestionMark) {
  const testing::Reading r = testing::read_whole("#Fields: x-edge-location cs-uri-stem cs-uri-query\nFRA56\t/a\tq=1\n");
  ASSERT_EQ(r.records.size(), 1u);
  EXPECT_EQ(testing::value(r.records[0], "c-uri"), "/a?q=1");
}

}  // namespace
}  // namespace backtrail::sources
