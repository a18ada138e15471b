// The linked DuckDB reads flow logs by its own read_csv into the columns that the files have, with a time (no
// rules, no evidence copy, no hash).
//   bench_read_flows THREADS FOLDER DATABASE      prints one JSON line
#include <duckdb.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "duckdb_run.h"
#include "measure.h"

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: bench_read_flows THREADS FOLDER DATABASE\n");
    return 2;
  }
  const bench::Stopwatch watch;
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  if (duckdb_open(argv[3], &database) != DuckDBSuccess || duckdb_connect(database, &connection) != DuckDBSuccess) {
    fmt::print(stderr, "bench_read_flows: cannot open {}\n", argv[3]);
    return 1;
  }
  const std::string create = fmt::format(
      "CREATE TABLE vpc_flow_logs AS SELECT *, make_timestamp(\"start\" * 1000000) AS _time FROM read_csv({}, delim = "
      "' ', header = true, nullstr = '-', auto_detect = false, columns = {{'version': 'INTEGER', 'account_id': "
      "'VARCHAR', 'interface_id': 'VARCHAR', 'srcaddr': 'VARCHAR', 'dstaddr': 'VARCHAR', 'srcport': 'INTEGER', "
      "'dstport': 'INTEGER', 'protocol': 'BIGINT', 'packets': 'BIGINT', 'bytes': 'BIGINT', 'start': 'BIGINT', 'end': "
      "'BIGINT', 'action': 'VARCHAR', 'log_status': 'VARCHAR', 'vpc_id': 'VARCHAR', 'subnet_id': 'VARCHAR', "
      "'instance_id': 'VARCHAR', 'tcp_flags': 'INTEGER', 'type': 'VARCHAR', 'pkt_srcaddr': 'VARCHAR', 'pkt_dstaddr': "
      "'VARCHAR', 'region': 'VARCHAR', 'az_id': 'VARCHAR', 'sublocation_type': 'VARCHAR', 'sublocation_id': 'VARCHAR', "
      "'pkt_src_aws_service': 'VARCHAR', 'pkt_dst_aws_service': 'VARCHAR', 'flow_direction': 'VARCHAR', "
      "'traffic_path': 'INTEGER'}})",
      bench::sql_text(std::string(argv[2]) + "/*.log"));
  const bool good = bench::run("bench_read_flows", connection, fmt::format("SET threads = {}", std::atoi(argv[1]))) &&
                    bench::run("bench_read_flows", connection, "SET preserve_insertion_order = false") && bench::run("bench_read_flows", connection, create) &&
                    bench::run("bench_read_flows", connection, "CHECKPOINT");
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  if (!good) return 1;
  fmt::print(R"({{"seconds":{:.4f},"cpu":{:.4f},"store_bytes":{}}})"
             "\n",
             watch.wall(), watch.cpu(), std::filesystem::file_size(argv[3]));
  return 0;
}
