#include "sources/detail/shape.h"

#include <algorithm>
#include <span>

#include "base/text.h"
#include "base/time.h"
#include "sources/sources.h"

namespace backtrail::sources::detail {
namespace {

using model::Record;
using model::Value;

constexpr int kMaxWrappers = 3;  // objects around a record

bool filled(const Value& v) { return v.present() && v.kind != Value::Kind::null; }

bool is_insight(const Record& r) {
  return filled(r.at(kInsightDetails)) || r.at(kEventCategory).text == "Insight" ||
         equal_ignore_case_ascii(r.at(kEventType).text, "AwsCloudTrailInsight");
}

bool is_aggregated(const Record& r, const Hints& hints) {
  return r.at(kEventCategory).text == "Aggregated" ||
         equal_ignore_case_ascii(r.at(kEventType).text, "AwsAggregatedEvent") ||
         (hints.has(kHintTimeWindow) && hints.has(kHintSummary));
}

/// S3, DynamoDB and SQS notifications also come as `Records` with an eventName; their sources are
/// spelled `aws:s3`, CloudTrail's never.
bool is_notification(const Record& r) {
  const Value& source = r.at(kEventSource);
  return source.is_text() && source.text.starts_with("aws:");
}

/// A catalogue of API calls, say: of CloudTrail's fields it has the call's name and service alone, among
/// many that CloudTrail does not know. A line with a time of its own stays a record.
bool is_about_calls(const Record& r, std::span<const std::string_view> unknown_members) {
  constexpr std::size_t kMany = 6;
  if (unknown_members.size() < kMany) return false;
  for (int slot = kEventVersion; slot < kOther; ++slot)
    if (r.at(slot).present() && slot != kEventName && slot != kEventSource) return false;
  return std::none_of(unknown_members.begin(), unknown_members.end(), [](std::string_view member) {
    return member.starts_with("\"@timestamp\"");
  });
}

/// The common spelling, `2023-07-10T11:42:31Z`, with fields in range; days of short months are left
/// to the full parser.
bool is_plain_time(std::string_view s) {
  if (s.size() != 20) return false;
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:ddZ";
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (kShape[i] == 'd' ? (s[i] < '0' || s[i] > '9') : s[i] != kShape[i]) return false;
  }
  const auto two = [&](std::size_t i) { return (s[i] - '0') * 10 + (s[i + 1] - '0'); };
  return (two(0) != 0 || two(2) != 0) && two(5) >= 1 && two(5) <= 12 && two(8) >= 1 &&
         two(8) <= 28 && two(11) <= 23 && two(14) <= 59 && two(17) <= 59;
}

}  // namespace

bool has_log_marks(std::string_view text) {
  text = text.substr(0, kMarkedBytes);
  for (const std::string_view mark :
       {"\"eventVersion\"", "\"eventName\"", "\"eventSource\"", "\"CloudTrailEvent\""})
    if (text.find(mark) != std::string_view::npos) return true;
  return false;
}

bool looks_like_json(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) return false;
  // `[Security] [INFORMATION] …`: no JSON goes on like that
  return text[first] == '{' || first + 1 == text.size() || text[first + 1] < 'A' || text[first + 1] > 'Z';
}

bool has_unreadable_time(const Record& record) {
  const Value& time = record.at(kEventTime);
  if (!filled(time)) return false;
  return !time.is_text() || !(is_plain_time(time.text) || parse_log_time(time.text).has_value());
}

Judgement judge(RecordParser& parser, Record& record, bool may_hold_text) {
  for (int wrappers = 0;; ++wrappers) {
    if (filled(record.at(kEventName)))
      return {.shape = is_notification(record) ||
                               is_about_calls(record, parser.unknown_members())
                           ? Shape::foreign
                           : Shape::record};
    if (is_insight(record)) return {.shape = Shape::record};
    const Hints& hints = parser.hints();
    if (hints.seen == 0) break;
    if (is_aggregated(record, hints)) return {.shape = Shape::aggregated};
    if (hints.has(kHintDigest)) return {.shape = Shape::digest};
    if (may_hold_text) {
      for (int h = kHintCloudTrailEvent; h <= kLastTextHint; ++h) {
        if (!hints.has(h)) continue;
        const std::string_view text = parser.text_at(hints.at(h));
        if (looks_like_json(text)) return {.shape = Shape::text, .text = text};
      }
      if (hints.has(kHintLowerEventName)) return {.shape = Shape::row};
    }
    Token inner = nullptr;
    for (int h = kHintDetail; h <= kLastObjectHint && inner == nullptr; ++h) {
      if (hints.has(h) && parser.walker().peek(hints.at(h)) == '{') inner = hints.at(h);
    }
    if (inner == nullptr || wrappers == kMaxWrappers) {
      for (int h = kHintRecords; h <= kHintLookupEvents; ++h)
        if (hints.has(h) && parser.walker().peek(hints.at(h)) == 'n')
          return {.shape = Shape::empty_envelope};
      break;
    }
    record.clear();
    if (parser.parse(inner, static_cast<std::uint32_t>(wrappers) + 1, false, record) == nullptr)
      return {.shape = Shape::damaged};
  }
  if (is_aggregated(record, parser.hints())) return {.shape = Shape::aggregated};
  const bool has_marks = filled(record.at(kEventVersion)) &&
                         (filled(record.at(kEventSource)) || filled(record.at(kUserIdentity)));
  return {.shape = has_marks ? Shape::nameless : Shape::no_event_name};
}

}  // namespace backtrail::sources::detail
