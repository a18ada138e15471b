#pragma once

#include "sources/detail/key_table.h"

namespace backtrail::sources::detail {

/// Keys of a record's surroundings: envelopes, wrappers, other shapes. They follow the slots in id
/// space; bit `id - kFirstHint` of `Hints::seen` tells that one was met.
enum Hint : int {
  kFirstHint = 64,
  // arrays whose members are records or wrappers of records
  kHintRecords = kFirstHint,
  kHintLookupEvents,    // Events
  kHintEvents,          // events: CloudWatch Logs
  kHintQueryRows,       // QueryResultRows: CloudTrail Lake
  kHintResults,         // results: CloudWatch Logs Insights
  kHintItems,           // of other log types: configurationItems, Findings, Kubernetes' items, …
  kLastArrayHint = kHintItems,
  // texts that hold a record
  kHintCloudTrailEvent,
  kHintOriginal,        // event.original
  kHintEventJson,
  kHintAtMessage,
  kHintMessage,
  kHintUpperMessage,
  kLastTextHint = kHintUpperMessage,
  // objects that hold a record
  kHintDetail,          // EventBridge
  kHintEvent,           // event.original, or a record
  kHintSource,          // _source: Elasticsearch
  kLastObjectHint = kHintSource,
  // other shapes
  kHintLowerEventName,  // eventname: a row of a table
  kHintDigest,          // digestStartTime
  kHintTimeWindow,      // aggregated event
  kHintSummary,         // aggregated event
  kEndOfHints,
};

/// CloudTrail's records begin with this key: an array of objects that do is an envelope whatever its name.
inline constexpr std::string_view kFirstKeyOfRecords = "eventVersion";

/// Top-level keys of a record, with those of userIdentity and its parts below.
[[nodiscard]] const KeyTable& top_level_keys();

}  // namespace backtrail::sources::detail
