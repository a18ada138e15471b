// The linked DuckDB reads the lines of a log by its own means into the columns that backtrail has, with a time (no
// rules, no evidence copy, no hash).
//   bench_read_text flows|alb THREADS FOLDER DATABASE      prints one JSON line
#include <duckdb.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "duckdb_run.h"
#include "measure.h"

namespace {

/// By read_csv, whose separator and types suit flow logs as they are.
std::string read_flows(const std::string& files) {
  return fmt::format(
      "CREATE TABLE vpc_flow_logs AS SELECT *, make_timestamp(\"start\" * 1000000) AS _time FROM read_csv({}, delim = "
      "' ', header = true, nullstr = '-', auto_detect = false, columns = {{'version': 'INTEGER', 'account_id': "
      "'VARCHAR', 'interface_id': 'VARCHAR', 'srcaddr': 'VARCHAR', 'dstaddr': 'VARCHAR', 'srcport': 'INTEGER', "
      "'dstport': 'INTEGER', 'protocol': 'BIGINT', 'packets': 'BIGINT', 'bytes': 'BIGINT', 'start': 'BIGINT', 'end': "
      "'BIGINT', 'action': 'VARCHAR', 'log_status': 'VARCHAR', 'vpc_id': 'VARCHAR', 'subnet_id': 'VARCHAR', "
      "'instance_id': 'VARCHAR', 'tcp_flags': 'INTEGER', 'type': 'VARCHAR', 'pkt_srcaddr': 'VARCHAR', 'pkt_dstaddr': "
      "'VARCHAR', 'region': 'VARCHAR', 'az_id': 'VARCHAR', 'sublocation_type': 'VARCHAR', 'sublocation_id': 'VARCHAR', "
      "'pkt_src_aws_service': 'VARCHAR', 'pkt_dst_aws_service': 'VARCHAR', 'flow_direction': 'VARCHAR', "
      "'traffic_path': 'INTEGER'}})",
      files);
}

/// By regexp_extract with a group for each of the 34 columns, as Athena's table of ALB logs is declared.
std::string read_alb(const std::string& files) {
  // One group a field: a word, a text in quotes, an address with its port, a request of three words.
  constexpr std::string_view kWord = "([^ ]*)", kText = "\"([^\"]*)\"";
  std::string pattern = "^";
  const auto field = [&](std::string_view form) {
    if (pattern.size() > 1) pattern += ' ';
    pattern += form;
  };
  for (int i = 0; i < 3; ++i) field(kWord);
  for (int i = 0; i < 2; ++i) field("(.*?)[:-]([0-9]*)");
  for (int i = 0; i < 7; ++i) field(kWord);
  field("\"([^ ]*) (.*) (- |[^ ]*)\"");
  field(kText);
  for (int i = 0; i < 3; ++i) field(kWord);
  for (int i = 0; i < 3; ++i) field(kText);
  for (int i = 0; i < 2; ++i) field(kWord);
  for (int i = 0; i < 7; ++i) field(kText);
  field(kWord);
  std::string names, columns;
  constexpr std::string_view kNames[] = {
      "type", "time", "elb", "client_ip", "client_port", "target_ip", "target_port", "request_processing_time",
      "target_processing_time", "response_processing_time", "elb_status_code", "target_status_code", "received_bytes",
      "sent_bytes", "request_verb", "request_url", "request_proto", "user_agent", "ssl_cipher", "ssl_protocol",
      "target_group_arn", "trace_id", "domain_name", "chosen_cert_arn", "matched_rule_priority", "request_creation_time",
      "actions_executed", "redirect_url", "lambda_error_reason", "target_port_list", "target_status_code_list",
      "classification", "classification_reason", "conn_trace_id"};
  for (const std::string_view name : kNames) {
    names += (names.empty() ? "'" : ", '") + std::string(name) + "'";
    const std::string_view type = name.ends_with("_port") || name == "elb_status_code" ? "INTEGER"
                                  : name.ends_with("_bytes")                            ? "BIGINT"
                                  : name.ends_with("processing_time")                   ? "DOUBLE"
                                                                                        : "";
    const std::string part = fmt::format("x.\"{}\"", name);
    columns += (type.empty() ? part : fmt::format("TRY_CAST({} AS {})", part, type)) + fmt::format(" AS \"{}\", ", name);
  }
  return fmt::format(
      "CREATE TABLE alb_access_logs AS SELECT {}TRY_CAST(x.\"time\" AS TIMESTAMP) AS _time FROM (SELECT "
      "regexp_extract(line, {}, [{}]) AS x FROM read_csv({}, columns = {{'line': 'VARCHAR'}}, delim = '\\0', quote = '', "
      "escape = '', header = false, auto_detect = false))",
      columns, bench::sql_text(pattern), names, files);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view kind = argc == 5 ? argv[1] : "";
  if (kind != "flows" && kind != "alb") {
    fmt::print(stderr, "usage: bench_read_text flows|alb THREADS FOLDER DATABASE\n");
    return 2;
  }
  const bench::Stopwatch watch;
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  if (duckdb_open(argv[4], &database) != DuckDBSuccess || duckdb_connect(database, &connection) != DuckDBSuccess) {
    fmt::print(stderr, "bench_read_text: cannot open {}\n", argv[4]);
    return 1;
  }
  const std::string files = bench::sql_text(std::string(argv[3]) + "/*.log");
  const auto run = [&](const std::string& sql) { return bench::run("bench_read_text", connection, sql); };
  const bool good = run(fmt::format("SET threads = {}", std::atoi(argv[2]))) && run("SET preserve_insertion_order = false") &&
                    run(kind == "flows" ? read_flows(files) : read_alb(files)) && run("CHECKPOINT");
  duckdb_disconnect(&connection);
  duckdb_close(&database);
  if (!good) return 1;
  fmt::print(R"({{"seconds":{:.4f},"cpu":{:.4f},"store_bytes":{}}})"
             "\n",
             watch.wall(), watch.cpu(), std::filesystem::file_size(argv[4]));
  return 0;
}
