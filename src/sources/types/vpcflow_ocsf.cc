// VPC flow logs as Security Lake delivers them: OCSF network activity, versions 0.39 (source version 1) to
// 1.5. The fields go back to what the flow log called them, so that one flow gives one row in one table
// whichever way it came. Sources: Amazon Security Lake User Guide, "Querying VPC Flow Logs"; OCSF schema,
// "Network Activity [4001]".
#include <array>

#include "sources/detail/line_text.h"
#include "sources/types/types.h"
#include "sources/types/vpcflow_format.h"

namespace backtrail::sources::detail {
namespace {

struct Source {
  std::string_view field;
  std::array<std::string_view, 2> paths;  // the first that holds something counts
};

// Security Lake puts interface, instance, subnet and VPC on that side which the interface is on.
constexpr std::array kSources = std::to_array<Source>({
    {"version", {"metadata.product.version", ""}},
    {"account-id", {"cloud.account_uid", "cloud.account.uid"}},
    {"interface-id", {"src_endpoint.interface_uid", "dst_endpoint.interface_uid"}},
    {"srcaddr", {"src_endpoint.ip", ""}},
    {"dstaddr", {"dst_endpoint.ip", ""}},
    {"srcport", {"src_endpoint.port", ""}},
    {"dstport", {"dst_endpoint.port", ""}},
    {"protocol", {"connection_info.protocol_num", ""}},
    {"packets", {"traffic.packets", ""}},
    {"bytes", {"traffic.bytes", ""}},
    {"log-status", {"unmapped.log_status", "status_code"}},
    {"vpc-id", {"src_endpoint.vpc_uid", "dst_endpoint.vpc_uid"}},
    {"subnet-id", {"src_endpoint.subnet_uid", "dst_endpoint.subnet_uid"}},
    {"instance-id", {"src_endpoint.instance_uid", "dst_endpoint.instance_uid"}},
    {"tcp-flags", {"connection_info.tcp_flags", ""}},
    {"type", {"connection_info.protocol_ver", ""}},
    {"pkt-srcaddr", {"unmapped.pkt_srcaddr", ""}},
    {"pkt-dstaddr", {"unmapped.pkt_dstaddr", ""}},
    {"az-id", {"cloud.zone", ""}},
    {"sublocation-type", {"unmapped.sublocation_type", ""}},
    {"sublocation-id", {"unmapped.sublocation_id", ""}},
    {"pkt-src-aws-service", {"src_endpoint.svc_name", ""}},
    {"pkt-dst-aws-service", {"dst_endpoint.svc_name", ""}},
    {"flow-direction", {"connection_info.direction", ""}},
    {"traffic-path", {"unmapped.traffic_path", ""}},
});

bool recognises(const JsonItem& item) {
  const model::Value* const uid = item.find("class_uid");
  return uid != nullptr && uid->text == "4001" && item.at("metadata.product.name") == "Amazon VPC";
}

/// ACCEPT or REJECT; "" for NODATA and SKIPDATA.
std::string_view action_of(const JsonItem& item) {
  for (const char* path : {"action", "disposition", "activity_name"}) {
    const std::string word = item.at(path).value_or("");
    if (word == "Allowed" || word == "Established") return "ACCEPT";
    if (word == "Denied" || word == "Blocked" || word == "Refused") return "REJECT";
  }
  return {};
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  // What OCSF calls by a flow log's name is something else.
  draft.clear();
  for (const Source& source : kSources) {
    const std::size_t f = flow_field(source.field);
    for (const std::string_view path : source.paths) {
      if (path.empty()) continue;
      const auto value = item.at(path);
      if (!value || value->empty() || *value == "-") continue;
      if (kFlowFields[f].kind != model::FieldKind::text && !is_integer(*value))
        return Refusal{"bad_number", std::string(path) + " holds no number"};
      draft.keep_text(f, *value);
      break;
    }
  }
  if (const std::string_view action = action_of(item); !action.empty()) draft.text(flow_field("action"), action);
  // Milliseconds there, seconds here.
  const auto seconds = [&](std::string_view path, std::string_view field) {
    const auto text = item.at(path);
    if (!text) return;
    if (is_integer(*text) && text->size() > 3)
      draft.keep_text(flow_field(field), std::string_view(*text).substr(0, text->size() - 3));
  };
  const std::string_view start = item.at("start_time") ? "start_time" : "time";
  seconds(start, "start");
  seconds("end_time", "end");
  if (const auto time = item.at(start)) draft.time(time_of_epoch(*time, 1000));
  const std::string_view account = draft.at(flow_field("account-id"));
  if (account != "unknown") draft.account(account);
  // The region is where the lake has the record from, not a field of each flow log.
  if (const auto region = item.at("cloud.region")) draft.region(draft.keep(*region));
  return std::nullopt;
}

}  // namespace

JsonType vpcflow_ocsf_json() {
  return {.type = &vpcflow_type(), .recognises = recognises, .complete = complete};
}

}  // namespace backtrail::sources::detail
