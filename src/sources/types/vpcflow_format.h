#pragma once

#include <array>
#include <cstdint>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/log_type.h"

/// The fields of VPC flow logs and what their values look like. Sources: Amazon VPC User Guide, "Flow log
/// records"; Amazon Athena User Guide, "Query Amazon VPC flow logs"; the fields of transit gateways: Amazon
/// VPC Transit Gateways, "Transit Gateway Flow Log records".
namespace backtrail::sources::detail {

/// What a value is told by at a glance.
enum class FlowForm : std::uint8_t { any, address, interface, action, status };

struct FlowField {
  std::string_view name;  // as the header spells it
  model::FieldKind kind = model::FieldKind::text;
  FlowForm form = FlowForm::any;
};

// Athena's columns in its order, then the fields that it has not published a table for.
inline constexpr std::array kFlowFields = std::to_array<FlowField>({
    {"version", model::FieldKind::integer},
    {"account-id"},
    {"interface-id", model::FieldKind::text, FlowForm::interface},
    {"srcaddr", model::FieldKind::text, FlowForm::address},
    {"dstaddr", model::FieldKind::text, FlowForm::address},
    {"srcport", model::FieldKind::integer},
    {"dstport", model::FieldKind::integer},
    {"protocol", model::FieldKind::big_integer},
    {"packets", model::FieldKind::big_integer},
    {"bytes", model::FieldKind::big_integer},
    {"start", model::FieldKind::big_integer},
    {"end", model::FieldKind::big_integer},
    {"action", model::FieldKind::text, FlowForm::action},
    {"log-status", model::FieldKind::text, FlowForm::status},
    {"vpc-id"},
    {"subnet-id"},
    {"instance-id"},
    {"tcp-flags", model::FieldKind::integer},
    {"type"},
    {"pkt-srcaddr", model::FieldKind::text, FlowForm::address},
    {"pkt-dstaddr", model::FieldKind::text, FlowForm::address},
    {"region"},
    {"az-id"},
    {"sublocation-type"},
    {"sublocation-id"},
    {"pkt-src-aws-service"},
    {"pkt-dst-aws-service"},
    {"flow-direction"},
    {"traffic-path", model::FieldKind::integer},
    {"reject-reason"},
    {"resource-id"},
    {"encryption-status", model::FieldKind::integer},
    {"ecs-cluster-arn"},
    {"ecs-cluster-name"},
    {"ecs-container-instance-arn"},
    {"ecs-container-instance-id"},
    {"ecs-container-id"},
    {"ecs-second-container-id"},
    {"ecs-service-name"},
    {"ecs-task-definition-arn"},
    {"ecs-task-arn"},
    {"ecs-task-id"},
    {"resource-type"},
    {"tgw-id"},
    {"tgw-attachment-id"},
    {"tgw-src-vpc-account-id"},
    {"tgw-dst-vpc-account-id"},
    {"tgw-src-vpc-id"},
    {"tgw-dst-vpc-id"},
    {"tgw-src-subnet-id"},
    {"tgw-dst-subnet-id"},
    {"tgw-src-eni"},
    {"tgw-dst-eni"},
    {"tgw-src-az-id"},
    {"tgw-dst-az-id"},
    {"tgw-pair-attachment-id"},
    {"packets-lost-no-route", model::FieldKind::big_integer},
    {"packets-lost-blackhole", model::FieldKind::big_integer},
    {"packets-lost-mtu-exceeded", model::FieldKind::big_integer},
    {"packets-lost-ttl-expired", model::FieldKind::big_integer},
});


constexpr std::size_t flow_field(std::string_view name) {
  for (std::size_t i = 0; i < kFlowFields.size(); ++i)
    if (kFlowFields[i].name == name) return i;
  return kFlowFields.size();
}

/// Fields in the order in which a line has them.
using FlowOrder = std::vector<std::size_t>;

/// The field of a word of a header or format: with `-` or `_`, in any case, with or without `${…}`.
/// kFlowFields.size(): none.
[[nodiscard]] std::size_t flow_field_of_word(std::string_view word);
/// Of a header, or of a format as AWS takes it; nullopt when a word is no field or comes twice.
[[nodiscard]] std::optional<FlowOrder> flow_order_of(std::string_view words);
/// Version 2.
[[nodiscard]] const FlowOrder& default_flow_order();

/// The word can be a value of the field.
[[nodiscard]] bool fits_flow_field(std::size_t field, std::string_view word);
/// The line has a value for each field, and each fits.
[[nodiscard]] bool fits_flow_order(const FlowOrder& order, std::string_view line);

/// What the values of lines without header say of their order.
struct FlowGuess {
  bool is_flow = false;     // the lines are flow records of some order
  FlowOrder order{};        // when the values leave one choice; else empty
};
/// `lines`: the first of a file. Published orders come first; else each column's values must leave it one
/// field (two, where start and end tell each other).
[[nodiscard]] FlowGuess guess_flow_order(std::span<const std::string_view> lines);

}  // namespace backtrail::sources::detail
