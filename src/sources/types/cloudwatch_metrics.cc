// CloudWatch's metrics and alarms. Source: CloudWatch User Guide, "Alarm events and EventBridge" and "Metric
// streams output in JSON format"; API reference, GetMetricData, GetMetricStatistics, DescribeAlarmHistory.
// There is no published table; the columns keep the API's names.
#include "base/json.h"
#include "base/text.h"
#include "sources/detail/line_text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

enum AlarmField : std::size_t { kAlarmName, kOldState, kNewState, kReason, kStateTime, kConfiguration };

bool recognises_alarm(const JsonItem& item) {
  const bool event = item.has("alarmName") && item.has("state");
  const bool history = item.has("AlarmName") && (item.has("HistoryItemType") || item.has("NewStateValue"));
  return event || history;
}

/// Alarms come as events (detail), as messages of SNS, and as items of DescribeAlarmHistory.
std::optional<Refusal> complete_alarm(const JsonItem& item, Draft& draft) {
  const auto set = [&](std::size_t field, std::initializer_list<std::string_view> paths) {
    for (const std::string_view path : paths)
      if (const auto value = item.at(path); value && !value->empty()) {
        draft.keep_text(field, *value);
        return;
      }
  };
  set(kAlarmName, {"alarmName", "AlarmName"});
  set(kOldState, {"previousState.value", "OldStateValue"});
  set(kNewState, {"state.value", "NewStateValue"});
  set(kReason, {"state.reason", "NewStateReason", "HistorySummary"});
  set(kStateTime, {"state.timestamp", "StateChangeTime", "Timestamp"});
  set(kConfiguration, {"configuration", "Trigger", "HistoryData"});
  if (const auto account = item.at("AWSAccountId")) draft.account(draft.keep(*account));
  if (const std::string_view when = draft.at(kStateTime); !when.empty())
    draft.time(parse_log_time(when));
  else if (draft.context().time)
    draft.time(draft.context().time);
  return std::nullopt;
}

bool recognises_metric(const JsonItem& item) {
  return item.has("metric_name") && item.has("namespace") && item.has("value") && item.has("timestamp");
}

std::optional<Refusal> complete_metric(const JsonItem& item, Draft& draft) {
  draft.account(item.text("account_id"));
  draft.region(item.text("region"));
  const std::string_view when = item.text("timestamp");
  draft.time(is_integer(when) ? time_of_epoch(when, 1000) : parse_log_time(when));
  return std::nullopt;
}

}  // namespace

const model::LogType& cloudwatch_alarm_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "cloudwatch_alarm",
                     .title = "CloudWatch alarm state changes",
                     .table = "cloudwatch_alarms",
                     .service = "cloudwatch-alarms"};
    t.fields = {{.name = "alarmName", .column = "alarmname"},
                {.name = "previousState.value", .column = "previousstate"},
                {.name = "state.value", .column = "state"},
                {.name = "state.reason", .column = "reason"},
                {.name = "state.timestamp", .column = "statetime"},
                {.name = "configuration", .column = "configuration"}};
    t.shape = {.source = {.otherwise = "cloudwatch"},
               .action = {.fields = {"state.value"}, .otherwise = "alarm"},
               .resource = {.fields = {"alarmName"}},
               .outcome = {.otherwise = "success"},
               .message = {.fields = {"state.reason"}}};
    return t;
  }();
  return type;
}

JsonType cloudwatch_alarm_json() {
  return {.type = &cloudwatch_alarm_type(), .recognises = recognises_alarm, .complete = complete_alarm};
}

const model::LogType& cloudwatch_metric_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "cloudwatch_metric",
                     .title = "CloudWatch metric data",
                     .table = "cloudwatch_metrics",
                     .service = "cloudwatch-metrics"};
    for (const char* name : {"metric_stream_name", "account_id", "region", "namespace", "metric_name", "dimensions",
                             "timestamp", "value", "unit", "label"})
      t.fields.push_back({.name = name, .column = name});
    t.shape = {.source = {.otherwise = "cloudwatch"}, .action = {.fields = {"metric_name"}}, .outcome = {.otherwise = "success"}};
    t.is_state = true;  // measurements, not events
    return t;
  }();
  return type;
}

JsonType cloudwatch_metric_json() {
  return {.type = &cloudwatch_metric_type(), .recognises = recognises_metric, .complete = complete_metric};
}

/// GetMetricData ({"MetricDataResults":[{Id, Label, Timestamps, Values}]}) and GetMetricStatistics ({"Label",
/// "Datapoints":[{Timestamp, Average, …, Unit}]}): one record a point.
bool open_metric_data(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out) {
  const bool results = item.has("MetricDataResults"), points = item.has("Datapoints") && item.has("Label");
  if (!results && !points) return false;
  const auto whole = Json::parse(item.whole());
  if (!whole) return false;
  const auto put = [&](std::string_view label, const Json& time, const Json& value, const Json& unit) {
    Json point = Json::object();
    point.set("namespace", "");
    point.set("metric_name", truncate_utf8(label, kMaxNameBytes));
    point.set("label", truncate_utf8(label, kMaxNameBytes));
    point.set("timestamp", time);
    point.set("value", value);
    if (!unit.is_null()) point.set("unit", unit);
    out.push_back({.text = point.dump(), .context = context});
  };
  if (results) {
    for (const Json& result : (*whole)["MetricDataResults"].as_array()) {
      const auto& times = result["Timestamps"].as_array();
      const auto& values = result["Values"].as_array();
      for (std::size_t i = 0; i < times.size() && i < values.size(); ++i)
        put(result["Label"].as_string(), times[i], values[i], Json());
    }
    return true;
  }
  const std::string label = (*whole)["Label"].as_string();
  for (const Json& point : (*whole)["Datapoints"].as_array())
    for (const char* statistic : {"Average", "Sum", "Minimum", "Maximum", "SampleCount"})
      if (!point[statistic].is_null())
        put(label + " " + statistic, point["Timestamp"], point[statistic], point["Unit"]);
  return true;
}

}  // namespace backtrail::sources::detail
