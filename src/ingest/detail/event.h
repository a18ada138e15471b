#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "ingest/detail/content.h"
#include "ingest/detail/dedupe.h"
#include "model/hit.h"
#include "model/record.h"
#include "sigma/sigma.h"
#include "sources/sources.h"
#include "store/store.h"

namespace backtrail::ingest {

/// What decides where a record goes.
struct EventFacts {
  bool has_id = false;
  EventKey key{};                   // of eventID and recipientAccountId; of the place without an eventID
  std::uint64_t content = 0;        // equal for copies of one event, however they are laid out
  std::optional<Timestamp> time{};  // NULL when absent or unreadable
  bool unreadable_time = false;     // there is a time text that cannot be read
};

[[nodiscard]] inline bool is_cloudtrail(const sources::Found& found) {
  return found.type == &sources::cloudtrail_type();
}
[[nodiscard]] EventFacts facts_of(const sources::Found& found, std::uint64_t secret);
[[nodiscard]] EventFacts facts_without_content(const sources::Found& found);

/// The columns that `write_record` fills for a type other than CloudTrail.
[[nodiscard]] std::span<const std::string> record_leaves(const model::LogType& type);
void write_record(store::RowWriter& out, const sources::Found& found, Hash128 uid, Place place);
/// The event as hits keep it.
[[nodiscard]] model::EventRef ref_of(const sources::Found& found, const EventFacts& facts, Hash128 uid);

// CloudTrail's records:

/// `secret` keys the content hash: who writes logs must not be able to make other content look equal.
[[nodiscard]] EventFacts facts_of(const model::Record& record, std::uint64_t secret);
/// All but the content, which costs most.
[[nodiscard]] EventFacts facts_without_content(const model::Record& record);

/// The columns that `write_event` fills, for Store::load.
[[nodiscard]] std::span<const std::string> event_leaves();
void write_event(store::RowWriter& out, const model::Record& record, const EventFacts& facts,
                 Hash128 uid, Place place);

/// The event as hits keep it.
[[nodiscard]] model::EventRef ref_of(const model::Record& record, const EventFacts& facts, Hash128 uid);

}  // namespace backtrail::ingest
