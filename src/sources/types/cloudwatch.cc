// CloudWatch Logs: what subscriptions, exports and the API give. Source: CloudWatch Logs User Guide,
// "Real-time processing of log data with subscriptions", "Exporting log data to Amazon S3"; API reference,
// GetLogEvents and FilterLogEvents.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "sources/detail/line_text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

enum Field : std::size_t { kOwner, kLogGroup, kLogStream, kTimestamp, kIngestionTime, kMessage, kEventId };

}  // namespace

const model::LogType& cloudwatch_log_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "cloudwatch",
                     .title = "CloudWatch Logs events of no known kind",
                     .table = "cloudwatch_logs",
                     .service = "cloudwatch"};
    t.fields = {{.name = "owner", .column = "owner"},
                {.name = "logGroup", .column = "log_group"},
                {.name = "logStream", .column = "log_stream"},
                {.name = "timestamp", .column = "timestamp"},
                {.name = "ingestionTime", .column = "ingestion_time"},
                {.name = "message", .column = "message"},
                {.name = "eventId", .column = "event_id"}};
    t.shape = {.source = {.otherwise = "cloudwatch"},
               .action = {.otherwise = "log event"},
               .resource = {.fields = {"logGroup"}},
               .outcome = {.otherwise = "success"},
               .message = {.fields = {"message"}},
               .event_id = {.fields = {"eventId"}}};
    return t;
  }();
  return type;
}

void fill_log_event(std::string_view message, Draft& draft) {
  const Context& c = draft.context();
  const auto set = [&](std::size_t field, std::string_view value) {
    if (!value.empty()) draft.text(field, value);
  };
  set(kOwner, c.account);
  set(kLogGroup, c.log_group);
  set(kLogStream, c.log_stream);
  set(kEventId, c.event_id);
  if (c.time) draft.keep_text(kTimestamp, format_rfc3339(*c.time));
  if (c.received) draft.keep_text(kIngestionTime, format_rfc3339(*c.received));
  draft.text(kMessage, message);
  if (c.time || c.unreadable_time) draft.time(c.time);
}

bool open_subscription(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out) {
  if (!item.has("logEvents") || !(item.has("logGroup") || item.has("messageType"))) return false;
  Context inner = *context;
  inner.event.clear();
  if (const auto owner = item.text("owner"); !owner.empty() && owner != "CloudwatchLogs") inner.account = owner;
  inner.log_group = truncate_utf8(item.text("logGroup"), kMaxNameBytes);
  inner.log_stream = truncate_utf8(item.text("logStream"), kMaxNameBytes);
  // A control message's events say nothing of the account.
  if (item.text("messageType") == "CONTROL_MESSAGE") return true;
  const ContextPtr shared = share(std::move(inner));
  item.each("logEvents", [&](std::string_view event) {
    out.push_back({.text = std::string(event), .context = shared});
  });
  return true;
}

bool open_log_event(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out) {
  const model::Value* const message = item.find("message");
  const model::Value* const timestamp = item.find("timestamp");
  if (message == nullptr || !message->is_text()) return false;
  if (timestamp == nullptr && !item.has("id")) return false;
  // An application's object may have a message and a time as well: what else it says must not get lost.
  constexpr std::array<std::string_view, 8> kMembers = {"timestamp",     "message",         "ingestionTime", "id", "eventId",
                                                        "logStreamName", "extractedFields", "ptr"};
  for (const auto& [key, value] : item.members())
    if (std::find(kMembers.begin(), kMembers.end(), key) == kMembers.end()) return false;
  Context inner = *context;
  inner.event.clear();
  inner.is_log_event = true;
  inner.time.reset();
  if (timestamp != nullptr && timestamp->kind != model::Value::Kind::null) {
    inner.time = timestamp->is_text() && !is_integer(timestamp->text) ? parse_log_time(timestamp->text)
                                                                      : time_of_epoch(timestamp->text, 1000);
    inner.unreadable_time = !inner.time;
  }
  inner.received = time_of_epoch(item.text("ingestionTime"), 1000);
  if (const auto id = item.text("id"); !id.empty()) inner.event_id = truncate_utf8(id, kMaxNameBytes);
  if (const auto id = item.text("eventId"); !id.empty()) inner.event_id = truncate_utf8(id, kMaxNameBytes);
  if (const auto s = item.text("logStreamName"); !s.empty()) inner.log_stream = truncate_utf8(s, kMaxNameBytes);
  out.push_back({.text = std::string(message->text), .context = share(std::move(inner))});
  return true;
}

bool open_export_line(std::string_view line, const Context& context, Inner& out) {
  // 2023-07-10T11:42:31.123Z message
  constexpr std::size_t kTime = 24;
  if (line.size() <= kTime || line[kTime] != ' ' || line[10] != 'T' || line[19] != '.' || line[23] != 'Z')
    return false;
  const auto time = parse_rfc3339(line.substr(0, kTime));
  if (!time) return false;
  out.text = std::string(line.substr(kTime + 1));
  Context inner = context;
  inner.event.clear();
  inner.time = time;
  inner.is_log_event = true;
  out.context = share(std::move(inner));
  return true;
}

}  // namespace backtrail::sources::detail
