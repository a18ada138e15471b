#include "sources/detail/line_text.h"

#include <gtest/gtest.h>

namespace backtrail::sources::detail {
namespace {

TEST(TimeOfEpoch, TakesDigitsAndAFractionAndNothingElse) {
  EXPECT_EQ(format_rfc3339(time_of_epoch("1418530010", 1).value()), "2014-12-14T04:06:50Z");
  EXPECT_EQ(format_rfc3339(time_of_epoch("1418530010123", 1000).value()), "2014-12-14T04:06:50.123000Z");
  EXPECT_EQ(time_of_epoch("1418530010.987", 1), time_of_epoch("1418530010", 1));
  for (const char* text : {"", "1418530010e3", "1418530010.x", "1418530010 ", " 1", "0x10", "99999999999999999999", "1.5.5"})
    EXPECT_FALSE(time_of_epoch(text, 1)) << text;
}

TEST(TimeOfCommonLog, ReadsTheFormOfAccessLogs) {
  EXPECT_EQ(format_rfc3339(time_of_common_log("06/Feb/2019:00:00:38 +0000").value()), "2019-02-06T00:00:38Z");
  EXPECT_EQ(format_rfc3339(time_of_common_log("31/Dec/2025:23:30:00 -0100").value()), "2026-01-01T00:30:00Z");
  for (const char* text : {"", "06/Feb/2019:00:00:38", "06/ebM/2019:00:00:38 +0000", "30/Feb/2019:00:00:38 +0000",
                           "06/feb/2019:00:00:38 +0000", "06/Feb/2019:24:00:38 +0000", "06/Feb/2019:00:00:38 +00:0"})
    EXPECT_FALSE(time_of_common_log(text)) << text;
}

TEST(IsRegionName, KnowsTheFormNotTheList) {
  for (const char* text : {"us-east-1", "eu-central-2", "us-gov-west-1", "us-iso-east-1"})
    EXPECT_TRUE(is_region_name(text)) << text;
  for (const char* text : {"", "us-east", "useast-1a", "US-EAST-1", "us-east-1/", "-", "us_east-1", "us-east-x"})
    EXPECT_FALSE(is_region_name(text)) << text;
}

}  // namespace
}  // namespace backtrail::sources::detail
