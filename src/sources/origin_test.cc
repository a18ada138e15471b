#include <gtest/gtest.h>

#include "sources/sources.h"

namespace backtrail::sources {
namespace {

TEST(OriginOfPath, TellsAccountAndRegionAsAwsDelivers) {
  const struct {
    const char* path;
    const char* account;
    const char* region;
  } cases[] = {
      {"b/AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/05/f.json.gz", "111122223333", "us-east-1"},
      {"b/AWSLogs/o-abc/111122223333/CloudTrail/us-east-1/2024/03/05/f.json.gz", "111122223333", "us-east-1"},
      {"AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2024/month=03/day=05/hour=01/f.parquet",
       "111122223333", "eu-west-1"},
      {"aws/CLOUD_TRAIL_MGMT/2.0/region=us-east-1/accountId=111122223333/eventDay=20240305/f.gz.parquet", "111122223333",
       "us-east-1"},
      {"region=north/accountId=1/eventDay=20240305/f.parquet", "", ""},
      {"accountId=11112222333x/f.parquet", "", ""},
      {"f.json", "", ""},
      {"", "", ""},
  };
  for (const auto& c : cases) {
    const Origin origin = origin_of_path(c.path);
    EXPECT_EQ(origin.account, c.account) << c.path;
    EXPECT_EQ(origin.region, c.region) << c.path;
  }
}

}  // namespace
}  // namespace backtrail::sources
