// What the case knows of the addresses in an answer: the instance behind them, who started it, findings.
#include <map>

#include "analysis/detail/flow_sql.h"
#include "analysis/detail/sql.h"

namespace backtrail::analysis {
namespace {

using Addresses = std::map<std::string, FlowAddress>;

void add(Addresses& all, const std::string& address, bool outside) {
  if (address.empty()) return;
  all.try_emplace(address, FlowAddress{.address = address, .outside = outside});
}

/// Rows of (address, instance, interface, principal): the first source that knows an instance counts.
Result<void> learn(store::Engine& engine, const std::string& sql, std::string_view source, Addresses& all,
                   const std::stop_token& stop) {
  return each_row(
      engine, {.sql = sql},
      [&](std::span<const store::Cell> c) {
        const auto at = all.find(store::to_text(c[0]));
        if (at == all.end()) return true;
        FlowAddress& a = at->second;
        const std::string instance = store::to_text(c[1]);
        const std::string interface = store::to_text(c[2]);
        if (a.instance.empty() && !instance.empty()) {
          a.instance = instance;
          a.known_by = source;
        }
        if (a.interface.empty()) a.interface = interface;
        if (a.known_by.empty() && !a.interface.empty()) a.known_by = source;
        if (a.started_by.empty() && a.instance == instance) a.started_by = store::to_text(c[3]);
        return true;
      },
      stop);
}

// A record is of the interface that sent it (egress) or got it (ingress).
constexpr const char* kOfFlows =
    "SELECT DISTINCT CASE flow_direction WHEN 'egress' THEN srcaddr ELSE dstaddr END AS address, instance_id, "
    "interface_id, NULL FROM main.vpc_flow_logs WHERE flow_direction IN ('egress', 'ingress') AND address IS NOT NULL "
    "ORDER BY ALL";

constexpr const char* kOfInstances =
    "WITH i AS (SELECT _time, useridentity.arn AS principal, unnest(CAST(json_extract(try_cast(responseelements AS "
    "JSON), '$.instancesSet.items') AS JSON[])) AS item FROM main.cloudtrail_logs WHERE eventname = 'RunInstances' AND "
    "json_type(try_cast(responseelements AS JSON), '$.instancesSet.items') = 'ARRAY') SELECT unnest([item->>"
    "'$.privateIpAddress', item->>'$.ipAddress']) AS address, item->>'$.instanceId', item->>"
    "'$.networkInterfaceSet.items[0].networkInterfaceId', principal FROM i ORDER BY _time DESC NULLS LAST, 1, 2, 3";

constexpr const char* kOfAddresses =
    "SELECT try_cast(requestparameters AS JSON)->>'$.publicIp', try_cast(requestparameters AS JSON)->>'$.instanceId', "
    "try_cast(requestparameters AS JSON)->>'$.networkInterfaceId', NULL FROM main.cloudtrail_logs WHERE eventname = "
    "'AssociateAddress' AND coalesce(errorcode, '') = '' ORDER BY _time DESC NULLS LAST, 1, 2, 3";

constexpr const char* kOfConfig =
    "WITH c AS (SELECT resourcetype, resourceid, _time, try_cast(configuration AS JSON) AS j FROM main.config_items "
    "WHERE resourcetype IN ('AWS::EC2::Instance', 'AWS::EC2::NetworkInterface')) SELECT unnest([j->>"
    "'$.privateIpAddress', j->>'$.publicIpAddress', j->>'$.association.publicIp']) AS address, CASE resourcetype WHEN "
    "'AWS::EC2::Instance' THEN resourceid ELSE j->>'$.attachment.instanceId' END, CASE resourcetype WHEN "
    "'AWS::EC2::NetworkInterface' THEN resourceid END, NULL FROM c ORDER BY _time DESC NULLS LAST, 1, 2, 3";

}  // namespace

Result<void> describe_addresses(store::Engine& engine, Flows& out, std::stop_token stop) {
  Addresses all;
  for (const FlowConnection& c : out.connections) {
    add(all, c.client, c.from_outside);
    add(all, c.server, c.to_outside);
  }
  for (const FlowScan& s : out.scans) {
    add(all, s.source, s.from_outside);
    add(all, s.target, false);
  }
  for (const FlowBeacon& b : out.beacons) {
    add(all, b.client, false);
    add(all, b.server, b.to_outside);
  }
  for (const FlowOutbound& o : out.outbound) {
    add(all, o.host, false);
    add(all, o.top, true);
  }
  if (all.empty()) return {};
  BACKTRAIL_RETURN_IF_ERROR(learn(engine, kOfFlows, "flow log", all, stop));
  BACKTRAIL_RETURN_IF_ERROR(learn(engine, kOfInstances, "CloudTrail", all, stop));
  BACKTRAIL_RETURN_IF_ERROR(learn(engine, kOfAddresses, "CloudTrail", all, stop));
  BACKTRAIL_RETURN_IF_ERROR(learn(engine, kOfConfig, "AWS Config", all, stop));
  BACKTRAIL_RETURN_IF_ERROR(each_row(
      engine,
      {.sql = "SELECT id, unnest(source_ips) AS address FROM findings UNION SELECT f.id, r.address FROM findings AS f, "
              "(SELECT unnest(resources) AS address, id FROM findings) AS r WHERE r.id = f.id ORDER BY ALL"},
      [&](std::span<const store::Cell> c) {
        if (const auto at = all.find(store::to_text(c[1])); at != all.end()) {
          at->second.findings.push_back(store::to_text(c[0]));
          return true;
        }
        for (auto& [address, known] : all)
          if (!known.instance.empty() && store::to_text(c[1]).ends_with(known.instance))
            known.findings.push_back(store::to_text(c[0]));
        return true;
      },
      stop));
  for (auto& [address, known] : all) out.addresses.push_back(std::move(known));
  return {};
}

}  // namespace backtrail::analysis
