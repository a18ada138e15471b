// Scans, beacons and what leaves the network.
#include <fmt/format.h>

#include "analysis/detail/flow_sql.h"
#include "analysis/detail/sql.h"

namespace backtrail::analysis {
namespace {

/// The cells' number as a double; nullopt for NULL.
std::optional<double> real(const store::Cell& c) {
  if (const double* d = std::get_if<double>(&c)) return *d;
  if (const std::int64_t* i = std::get_if<std::int64_t>(&c)) return static_cast<double>(*i);
  return std::nullopt;
}

/// Takes rows up to the limit.
template <typename T, typename Make>
auto up_to(std::uint64_t limit, std::vector<T>& into, bool& truncated, Make make) {
  return [limit, &into, &truncated, make](std::span<const store::Cell> c) {
    if (into.size() == limit) {
      truncated = true;
      return false;
    }
    into.push_back(make(c));
    return true;
  };
}

}  // namespace

Result<void> find_scans(store::Engine& engine, const FlowSql& sql, const FlowOptions& options, Flows& out,
                        std::stop_token stop) {
  const std::uint64_t least = options.least == 0 ? 20 : options.least;
  // Answers to a scan look like one in the other direction, from as many ports to few: those are left out.
  const std::string text = fmt::format(
      "{}, probes AS (SELECT *, time_bucket(INTERVAL '10 minutes', _time) AS bucket FROM f WHERE packets <= 3 AND "
      "protocol IN (6, 17) AND forward), "
      "ports_then AS (SELECT srcaddr, dstaddr, bucket, count(DISTINCT dstport) AS n FROM probes GROUP BY ALL), "
      "ports AS (SELECT srcaddr, dstaddr, bool_or(src_in) AS src_in, count(DISTINCT dstport) AS n, count(DISTINCT "
      "srcport) AS own, count(*) AS records, count(*) FILTER (\"action\" = 'REJECT') AS rejected, min(_time) AS first, "
      "max(_time) AS last FROM probes GROUP BY srcaddr, dstaddr), "
      "hosts_then AS (SELECT srcaddr, dstport, bucket, count(DISTINCT dstaddr) AS n FROM probes GROUP BY ALL), "
      "hosts AS (SELECT srcaddr, dstport, bool_or(src_in) AS src_in, count(DISTINCT dstaddr) AS n, count(*) AS records, "
      "count(*) FILTER (\"action\" = 'REJECT') AS rejected, min(_time) AS first, max(_time) AS last FROM probes GROUP BY "
      "srcaddr, dstport) "
      "SELECT srcaddr, dstaddr, src_in, 0 AS port, n, 1 AS hosts, most, records, rejected, first, last FROM ports JOIN "
      "(SELECT srcaddr, dstaddr, max(n) AS most FROM ports_then GROUP BY srcaddr, dstaddr) USING (srcaddr, dstaddr) "
      "WHERE most >= {} AND (n >= own OR rejected > 0) UNION ALL "
      "SELECT srcaddr, '', src_in, dstport, 1, n, most, records, rejected, first, last FROM hosts JOIN (SELECT srcaddr, "
      "dstport, max(n) AS most FROM hosts_then GROUP BY srcaddr, dstport) USING (srcaddr, dstport) WHERE most >= {} "
      "ORDER BY most DESC, srcaddr, dstaddr, port LIMIT {}",
      sql.with, least, least, options.limit + 1);
  return each_row(engine, {.sql = text, .parameters = sql.parameters},
                  up_to(options.limit, out.scans, out.truncated,
                        [](std::span<const store::Cell> c) {
                          return FlowScan{.source = store::to_text(c[0]),
                                          .target = store::to_text(c[1]),
                                          .from_outside = !std::get<bool>(c[2]),
                                          .port = to_count(c[3]),
                                          .ports = to_count(c[4]),
                                          .hosts = to_count(c[5]),
                                          .most = to_count(c[6]),
                                          .records = to_count(c[7]),
                                          .rejected = to_count(c[8]),
                                          .first = store::to_time(c[9]),
                                          .last = store::to_time(c[10])};
                        }),
                  stop);
}

Result<void> find_beacons(store::Engine& engine, const FlowSql& sql, const FlowOptions& options, Flows& out,
                          std::stop_token stop) {
  const std::uint64_t least = options.least == 0 ? 8 : options.least;
  // One connection is one port of the client, however many records it was cut into.
  const std::string text = fmt::format(
      "{}, recorded AS (SELECT client, server, port, protocol, client_port, interface_id, bool_and(server_in) AS "
      "server_in, min(_time) AS begin, max(_time) AS last, sum(sent) AS sent FROM legs WHERE port > 0 GROUP BY client, "
      "server, port, protocol, client_port, interface_id), "
      "begun AS (SELECT client, server, port, protocol, client_port, bool_and(server_in) AS server_in, min(begin) AS "
      "begin, max(last) AS last, max(sent) AS sent FROM recorded GROUP BY client, server, port, protocol, client_port), "
      "steps AS (SELECT *, epoch(begin) - lag(epoch(begin)) OVER (PARTITION BY client, server, port, "
      "protocol ORDER BY begin, client_port) AS step FROM begun), "
      "medians AS (SELECT client, server, port, protocol, CAST(median(step) AS DOUBLE) AS usual FROM steps GROUP BY ALL HAVING count(*) "
      ">= {}) "
      "SELECT client, server, port, protocol, bool_and(server_in), count(*), usual, avg(CASE WHEN step IS NOT NULL THEN "
      "CASE WHEN abs(step - usual) <= usual * {} THEN 1.0 ELSE 0.0 END END) AS regular, CAST(median(sent) AS DOUBLE), min(begin), "
      "max(last) FROM steps JOIN medians USING (client, server, port, protocol) WHERE usual >= 5 GROUP BY client, server, "
      "port, protocol, usual HAVING regular >= 0.8 ORDER BY bool_and(server_in), regular DESC, count(*) DESC, client, "
      "server, port, protocol LIMIT {}",
      sql.with, least, options.jitter, options.limit + 1);
  return each_row(engine, {.sql = text, .parameters = sql.parameters},
                  up_to(options.limit, out.beacons, out.truncated,
                        [](std::span<const store::Cell> c) {
                          return FlowBeacon{.client = store::to_text(c[0]),
                                            .server = store::to_text(c[1]),
                                            .port = to_count(c[2]),
                                            .protocol = to_count(c[3]),
                                            .to_outside = !std::get<bool>(c[4]),
                                            .connections = to_count(c[5]),
                                            .interval_seconds = real(c[6]).value_or(0),
                                            .regular = real(c[7]).value_or(0),
                                            .bytes_each = real(c[8]).value_or(0),
                                            .first = store::to_time(c[9]),
                                            .last = store::to_time(c[10])};
                        }),
                  stop);
}

Result<void> find_outbound(store::Engine& engine, const FlowSql& sql, const FlowOptions& options, Flows& out,
                           std::stop_token stop) {
  const std::string text = fmt::format(
      "{}, sent_by AS (SELECT srcaddr AS host, time_bucket(INTERVAL '1 hour', _time) AS bucket, dstaddr, interface_id, "
      "sum(bytes) AS bytes FROM f WHERE src_in AND NOT dst_in AND \"action\" = 'ACCEPT' AND _time IS NOT NULL GROUP BY "
      "ALL), hourly AS (SELECT host, bucket, dstaddr, max(bytes) AS bytes FROM sent_by GROUP BY ALL), "
      "once AS (SELECT host, strftime(bucket, '%Y-%m-%d') AS day, dstaddr, sum(bytes) AS bytes FROM hourly GROUP BY ALL), "
      "days AS (SELECT host, day, sum(bytes) AS bytes, count(*) AS destinations, arg_max(dstaddr, (bytes, dstaddr)) AS "
      "top, max(bytes) AS top_bytes FROM once GROUP BY host, day), "
      "others AS (SELECT a.host, a.day, count(b.day) AS n, CAST(median(b.bytes) AS DOUBLE) AS usual FROM days AS a LEFT JOIN days AS b ON "
      "a.host = b.host AND a.day <> b.day GROUP BY a.host, a.day) "
      "SELECT host, day, CAST(least(bytes, 9223372036854775807) AS BIGINT), destinations, top, CAST(least(top_bytes, "
      "9223372036854775807) AS BIGINT), n, CASE WHEN n >= 3 THEN usual END AS usual, CASE WHEN n >= "
      "3 AND usual > 0 THEN bytes / usual END AS factor FROM days JOIN others USING (host, day) ORDER BY factor DESC NULLS "
      "LAST, bytes DESC, host, day LIMIT {}",
      sql.with, options.limit + 1);
  return each_row(engine, {.sql = text, .parameters = sql.parameters},
                  up_to(options.limit, out.outbound, out.truncated,
                        [](std::span<const store::Cell> c) {
                          return FlowOutbound{.host = store::to_text(c[0]),
                                              .day = store::to_text(c[1]),
                                              .bytes = to_count(c[2]),
                                              .destinations = to_count(c[3]),
                                              .top = store::to_text(c[4]),
                                              .top_bytes = to_count(c[5]),
                                              .other_days = to_count(c[6]),
                                              .usual = real(c[7]),
                                              .factor = real(c[8])};
                        }),
                  stop);
}

}  // namespace backtrail::analysis
