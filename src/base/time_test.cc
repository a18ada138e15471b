#include "base/time.h"

#include <gtest/gtest.h>

namespace backtrail {
namespace {

TEST(ParseLogTime, ReadsTheShapesThatLogsHold) {
  const Timestamp want = *parse_rfc3339("2023-07-10T11:42:31Z");
  for (const char* text :
       {"2023-07-10T11:42:31Z", "2023-07-10 11:42:31", "2023-07-10 11:42:31 UTC",
        "2023-07-10T13:42:31+02:00", "2023-07-10T13:42:31+0200", "2023-07-10T06:12:31-05:30",
        "2023-07-10T13:42:31+02", "2023-07-10t11:42:31z", "2023-07-10T11:42:31.000Z"}) {
    ASSERT_TRUE(parse_log_time(text)) << text;
    EXPECT_EQ(*parse_log_time(text), want) << text;
  }
  EXPECT_EQ(format_rfc3339(*parse_log_time("2023-07-10")), "2023-07-10T00:00:00Z");
}

TEST(ParseLogTime, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "yesterday", "2023-13-01T00:00:00Z", "2023-02-30", "2023-07-10T24:00:00Z",
        "2023-07-10T11:60:00Z", "2023-07-10T11:42", "2023-07-10T11:42:31ZZ",
        "2023-07-10T11:42:31.Z", "2023-07-10T11:42:31+25:00", "0000-01-01T00:00:00Z", "1688989351",
        "2023-07-10T11:42:31 garbage"})
    EXPECT_FALSE(parse_log_time(text)) << text;
}

TEST(FormatRfc3339, PrintsAFractionOnlyWhenThereIsOne) {
  EXPECT_EQ(format_rfc3339(*parse_rfc3339("2023-07-10T11:42:31.5Z")),
            "2023-07-10T11:42:31.500000Z");
  EXPECT_EQ(format_rfc3339(*parse_rfc3339("1969-12-31T23:59:59Z")), "1969-12-31T23:59:59Z");
  EXPECT_EQ(format_rfc3339(*parse_rfc3339("0001-01-02T03:04:05.000006Z")),
            "0001-01-02T03:04:05.000006Z");
  EXPECT_EQ(format_rfc3339(Timestamp{std::chrono::sys_days{std::chrono::year{12345} / 6 / 7}}),
            "12345-06-07T00:00:00Z");
}

TEST(ParseTimeArgument, ReadsSpansBackFromNow) {
  const Timestamp now = *parse_rfc3339("2026-01-10T12:00:00Z");
  EXPECT_EQ(format_rfc3339(*parse_time_argument("24h", now)), "2026-01-09T12:00:00Z");
  EXPECT_EQ(format_rfc3339(*parse_time_argument("now-2h", now)), "2026-01-10T10:00:00Z");
  EXPECT_EQ(format_rfc3339(*parse_time_argument("now", now)), "2026-01-10T12:00:00Z");
  EXPECT_EQ(format_rfc3339(*parse_time_argument("1w", now)), "2026-01-03T12:00:00Z");
  for (const char* bad : {"", "h", "24", "24y", "99999999999h", "now-", "-5m-"})
    EXPECT_EQ(parse_time_argument(bad, now).error().id, "time.invalid") << bad;
}

}  // namespace
}  // namespace backtrail
