#include "analysis/flows.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "analysis/detail/flow_sql.h"
#include "analysis/detail/sql.h"
#include "base/network.h"

namespace backtrail::analysis {
namespace {

struct Service {
  std::uint64_t port;
  std::string_view name;
  bool remote_access;
};
constexpr std::array kServices = std::to_array<Service>({
    {22, "ssh", true},          {23, "telnet", true},        {25, "smtp", false},          {53, "dns", false},
    {80, "http", false},        {123, "ntp", false},         {135, "rpc", true},           {389, "ldap", false},
    {443, "https", false},      {445, "smb", true},          {1433, "sqlserver", true},    {1521, "oracle", true},
    {2375, "docker", true},     {2376, "docker", true},      {2379, "etcd", true},         {3306, "mysql", true},
    {3389, "rdp", true},        {5432, "postgresql", true},  {5439, "redshift", true},     {5900, "vnc", true},
    {5985, "winrm", true},      {5986, "winrm", true},       {6379, "redis", true},        {6443, "kubernetes", true},
    {9200, "opensearch", true}, {10250, "kubelet", true},    {11211, "memcached", true},   {27017, "mongodb", true},
});

std::string remote_ports() {
  std::string out;
  for (const Service& s : kServices)
    if (s.remote_access) out += (out.empty() ? "" : ", ") + std::to_string(s.port);
  return out;
}

/// `template_text` with the address in place of each `{}`.
std::string with_address(const std::string& template_text, std::string_view address) {
  std::string out;
  for (std::size_t i = 0; i < template_text.size(); ++i) {
    if (template_text.compare(i, 2, "{}") != 0) {
      out += template_text[i];
      continue;
    }
    out += address;
    ++i;
  }
  return out;
}

Result<void> find_connections(store::Engine& engine, const FlowSql& sql, const FlowOptions& options, Flows& out,
                              const std::stop_token& stop) {
  std::string condition;
  if (options.view == FlowView::access)
    condition = "WHERE NOT client_in AND server_in AND accepted > 0 AND received > 0 AND port IN (" + remote_ports() + ")";
  return each_row(
      engine,
      {.sql = sql.with + "SELECT client, server, port, protocol, client_in, server_in, CAST(least(sent, 9223372036854775807) AS "
                         "BIGINT), CAST(least(received, 9223372036854775807) AS BIGINT), CAST(least(packets, "
                         "9223372036854775807) AS BIGINT), records, "
                         "accepted, rejected, connections, first, last FROM pairs " +
              condition + " ORDER BY sent + received DESC, records DESC, client, server, port, protocol LIMIT " +
              std::to_string(options.limit + 1),
       .parameters = sql.parameters},
      [&](std::span<const store::Cell> c) {
        if (out.connections.size() == options.limit) {
          out.truncated = true;
          return false;
        }
        out.connections.push_back({.client = store::to_text(c[0]),
                                   .server = store::to_text(c[1]),
                                   .port = to_count(c[2]),
                                   .protocol = to_count(c[3]),
                                   .from_outside = !std::get<bool>(c[4]),
                                   .to_outside = !std::get<bool>(c[5]),
                                   .sent = to_count(c[6]),
                                   .received = to_count(c[7]),
                                   .packets = to_count(c[8]),
                                   .records = to_count(c[9]),
                                   .accepted = to_count(c[10]),
                                   .rejected = to_count(c[11]),
                                   .connections = to_count(c[12]),
                                   .first = store::to_time(c[13]),
                                   .last = store::to_time(c[14])});
        return true;
      },
      stop);
}

/// What tells a record from another one. A record that a flow log delivers twice (to S3 and to CloudWatch Logs, packed
/// and unpacked) has all of it alike. Where its format leaves out which interface, ports or times it is of, others
/// may look the same: such a record is told by its uid.
constexpr std::string_view kDistinct =
    "interface_id, CASE WHEN interface_id IS NULL THEN tgw_attachment_id END AS attachment, srcaddr, dstaddr, srcport, "
    "dstport, protocol, packets, bytes, \"start\", \"end\", \"action\", tcp_flags, flow_direction, pkt_srcaddr, pkt_dstaddr, "
    "_time, CASE WHEN (interface_id IS NULL AND tgw_attachment_id IS NULL) OR srcport IS NULL OR dstport IS NULL OR "
    "protocol IS NULL OR packets IS NULL OR bytes IS NULL OR \"start\" IS NULL OR \"end\" IS NULL THEN uid END AS alone";

Where window_of(const FlowOptions& options) {
  Where where;
  where.window("_time", options.window);
  if (!options.account.empty()) where.add("_account = ?", options.account);
  if (!options.region.empty()) where.add("coalesce(region, _region) = ?", options.region);
  return where;
}

Result<void> read_limits(store::Engine& engine, const FlowOptions& options, Flows& out, const std::stop_token& stop) {
  Where where = window_of(options);
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine,
      {.sql = "SELECT count(*), count(*) FILTER (log_status = 'NODATA'), count(*) FILTER (log_status = 'SKIPDATA'), "
              "count(*) FILTER ((srcaddr IS NULL OR dstaddr IS NULL) AND coalesce(log_status, 'OK') = 'OK'), "
              "count(*) FILTER (srcaddr IS NOT NULL AND dstaddr IS NOT NULL AND coalesce(tcp_flags, 0) & 2 = 0), "
              "min(_time), max(_time) FROM main.vpc_flow_logs " +
              where.text(),
       .parameters = where.parameters()},
      [&out](std::span<const store::Cell> c) {
        out.limits = {.records = to_count(c[0]),
                      .nodata = to_count(c[1]),
                      .skipdata = to_count(c[2]),
                      .without_addresses = to_count(c[3]),
                      .direction_by_port = to_count(c[4]),
                      .first = store::to_time(c[5]),
                      .last = store::to_time(c[6])};
        return true;
      },
      stop));
  where.add("srcaddr IS NOT NULL AND dstaddr IS NOT NULL");
  return each_row(
      engine,
      {.sql = "SELECT CAST(coalesce(sum(n) - count(*), 0) AS BIGINT) FROM (SELECT count(*) AS n, " + std::string(kDistinct) +
              " FROM main.vpc_flow_logs " + where.text() + " GROUP BY ALL)",
       .parameters = where.parameters()},
      [&out](std::span<const store::Cell> c) {
        out.limits.repeated = to_count(c[0]);
        return true;
      },
      stop);
}

}  // namespace

std::string_view service_name(std::uint64_t port) {
  for (const Service& s : kServices)
    if (s.port == port) return s.name;
  return {};
}

Result<std::string> inside_condition(casefile::Case& kase, store::Engine& engine, std::stop_token stop) {
  std::string out =
      R"(regexp_matches({}, '^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])\.|)"
      R"(127\.|169\.254\.|f[cd][0-9a-f]{2}:|fe80:|::1$)'))";
  std::vector<Network> own;
  for (const std::string& text : kase.info().context.networks)
    if (auto network = parse_network(text)) own.push_back(*std::move(network));
  if (own.empty()) return out;
  std::string list;
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine,
      {.sql = "SELECT srcaddr AS a FROM main.vpc_flow_logs WHERE a IS NOT NULL UNION SELECT dstaddr FROM "
              "main.vpc_flow_logs WHERE dstaddr IS NOT NULL ORDER BY a"},
      [&](std::span<const store::Cell> c) {
        const std::string text = store::to_text(c[0]);
        const auto address = parse_address(text);
        const bool is_own = address && std::any_of(own.begin(), own.end(),
                                                   [&](const Network& n) { return contains(n, *address); });
        if (is_own) list += (list.empty() ? "'" : ", '") + text + "'";
        return true;
      },
      stop));
  return list.empty() ? out : "(" + out + " OR {} IN (" + list + "))";
}

FlowSql flow_sql(const FlowOptions& options, const std::string& inside, bool repeats) {
  Where where = window_of(options);
  where.add("srcaddr IS NOT NULL AND dstaddr IS NOT NULL");
  if (!options.address.empty()) {
    const std::string address = where.bind(options.address);
    where.add("(srcaddr = " + address + " OR dstaddr = " + address + ")");
  }
  FlowSql out;
  // Who began: a SYN without its answer tells; then the lower port is the server's; what was refused never
  // got an answer. Interfaces are chosen hour by hour: an address moves from one to another.
  out.with =
      "WITH told AS (SELECT " + (repeats ? "DISTINCT " + std::string(kDistinct) : "*") + " FROM main.vpc_flow_logs " +
      where.text() + "), f AS (SELECT _time, coalesce(interface_id, '') AS interface_id, srcaddr, dstaddr, coalesce(srcport, 0) AS "
      "srcport, coalesce(dstport, 0) AS dstport, coalesce(protocol, -1) AS protocol, coalesce(packets, 0) AS packets, "
      "coalesce(bytes, 0) AS bytes, coalesce(\"action\", 'ACCEPT') AS \"action\", CASE WHEN protocol = 6 AND tcp_flags & "
      "2 = 2 THEN tcp_flags & 16 = 0 WHEN \"action\" = 'REJECT' THEN true WHEN srcport = dstport THEN srcaddr <= dstaddr "
      "ELSE coalesce(dstport, 0) < coalesce(srcport, 0) END AS forward, " +
      with_address(inside, "srcaddr") + " AS src_in, " + with_address(inside, "dstaddr") +
      " AS dst_in FROM told), legs AS (SELECT _time, interface_id, \"action\", packets, protocol, "
      "CASE WHEN forward THEN srcaddr ELSE dstaddr END AS client, CASE WHEN forward THEN dstaddr ELSE srcaddr END AS "
      "server, CASE WHEN forward THEN dstport ELSE srcport END AS port, CASE WHEN forward THEN srcport ELSE dstport END "
      "AS client_port, CASE WHEN forward THEN src_in ELSE dst_in END AS client_in, CASE WHEN forward THEN dst_in ELSE "
      "src_in END AS server_in, CASE WHEN forward AND \"action\" = 'ACCEPT' THEN bytes ELSE 0 END AS sent, CASE WHEN NOT "
      "forward AND \"action\" = 'ACCEPT' THEN bytes ELSE 0 END AS received FROM f), "
      "seen AS (SELECT client, server, port, protocol, time_bucket(INTERVAL '1 hour', _time) AS bucket, interface_id, "
      "sum(sent) AS sent, sum(received) AS received, sum(packets) AS packets, count(*) AS records, count(*) FILTER "
      "(\"action\" = 'ACCEPT') AS accepted, count(*) FILTER (\"action\" = 'REJECT') AS rejected FROM legs GROUP BY ALL), "
      "best AS (SELECT * FROM seen QUALIFY row_number() OVER (PARTITION BY client, server, port, protocol, bucket ORDER "
      "BY sent + received DESC, records DESC, interface_id) = 1), "
      "sums AS (SELECT client, server, port, protocol, sum(sent) AS sent, sum(received) AS received, sum(packets) AS "
      "packets, CAST(sum(records) AS BIGINT) AS records, CAST(sum(accepted) AS BIGINT) AS accepted, CAST(sum(rejected) AS "
      "BIGINT) AS rejected FROM best GROUP BY client, server, port, protocol), "
      "ends AS (SELECT client, server, port, protocol, bool_or(client_in) AS client_in, bool_or(server_in) AS server_in, "
      "count(DISTINCT client_port) AS connections, min(_time) AS first, max(_time) AS last FROM legs GROUP BY client, "
      "server, port, protocol), "
      "pairs AS (SELECT * FROM sums JOIN ends USING (client, server, port, protocol)) ";
  out.parameters = where.parameters();
  return out;
}

Result<Flows> flows(casefile::Case& kase, const FlowOptions& options, std::stop_token stop) {
  BACKTRAIL_ASSIGN(store::Store* const store, kase.store());
  store::Engine& engine = store->engine();
  BACKTRAIL_ASSIGN(const std::string inside, inside_condition(kase, engine, stop));
  Flows out;
  BACKTRAIL_RETURN_IF_ERROR(read_limits(engine, options, out, stop));
  const FlowSql sql = flow_sql(options, inside, out.limits.repeated > 0);
  switch (options.view) {
    case FlowView::talkers:
    case FlowView::access:
    case FlowView::peers: BACKTRAIL_RETURN_IF_ERROR(find_connections(engine, sql, options, out, stop)); break;
    case FlowView::scans: BACKTRAIL_RETURN_IF_ERROR(find_scans(engine, sql, options, out, stop)); break;
    case FlowView::beacons: BACKTRAIL_RETURN_IF_ERROR(find_beacons(engine, sql, options, out, stop)); break;
    case FlowView::outbound: BACKTRAIL_RETURN_IF_ERROR(find_outbound(engine, sql, options, out, stop)); break;
  }
  BACKTRAIL_RETURN_IF_ERROR(describe_addresses(engine, out, stop));
  return out;
}

}  // namespace backtrail::analysis
