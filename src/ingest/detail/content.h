#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/hash.h"
#include "model/record.h"

/// What a record says apart from where it was delivered: all fields but eventID and recipientAccountId.
/// JSON null counts as absent, and a top-level number or boolean as its text, as in the tables.
namespace backtrail::ingest {

/// A text slot's value as the store keeps it: numbers and booleans as text, objects and arrays as compact
/// JSON; nullopt when absent or null.
[[nodiscard]] std::optional<std::string_view> slot_text(const model::Record& record, int slot);

/// Equal for equal copies, whatever their white space and the order of their top-level fields. Quick; keyed
/// with `secret`, so that who writes logs cannot make other content look equal.
[[nodiscard]] std::uint64_t content_hash(const model::Record& record, std::uint64_t secret);

/// The same without a key, out of SHA-256, the eventID included. For copies that `content_hash` tells
/// apart.
struct ContentDigest {
  Hash128 value{};  // equal for copies that were only written differently (json_value_form)
  Hash128 form{};   // equal where `content_hash` is
};
[[nodiscard]] ContentDigest digest_of(const model::Record& record);

/// The first 128 bits of SHA-256.
[[nodiscard]] Hash128 strong_hash128(std::string_view bytes);

}  // namespace backtrail::ingest
