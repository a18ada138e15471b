#pragma once

#include <cstdint>
#include <string_view>

#include "model/record.h"
#include "sources/detail/record_parser.h"

namespace backtrail::sources::detail {

/// What an object of a log file is.
enum class Shape : std::uint8_t {
  record,            // usable
  text,              // holds a record as text: `Judgement::text`
  row,               // a row of a table with CloudTrail's columns
  aggregated,        // a five-minute summary: no call record
  digest,            // a digest file
  empty_envelope,    // an envelope without records (`"Records": null`)
  nameless,          // a CloudTrail record by its other fields
  no_event_name,     // anything else
  foreign,           // has an eventName but is no record of a call: a notification, a catalogue
  damaged,           // the inner object could not be read (see the walker)
};

struct Judgement {
  Shape shape = Shape::no_event_name;
  std::string_view text{};  // of Shape::text: unescaped, lives until the parser is used again
};

/// Judges the object that `parser` has just read into `record`; objects that hold the record as an
/// object (EventBridge's `detail`) are opened: `record` is then the inner one. `may_hold_text` allows
/// Shape::text and Shape::row.
[[nodiscard]] Judgement judge(RecordParser& parser, model::Record& record, bool may_hold_text);

/// In the first `kMarkedBytes` of `text`, which may be damaged, is a key that only CloudTrail's records have.
inline constexpr std::size_t kMarkedBytes = 4096;
[[nodiscard]] bool has_log_marks(std::string_view text);

/// `text` begins like a JSON object or array.
[[nodiscard]] bool looks_like_json(std::string_view text);

/// `record` has an eventTime that no known spelling of a time explains.
[[nodiscard]] bool has_unreadable_time(const model::Record& record);

}  // namespace backtrail::sources::detail
