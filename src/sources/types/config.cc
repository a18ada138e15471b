// AWS Config's configuration items: snapshots and history files, notifications, the API's output, and
// CloudTrail Lake's form. Source: AWS Config Developer Guide, "Components of a Configuration Item" and
// "Example Notifications"; AWS Config API Reference, "ConfigurationItem"; AWS CloudTrail User Guide,
// "Configuration items" (event data stores).
#include <charconv>
#include <cmath>
#include <map>

#include "base/json.h"
#include "base/text.h"
#include "sources/detail/line_text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

using model::FieldKind;
using model::LogField;
using model::Value;

constexpr const char* kRelationships =
    R"([{"resourceid":"VARCHAR","resourcename":"VARCHAR","resourcetype":"VARCHAR","name":"VARCHAR"}])";

const std::vector<LogField>& fields() {
  static const std::vector<LogField> all = [] {
    std::vector<LogField> out;
    const auto add = [&](const char* name, FieldKind kind = FieldKind::text, const char* structure = "") {
      out.push_back({.name = name, .column = to_lower_ascii(name), .kind = kind, .structure = structure});
    };
    add("configurationItemVersion");
    add("configurationItemCaptureTime");
    add("configurationStateId", FieldKind::big_integer);
    add("awsAccountId");
    add("configurationItemStatus");
    add("resourceType");
    add("resourceId");
    add("resourceName");
    add("ARN");
    add("awsRegion");
    add("availabilityZone");
    add("configurationStateMd5Hash");
    add("configuration");
    add("supplementaryConfiguration");
    add("tags");
    add("resourceCreationTime");
    add("relatedEvents", FieldKind::nested, R"(["VARCHAR"])");
    add("relationships", FieldKind::nested, kRelationships);
    add("configurationItemDeliveryTime");
    add("recordingFrequency");
    add("configurationItemDiff");
    return out;
  }();
  return all;
}
enum Field : std::size_t { kCaptureTime = 1, kAccount = 3, kType = 5, kArn = 8, kRegion = 9 };

/// The field that a member of some form of the item stands for; "" where none does.
std::string_view field_of(std::string_view key) {
  static const auto names = [] {
    std::map<std::string, std::string, std::less<>> out;
    for (const LogField& f : fields()) out[f.column] = f.name;
    out["version"] = "configurationItemVersion";
    out["accountid"] = "awsAccountId";
    out["configurationitemmd5hash"] = "configurationStateMd5Hash";
    return out;
  }();
  const auto it = names.find(to_lower_ascii(key));
  return it == names.end() ? std::string_view() : std::string_view(it->second);
}

/// What a notification or Lake's event holds the item under; null for an item by itself.
const Value* inner_item(const JsonItem& item) {
  const bool is_lake = item.text("eventCategory") == "ConfigurationItem" || item.has("eventCategory");
  for (const std::string_view key : {"configurationItem", "configurationItemSummary", "eventData"}) {
    const Value* const v = item.find(key);
    if (v == nullptr || v->kind != Value::Kind::object) continue;
    if (key == "eventData" ? is_lake : item.has("messageType")) return v;
  }
  return nullptr;
}

bool is_item(const JsonItem& item) {
  const std::string_view type = item.text("resourceType");
  if (type.find("::") == std::string_view::npos || item.text("resourceId").empty()) return false;
  for (const std::string_view key :
       {"configurationItemCaptureTime", "configurationItemStatus", "configurationStateId", "configuration",
        "awsAccountId", "accountId", "awsRegion", "resourceName", "tags"})
    if (item.has(key)) return true;
  return false;
}

bool recognises(const JsonItem& item) {
  if (is_item(item)) return true;
  const Value* const inner = inner_item(item);
  return inner != nullptr && inner->text.find("\"resourceType\"") != std::string_view::npos;
}

bool is_json(std::string_view text) {
  return (text.starts_with('{') || text.starts_with('[')) && Json::parse(text).has_value();
}

/// The API gives configuration documents as JSON texts, in maps too.
void write_document(JsonWriter& out, const Value& v) {
  if (v.is_text()) {
    is_json(v.text) ? out.raw(v.text) : out.string(v.text);
    return;
  }
  const Result<Json> map = Json::parse(v.text);
  if (!map || !map->is_object()) {
    out.raw(v.text);
    return;
  }
  out.begin_object();
  for (const auto& [key, value] : map->as_object()) {
    out.key(key);
    value.is_string() && is_json(value.as_string()) ? out.raw(value.as_string()) : out.value(value);
  }
  out.end_object();
}

/// `[{"key":…,"value":…}]`, as queries give tags, is an object of them.
void write_tags(JsonWriter& out, const Value& v) {
  const Result<Json> list = Json::parse(v.text);
  if (v.kind != Value::Kind::array || !list) {
    out.raw(v.text);
    return;
  }
  std::map<std::string_view, const Json*> tags;  // of a repeated key the last value
  for (const Json& tag : list->as_array())
    if (const Json* const key = tag.find("key"); key != nullptr) tags[key->as_string()] = &tag["value"];
  out.begin_object();
  for (const auto& [key, value] : tags) out.key(key).value(*value);
  out.end_object();
}

void write_relationships(JsonWriter& out, const Value& v) {
  const Result<Json> list = Json::parse(v.text);
  if (!list) {
    out.raw(v.text);
    return;
  }
  Json all = Json::array();
  for (const Json& relationship : list->as_array()) {
    Json one = Json::object();
    for (const auto& [key, value] : relationship.as_object())
      one.set(key == "relationshipName" ? "name" : key, value);
    all.push(std::move(one));
  }
  out.value(all);
}

/// Command line tools give moments as seconds since 1970, with a fraction.
std::optional<Timestamp> time_of_seconds(const Value& v) {
  constexpr double kLatest = 253402300800;  // the year 10000
  const double seconds = v.kind == Value::Kind::integer ? static_cast<double>(v.integer) : v.real;
  if (!(seconds >= 0 && seconds < kLatest)) return std::nullopt;
  return Timestamp(std::chrono::microseconds(std::llround(seconds * 1e6)));
}

void write_member(JsonWriter& out, std::string_view field, const Value& v) {
  const bool holds_structure = v.kind == Value::Kind::object || v.kind == Value::Kind::array;
  if (field == "configuration" || field == "supplementaryConfiguration") {
    if (holds_structure || v.is_text()) return write_document(out, v);
  } else if (holds_structure && field == "tags") {
    return write_tags(out, v);
  } else if (holds_structure && field == "relationships") {
    return write_relationships(out, v);
  } else if (v.kind == Value::Kind::integer || v.kind == Value::Kind::real) {
    const bool is_time = field.ends_with("Time");
    if (const auto t = is_time ? time_of_seconds(v) : std::nullopt) {
      out.string(format_rfc3339(*t));
      return;
    }
  }
  if (v.kind == Value::Kind::null)
    out.null();
  else if (v.is_text())
    out.string(v.text);
  else
    out.raw(v.text);
}

bool is_plain(const JsonItem& item) {
  for (const auto& [key, v] : item.members()) {
    const std::string_view field = field_of(key);
    if (field.empty()) continue;
    if (field != key) return false;
    if (v.is_text() && (field == "configuration" || field == "supplementaryConfiguration")) return false;
    if (field == "tags" && v.kind == Value::Kind::array) return false;
    if (field == "relationships" && v.text.find("\"relationshipName\"") != std::string_view::npos) return false;
    if (field.ends_with("Time") && (v.kind == Value::Kind::integer || v.kind == Value::Kind::real)) return false;
  }
  return true;
}

std::string respelled(const JsonItem& item, const Value* diff) {
  JsonWriter out;
  out.begin_object();
  for (const auto& [key, value] : item.members()) {
    const std::string_view field = field_of(key);
    out.key(field.empty() ? key : field);
    write_member(out, field, value);
  }
  if (diff != nullptr) out.key("configurationItemDiff").raw(diff->text);
  out.end_object();
  return out.take();
}

std::string respell(const JsonItem& item) {
  const Value* const inner = is_item(item) ? nullptr : inner_item(item);
  if (inner == nullptr) return is_plain(item) ? std::string() : respelled(item, nullptr);
  JsonItem held;
  if (!held.load(inner->text)) return {};
  const Value* diff = item.find("configurationItemDiff");
  if (diff != nullptr && diff->kind != Value::Kind::object) diff = nullptr;
  return respelled(held, diff);
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  if (!is_item(item)) return Refusal{"no_resource", "the configuration item names no resourceType and resourceId"};
  draft.account(draft.at(kAccount));
  draft.region(draft.at(kRegion));
  if (const std::string_view when = draft.at(kCaptureTime); !when.empty())
    draft.time(parse_log_time(when));
  else if (draft.context().time)
    draft.time(draft.context().time);
  return std::nullopt;
}

}  // namespace

const model::LogType& config_type() {
  static const model::LogType type = [] {
    model::LogType t{.name = "config",
                     .title = "AWS Config",
                     .table = "config_items",
                     .service = "config"};
    t.fields = fields();
    t.shape = {.source = {.otherwise = "config"},
               .action = {.fields = {"configurationItemStatus"}, .otherwise = "OK"},
               .resource = {.fields = {"ARN", "resourceId"}},
               .outcome = {.otherwise = "success"},
               .message = {.fields = {"resourceType"}}};
    return t;
  }();
  return type;
}

JsonType config_json() {
  return {.type = &config_type(), .recognises = recognises, .complete = complete, .respell = respell};
}

bool open_config_notice(const JsonItem& item, const ContextPtr&, std::vector<Inner>&) {
  const std::string_view type = item.text("messageType");
  return item.has("DeliveryChannelsStatus") || item.has("ConfigurationRecordersStatus") ||
         ((type.starts_with("ConfigurationSnapshotDelivery") || type.starts_with("ConfigurationHistoryDelivery") ||
           type == "ConfigRulesEvaluationStarted") &&
          (item.has("notificationCreationTime") || item.has("recordVersion")));
}

}  // namespace backtrail::sources::detail
