#include <gtest/gtest.h>

#include "sources/testing.h"

namespace backtrail::sources {
namespace {

using testing::read_whole;
using testing::Reading;

const std::string kOwner = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";

std::string line(std::string_view requester, std::string_view key, std::string_view time = "05/Mar/2024:10:00:01 +0000",
                 std::string_view agent = "\"aws-cli/2.15\"") {
  return kOwner + " logs [" + std::string(time) + "] 198.51.100.7 " + std::string(requester) +
         " 0123456789ABCDEF REST.GET.OBJECT " + std::string(key) +
         " \"GET /logs/x HTTP/1.1\" 403 AccessDenied 113 4096 7 3 \"-\" " + std::string(agent) +
         " - hostid= SigV4 TLS_AES_128_GCM_SHA256 AuthHeader logs.s3.eu-west-1.amazonaws.com TLSv1.3 - Yes";
}

TEST(S3Access, ReadsALine) {
  const Reading r = read_whole(line("arn:aws:sts::111122223333:assumed-role/App/i-0123", "a%2520b+c") + " eu-west-1");
  ASSERT_EQ(r.records.size(), 1u);
  const auto& record = r.records[0];
  EXPECT_EQ(record.type, "s3access");
  EXPECT_EQ(record.region, "eu-west-1");
  EXPECT_EQ(format_rfc3339(*record.time), "2024-03-05T10:00:01Z");
  EXPECT_EQ(testing::value(record, "requestdatetime"), "05/Mar/2024:10:00:01 +0000");
  EXPECT_EQ(testing::value(record, "principal"), "arn:aws:sts::111122223333:assumed-role/App");
  EXPECT_EQ(testing::value(record, "session"), "i-0123");
  EXPECT_EQ(testing::value(record, "key"), "a%2520b+c");
  EXPECT_EQ(testing::value(record, "object"), "arn:aws:s3:::logs/a%20b c");
  EXPECT_EQ(testing::value(record, "request_uri"), "GET /logs/x HTTP/1.1");
  EXPECT_EQ(testing::value(record, "referrer"), "");
  EXPECT_EQ(testing::value(record, "aclrequired"), "Yes");
  EXPECT_EQ(testing::value(record, "source_region"), "eu-west-1");
}

TEST(S3Access, NamesWhoAsked) {
  const std::pair<const char*, const char*> cases[] = {
      {"-", ""},  // anonymous by the shape
      {kOwner.c_str(), ""},
      {"arn:aws:iam::111122223333:user/ann", ""},
      {"svc:delivery.logs.amazonaws.com", ""},
      {"arn:aws:sts::111122223333:assumed-role/App/a/b", "arn:aws:sts::111122223333:assumed-role/App"},
      {"arn:aws:sts::111122223333:assumed-role/App", ""},
  };
  const model::LogType& type = *find_log_type("s3access");
  for (const auto& [requester, principal] : cases) {
    const Reading r = read_whole(line(requester, "k"));
    ASSERT_EQ(r.records.size(), 1u);
    EXPECT_EQ(testing::value(r.records[0], "principal"), principal) << requester;
  }
  EXPECT_EQ(type.shape.principal.otherwise, "anonymous");
}

TEST(S3Access, ReadsTimesOfAnyOffset) {
  const std::pair<const char*, const char*> cases[] = {
      {"05/Mar/2024:10:00:01 +0200", "2024-03-05T08:00:01Z"},
      {"31/Dec/2023:23:59:59 -0330", "2024-01-01T03:29:59Z"},
      {"29/Feb/2024:00:00:00 +0000", "2024-02-29T00:00:00Z"},
      {"29/Feb/2023:00:00:00 +0000", ""},
      {"05/Mrz/2024:10:00:01 +0000", ""},
      {"05/arA/2024:10:00:01 +0000", ""},
      {"05/Mar/2024:10:00:61 +0000", ""},
  };
  for (const auto& [text, time] : cases) {
    const Reading r = read_whole(line("-", "k", text));
    ASSERT_EQ(r.records.size(), 1u) << text;
    EXPECT_EQ(r.records[0].time ? format_rfc3339(*r.records[0].time) : "", time) << text;
    EXPECT_EQ(r.report.unreadable_times, *time == '\0' ? 1u : 0u) << text;
  }
}

TEST(S3Access, DecodesKeysOnlyIntoText) {
  const std::pair<const char*, const char*> cases[] = {
      {"plain/key", "arn:aws:s3:::logs/plain/key"}, {"-", "arn:aws:s3:::logs"},
      {"%C3%A9", "arn:aws:s3:::logs/\xC3\xA9"},      {"%FF", "arn:aws:s3:::logs/%FF"},
      {"100%", "arn:aws:s3:::logs/100%"},            {"a%2", "arn:aws:s3:::logs/a%2"},
      {"%2B", "arn:aws:s3:::logs/+"},
  };
  for (const auto& [key, object] : cases) {
    const Reading r = read_whole(line("-", key));
    ASSERT_EQ(r.records.size(), 1u) << key;
    EXPECT_EQ(testing::value(r.records[0], "object"), object) << key;
  }
}

TEST(S3Access, RefusesWithAReason) {
  const std::pair<std::string, const char*> bad[] = {
      {kOwner + " logs [05/Mar/2024:10:00:01 +0000] 198.51.100.7 - 01 REST.GET.OBJECT k", "bad_field_count"},
      {line("-", "k", "05/Mar/2024:10:00:01 +0000", "\"never closed"), "bad_quotes"},
      {kOwner + " logs 05/Mar/2024 198.51.100.7", "unknown_line"},
      {kOwner + " logs [05/Mar/2024:10:00:01 +0000 never closed", "unknown_line"},
  };
  for (const auto& [text, reason] : bad) {
    const Reading r = read_whole(line("-", "k") + "\n" + text + "\n");
    EXPECT_EQ(r.records.size(), 1u) << text;
    ASSERT_EQ(r.report.diagnostics.size(), 1u) << text;
    EXPECT_EQ(r.report.diagnostics[0].reason, reason) << text;
  }
}

/// Common and combined logs of web servers look alike.
TEST(S3Access, DoesNotTakeWebServersLogs) {
  for (const char* text :
       {"198.51.100.7 - - [05/Mar/2024:10:00:01 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"curl\"",
        "a b [05/Mar/2024:10:00:01 +0000] \"GET / HTTP/1.1\" 200 12 x", "a b [c] d"})
    EXPECT_EQ(read_whole(text).records.size(), 0u) << text;
}

}  // namespace
}  // namespace backtrail::sources
