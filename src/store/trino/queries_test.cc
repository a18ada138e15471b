#include <gtest/gtest.h>

#include "store/trino/test_database.h"

namespace backtrail::store::trino {
namespace {

/// Queries of the shapes that people publish for CloudTrail, on Athena's table.
class Queries : public testing::Test {
 protected:
  Queries() {
    EXPECT_EQ(db_.execute("CREATE TABLE cloudtrail_logs (useridentity STRUCT(\"type\" VARCHAR, arn "
                          "VARCHAR, sessioncontext "
                          "STRUCT(sessionissuer STRUCT(username VARCHAR))), eventtime VARCHAR, "
                          "eventsource VARCHAR, eventname "
                          "VARCHAR, awsregion VARCHAR, sourceipaddress VARCHAR, errorcode VARCHAR, "
                          "requestparameters VARCHAR, "
                          "resources STRUCT(arn VARCHAR, accountid VARCHAR, \"type\" VARCHAR)[], "
                          "readonly VARCHAR)"),
              "");
    EXPECT_EQ(
        db_.execute(
            "INSERT INTO cloudtrail_logs VALUES "
            "({'type': 'AssumedRole', 'arn': 'arn:aws:sts::1:assumed-role/x/y', 'sessioncontext': "
            "{'sessionissuer': {'username': 'x'}}}, '2023-07-10T11:42:31Z', 's3.amazonaws.com', "
            "'GetObject', "
            "'us-east-1', '10.1.2.3', NULL, '{\"bucketName\":\"b\",\"key\":\"k\"}', "
            "[{'arn': 'arn:aws:s3:::b', 'accountid': '1', 'type': 'AWS::S3::Bucket'}, "
            "{'arn': 'arn:aws:s3:::b/k', 'accountid': NULL, 'type': 'AWS::S3::Object'}], 'true'), "
            "(NULL, '2023-07-10T23:59:59Z', 'signin.amazonaws.com', 'ConsoleLogin', 'us-east-1', "
            "'AWS Internal', 'AccessDenied', NULL, NULL, 'false'), "
            "({'type': 'IAMUser', 'arn': 'arn:aws:iam::1:user/u', 'sessioncontext': NULL}, "
            "'2023-07-11T00:00:01Z', 'ec2.amazonaws.com', 'DescribeInstances', 'eu-west-1', "
            "'2001:db8::1', "
            "NULL, 'cut {', NULL, 'true')"),
        "");
  }

  void expect(std::string_view query, std::string_view rows) {
    const auto answer = db_.rows(query);
    ASSERT_TRUE(answer) << query << "\n" << answer.error().message;
    EXPECT_EQ(Json(Json::Array(*answer)).dump(), rows) << query;
  }

  TestDatabase db_;
};

TEST_F(Queries, OfAthena) {
  expect(
      "SELECT eventname, count(*) AS n FROM \"awsdatacatalog\".\"default\".\"cloudtrail_logs\" "
      "WHERE eventtime >= '2023-07-10T00:00:00Z' GROUP BY eventname ORDER BY n DESC, eventname "
      "LIMIT 2",
      R"([["ConsoleLogin",1],["DescribeInstances",1]])");
  expect(
      "SELECT useridentity.sessioncontext.sessionissuer.username FROM default.cloudtrail_logs "
      "WHERE useridentity.type = 'AssumedRole'",
      R"([["x"]])");
  expect(
      "SELECT json_extract_scalar(requestparameters, '$.bucketName') AS bucket FROM "
      "cloudtrail_logs ORDER BY eventtime",
      R"([["b"],[null],[null]])");
  expect(
      "SELECT c.eventname, r.arn FROM cloudtrail_logs c CROSS JOIN UNNEST(c.resources) AS t(r) "
      "ORDER BY 2",
      R"([["GetObject","arn:aws:s3:::b"],["GetObject","arn:aws:s3:::b/k"]])");
  expect(
      "SELECT arn, kind FROM cloudtrail_logs, UNNEST(resources) AS t(arn, account, kind) WHERE "
      "account IS NULL",
      R"([["arn:aws:s3:::b/k","AWS::S3::Object"]])");
  expect(
      "SELECT transform(filter(resources, r -> r.type = 'AWS::S3::Bucket'), r -> r.arn) FROM "
      "cloudtrail_logs "
      "WHERE any_match(resources, r -> r.arn LIKE '%s3%')",
      R"([[["arn:aws:s3:::b"]]])");
  expect(
      "SELECT date_format(date_trunc('hour', from_iso8601_timestamp(eventtime)), '%Y-%m-%d %H') AS "
      "h, count(*) "
      "FROM cloudtrail_logs GROUP BY 1 ORDER BY 1",
      R"([["2023-07-10 11",1],["2023-07-10 23",1],["2023-07-11 00",1]])");
  expect(
      "SELECT array_agg(DISTINCT awsregion ORDER BY awsregion), count_if(errorcode IS NOT NULL), "
      "approx_distinct(sourceipaddress) FROM cloudtrail_logs",
      R"([[["eu-west-1","us-east-1"],1,3]])");
  expect(
      "WITH e AS (SELECT CAST(from_iso8601_timestamp(eventtime) AS date) AS day, eventname FROM "
      "cloudtrail_logs) "
      "SELECT day, count(*), listagg(eventname, ',') WITHIN GROUP (ORDER BY eventname) FROM e "
      "WHERE day > date '2023-07-11' - interval '1' day GROUP BY day",
      R"([["2023-07-11",1,"DescribeInstances"]])");
  expect(
      "SELECT CAST(count(errorcode) AS double) / count(*) > 0.3, 100 * count(errorcode) / count(*) "
      "FROM cloudtrail_logs",
      "[[true,33]]");
}

TEST_F(Queries, WithAddressesThatAreNone) {
  // Not every value is an address, and DuckDB may look at them before the first term excludes them.
  expect(
      "SELECT eventname FROM cloudtrail_logs WHERE regexp_like(sourceipaddress, '^\\d') "
      "AND CAST(sourceipaddress AS IPADDRESS) BETWEEN IPADDRESS '10.0.0.0' AND IPADDRESS "
      "'10.255.255.255'",
      R"([["GetObject"]])");
  expect(
      "SELECT eventname FROM cloudtrail_logs WHERE contains('2001:db8::/32', CAST(sourceipaddress "
      "AS IPADDRESS))",
      R"([["DescribeInstances"]])");
  expect(
      "SELECT eventname, is_in_cidr(sourceipaddress, '10.0.0.0/8') FROM cloudtrail_logs ORDER BY "
      "eventtime",
      R"([["GetObject",true],["ConsoleLogin",null],["DescribeInstances",false]])");
}

TEST_F(Queries, OfCloudTrailLake) {
  ASSERT_EQ(db_.execute("CREATE VIEW cloudtrail_lake AS SELECT * REPLACE (TRY_CAST(eventtime AS timestamp) AS eventtime, "
                        "TRY_CAST(readonly AS boolean) AS readonly) FROM cloudtrail_logs"),
            "");
  expect(
      "SELECT element_at(requestParameters, 'bucketName') AS bucket FROM "
      "0a1b2c3d-1234-5678-9abc-def012345678 "
      "WHERE eventTime > '2023-07-10 00:00:00' AND eventTime < '2023-07-10 12:00:00'",
      R"([["b"]])");
  expect(
      "SELECT e.eventName FROM 0a1b2c3d-1234-5678-9abc-def012345678 AS e WHERE e.eventTime >= "
      "timestamp '2023-07-10 12:00:00' AND e.readOnly = true",
      R"([["DescribeInstances"]])");
  expect("SELECT eventName FROM cloudtrail_logs WHERE requestParameters['key'] = 'k'",
         R"([["GetObject"]])");
  // AWS's placeholders for an event data store
  for (const char* store : {"<EVENT DATA STORE ID>", "<event_data_store_id>", "<EDS ID>", "<Event data store Id>", "$EDS_ID",
                            "<EDS_ID> AS e", "(SELECT * FROM $EDS_ID) AS e"})
    expect(std::string("SELECT count(*) FROM ") + store, "[[3]]");
  for (const char* other : {"<table>", "$TABLE", "<>", "<EDS ID", "$EDS_OTHER", "<1>"})
    EXPECT_FALSE(db_.rows(std::string("SELECT count(*) FROM ") + other)) << other;
}

TEST_F(Queries, ReadMembersOfJsonTextsByADot) {
  expect("SELECT requestParameters.bucketName AS b, c.requestparameters.\"key\" AS k FROM cloudtrail_logs c WHERE "
         "requestParameters.bucketName IN ('b')",
         R"([["b","k"]])");
  expect("SELECT x.requestparameters.a.b AS v FROM (SELECT '{\"a\":{\"b\":1}}' AS requestparameters) x", R"([["1"]])");
  expect("SELECT requestparameters.a.b.c AS v FROM (SELECT '{\"a\":{\"b\":1}}' AS requestparameters)", R"([[null]])");
  expect("SELECT responseelements.\"it's\" AS v FROM (SELECT '{\"it''s\":1}' AS responseelements)", R"([["1"]])");
  EXPECT_FALSE(db_.rows("SELECT eventname.x FROM cloudtrail_logs"));
}

}  // namespace
}  // namespace backtrail::store::trino
