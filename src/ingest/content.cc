#include "ingest/detail/content.h"

#include <array>
#include <cstring>
#include <string>

#include "base/json_value.h"
#include "sources/sources.h"

namespace backtrail::ingest {
namespace {

using model::Record;
using model::Value;
namespace slots = sources;

constexpr std::array kContentSlots = {
    slots::kEventVersion,      slots::kEventTime,          slots::kEventSource,
    slots::kEventName,         slots::kAwsRegion,          slots::kSourceIPAddress,
    slots::kUserAgent,         slots::kErrorCode,          slots::kErrorMessage,
    slots::kRequestID,         slots::kEventType,          slots::kApiVersion,
    slots::kSharedEventID,     slots::kVpcEndpointId,      slots::kVpcEndpointAccountId,
    slots::kEventCategory,     slots::kManagementEvent,    slots::kReadOnly,
    slots::kSessionCredentialFromConsole, slots::kRequestParameters, slots::kResponseElements,
    slots::kAdditionalEventData, slots::kResources,        slots::kServiceEventDetails,
    slots::kTlsDetails,        slots::kAddendum,           slots::kEdgeDeviceDetails,
    slots::kInsightDetails,    slots::kUserIdentity,       slots::kOther,
};

void put_number(std::string& out, std::uint64_t n) {
  out.append(reinterpret_cast<const char*>(&n), sizeof n);
}

void put_part(std::string& out, int slot, std::string_view part) {
  put_number(out, static_cast<std::uint64_t>(slot));
  put_number(out, part.size());
  out.append(part);
}

/// Objects and arrays by value, also where a table of query results holds them as text.
std::string value_form(std::string_view text) {
  if (text.starts_with('{') || text.starts_with('['))
    if (auto form = json_value_form(text)) return std::move(*form);
  return std::string(text);
}

}  // namespace

std::optional<std::string_view> slot_text(const Record& record, int slot) {
  const Value& v = record.at(slot);
  switch (v.kind) {
    case Value::Kind::absent:
    case Value::Kind::null: return std::nullopt;
    case Value::Kind::text:
    case Value::Kind::integer:
    case Value::Kind::real: return v.text;
    case Value::Kind::boolean: return v.boolean ? "true" : "false";
    case Value::Kind::object:
    case Value::Kind::array: return record.compact(v);
  }
  return std::nullopt;
}

std::uint64_t content_hash(const Record& record, std::uint64_t secret) {
  // A sum, so that the order of the members does not count.
  std::uint64_t sum = 0;
  for (const int slot : kContentSlots)
    if (const auto text = slot_text(record, slot))
      sum += hash64(*text, secret + static_cast<std::uint64_t>(slot) * 0x9e3779b97f4a7c15);
  return sum;
}

ContentDigest digest_of(const Record& record) {
  std::string value = "backtrail content value";
  std::string form = "backtrail content form";
  // Two eventIDs could be made to have one key.
  put_part(value, slots::kEventID, slot_text(record, slots::kEventID).value_or(""));
  for (const int slot : kContentSlots) {
    const auto text = slot_text(record, slot);
    if (!text) continue;
    put_part(value, slot, value_form(*text));
    put_part(form, slot, *text);
  }
  return {strong_hash128(value), strong_hash128(form)};
}

Hash128 strong_hash128(std::string_view bytes) {
  const Sha256 hash = sha256(bytes);
  Hash128 out;
  for (std::size_t i = 0; i < 8; ++i) {
    out.high = out.high << 8 | hash[i];
    out.low = out.low << 8 | hash[i + 8];
  }
  return out;
}

}  // namespace backtrail::ingest
