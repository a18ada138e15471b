#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sources/types/cloudfront_fields.h"

/// The fields of CloudFront's real-time logs and what their values look like. A log holds those that its owner
/// chose, in the order of this list, and no header. Sources: CloudFront Developer Guide, "Use real-time access
/// logs"; Amazon Athena User Guide, "Create a table for CloudFront real-time logs".
namespace backtrail::sources::detail {

[[nodiscard]] const EdgeFields& realtime_fields();

/// Fields in the order in which a line has them.
using RealtimeOrder = std::vector<std::size_t>;

/// Of a list of field names; nullopt when a word is no field or comes twice.
[[nodiscard]] std::optional<RealtimeOrder> realtime_order_of(std::string_view words);
/// The line has a value for each field, and each fits; more than one is told by its form.
[[nodiscard]] bool fits_realtime_order(const RealtimeOrder& order, std::string_view line);

/// What the values of lines say of their order.
struct RealtimeGuess {
  bool is_realtime = false;  // the lines are records of some choice of fields
  RealtimeOrder order{};     // when the values leave one; fields whose values are all `-`: size()
};
[[nodiscard]] RealtimeGuess guess_realtime_order(std::span<const std::string_view> lines);

}  // namespace backtrail::sources::detail
