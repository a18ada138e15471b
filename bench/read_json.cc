// The linked DuckDB reads the same files by its own read_json into the columns of `cloudtrail_logs`
// (no rules, no de-duplication, no evidence copy).
//   bench_read_json THREADS FOLDER DATABASE      prints one JSON line
#include <duckdb.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "duckdb_run.h"
#include "measure.h"

namespace {

constexpr const char* kRecords = R"sql(STRUCT(
  eventVersion VARCHAR,
  userIdentity STRUCT(
    "type" VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR, invokedBy VARCHAR,
    accessKeyId VARCHAR, userName VARCHAR,
    onBehalfOf STRUCT(userId VARCHAR, identityStoreArn VARCHAR),
    sessionContext STRUCT(
      attributes STRUCT(mfaAuthenticated VARCHAR, creationDate VARCHAR),
      sessionIssuer STRUCT("type" VARCHAR, principalId VARCHAR, arn VARCHAR, accountId VARCHAR,
                           userName VARCHAR),
      ec2RoleDelivery VARCHAR,
      webIdFederationData STRUCT(federatedProvider VARCHAR, attributes MAP(VARCHAR, VARCHAR)))),
  eventTime VARCHAR, eventSource VARCHAR, eventName VARCHAR, awsRegion VARCHAR,
  sourceIPAddress VARCHAR, userAgent VARCHAR, errorCode VARCHAR, errorMessage VARCHAR,
  requestParameters JSON, responseElements JSON, additionalEventData JSON,
  requestID VARCHAR, eventID VARCHAR,
  resources STRUCT(ARN VARCHAR, accountId VARCHAR, "type" VARCHAR)[],
  eventType VARCHAR, apiVersion VARCHAR, readOnly VARCHAR, recipientAccountId VARCHAR,
  serviceEventDetails JSON, sharedEventID VARCHAR, vpcEndpointId VARCHAR,
  vpcEndpointAccountId VARCHAR, eventCategory VARCHAR,
  addendum STRUCT(reason VARCHAR, updatedFields VARCHAR, originalRequestID VARCHAR,
                  originalEventID VARCHAR),
  sessionCredentialFromConsole VARCHAR, edgeDeviceDetails JSON,
  tlsDetails STRUCT(tlsVersion VARCHAR, cipherSuite VARCHAR, clientProvidedHostHeader VARCHAR))[])sql";

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: bench_read_json THREADS FOLDER DATABASE\n");
    return 2;
  }
  const bench::Stopwatch watch;
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  if (duckdb_open(argv[3], &database) != DuckDBSuccess ||
      duckdb_connect(database, &connection) != DuckDBSuccess) {
    fmt::print(stderr, "bench_read_json: cannot open {}\n", argv[3]);
    return 1;
  }
  const std::string glob = bench::sql_text(std::string(argv[2]) + "/**/*.json.gz");
  const std::string create = fmt::format(
      "CREATE TABLE cloudtrail_logs AS SELECT r.*, try_cast(r.eventTime AS TIMESTAMP) AS _time "
      "FROM "
      "(SELECT unnest(Records) AS r FROM read_json({}, format = 'unstructured', columns = "
      "{{Records: {}}}))",
      glob, bench::sql_text(kRecords));
  const bool good = bench::run("bench_read_json", connection, fmt::format("SET threads = {}", std::atoi(argv[1]))) &&
                    bench::run("bench_read_json", connection, "SET preserve_insertion_order = false") &&
                    bench::run("bench_read_json", connection, create) && bench::run("bench_read_json", connection, "CHECKPOINT");
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  if (!good) return 1;
  fmt::print(R"({{"seconds":{:.4f},"cpu":{:.4f},"store_bytes":{}}})"
             "\n",
             watch.wall(), watch.cpu(), std::filesystem::file_size(argv[3]));
  return 0;
}
