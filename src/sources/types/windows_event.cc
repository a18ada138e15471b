// Windows event logs that leave instances: the CloudWatch agent's XML and text, and the JSON of other shippers. Sources:
// CloudWatch User Guide, "CloudWatch agent configuration file" (windows_events, event_format); Amazon Kinesis Agent for
// Windows, "WindowsEventLogSource"; Winlogbeat's exported fields; Windows event schema. Each channel that Sigma's taxonomy
// names is a type of its own, since EventIDs of channels differ in meaning.
#include <array>

#include "base/text.h"
#include "sources/detail/line_text.h"
#include "sources/detail/syslog_line.h"
#include "sources/detail/windows_text.h"
#include "sources/types/types.h"

namespace backtrail::sources::detail {
namespace {

constexpr auto kFields = std::to_array<std::string_view>(
    {"Channel",         "Provider_Name",   "Computer",       "Level",           "EventRecordID",    "TimeCreated",
     "UserID",          "Message",         "SubjectUserName", "SubjectDomainName", "TargetUserName", "TargetDomainName",
     "TargetSid",       "MemberName",      "MemberSid",      "IpAddress",       "IpPort",           "LogonType",
     "WorkstationName", "Status",          "SubStatus",      "NewProcessName",  "ParentProcessName", "CommandLine",
     "ServiceName",     "ImagePath",       "TaskName",       "ScriptBlockText"});
constexpr std::size_t at(std::string_view name) {
  for (std::size_t i = 0; i < kFields.size(); ++i)
    if (kFields[i] == name) return i + 1;
  return 0;
}
enum Ours : std::size_t { kAction = kFields.size() + 1, kOutcome, kUser, kAddress, kOrigin };

struct Kind {
  const char *name, *title, *service;
};
constexpr auto kKinds = std::to_array<Kind>({{"windows_security", "Windows security events", "security"},
                                             {"windows_system", "Windows system events", "system"},
                                             {"windows_powershell", "Windows PowerShell events", "powershell"},
                                             {"windows_application", "Windows application events", "application"},
                                             {"windows_event", "Windows events of other channels", ""}});

std::size_t kind_of_channel(std::string_view channel) {
  const std::string c = to_lower_ascii(channel);
  if (c == "security") return 0;
  if (c == "system") return 1;
  if (c == "microsoft-windows-powershell/operational" || c == "powershellcore/operational") return 2;
  return c == "application" ? 3 : 4;
}

template <std::size_t K>
bool recognises(const JsonItem& item) {
  return item.has("EventID") && is_integer(item.text("EventID")) && item.has("Channel") &&
         (item.has("Computer") || item.has("Provider_Name")) && kind_of_channel(item.text("Channel")) == K;
}

struct Meaning {
  const char *id, *action, *outcome;
};
constexpr auto kSecurity = std::to_array<Meaning>({{"1102", "log_cleared", "success"},
                                                   {"4624", "logon", "success"},
                                                   {"4625", "logon", "denied"},
                                                   {"4634", "logoff", "success"},
                                                   {"4647", "logoff", "success"},
                                                   {"4648", "logon_with_other_credentials", "success"},
                                                   {"4672", "privileges_assigned", "success"},
                                                   {"4688", "process_created", "success"},
                                                   {"4697", "service_installed", "success"},
                                                   {"4698", "scheduled_task_created", "success"},
                                                   {"4719", "audit_policy_changed", "success"},
                                                   {"4720", "user_created", "success"},
                                                   {"4722", "user_enabled", "success"},
                                                   {"4723", "password_changed", "success"},
                                                   {"4724", "password_reset", "success"},
                                                   {"4726", "user_deleted", "success"},
                                                   {"4728", "group_member_added", "success"},
                                                   {"4732", "group_member_added", "success"},
                                                   {"4740", "user_locked", "success"},
                                                   {"4756", "group_member_added", "success"},
                                                   {"4771", "logon", "denied"},
                                                   {"4776", "credentials_validated", ""}});
constexpr auto kSystem = std::to_array<Meaning>({{"104", "log_cleared", "success"}, {"7045", "service_installed", "success"}});
constexpr auto kPowerShell = std::to_array<Meaning>({{"4104", "script_block", "success"}});

template <std::size_t N>
const Meaning* meaning_of(const std::array<Meaning, N>& all, std::string_view id) {
  for (const Meaning& m : all)
    if (id == m.id) return &m;
  return nullptr;
}

std::optional<Refusal> complete(const JsonItem& item, Draft& draft) {
  for (std::size_t f = kAction; f < kOrigin + host_origin_fields().size(); ++f) draft.value(f, {});  // not the log's
  const std::string_view id = item.text("EventID");
  const Meaning* meaning = nullptr;
  switch (kind_of_channel(item.text("Channel"))) {
    case 0: meaning = meaning_of(kSecurity, id); break;
    case 1: meaning = meaning_of(kSystem, id); break;
    case 2: meaning = meaning_of(kPowerShell, id); break;
    default: break;
  }
  if (meaning != nullptr) {
    draft.text(kAction, meaning->action);
    if (*meaning->outcome != '\0') draft.text(kOutcome, meaning->outcome);
    if (id == "4776" && !draft.at(at("Status")).empty())
      draft.text(kOutcome, draft.at(at("Status")) == "0x0" ? "success" : "denied");
  }
  // Who acts: of a logon the one who logs on.
  const bool is_logon = id == "4624" || id == "4625" || id == "4634" || id == "4771" || id == "4776";
  std::string_view user = draft.at(at(is_logon ? "TargetUserName" : "SubjectUserName"));
  if (user.empty() || user == "-") user = draft.at(at("SubjectUserName"));
  if (!user.empty() && user != "-") draft.text(kUser, user);
  const std::string_view address = draft.at(at("IpAddress"));
  if (!address.empty() && address != "-") draft.text(kAddress, address);

  const std::string_view time = draft.at(at("TimeCreated"));
  std::string_view from;
  if (!time.empty()) {
    draft.time(parse_log_time(time));
    from = "stamp";
  } else if (draft.context().time) {
    draft.time(draft.context().time);
    from = "wrapper";
  }
  set_host_origin(kOrigin, from, draft);
  return std::nullopt;
}

model::LogType make_type(const Kind& kind) {
  model::LogType t{.name = kind.name, .title = kind.title, .table = kind.name, .product = "windows", .service = kind.service};
  t.fields.push_back({.name = "EventID", .column = "eventid", .kind = model::FieldKind::integer});
  for (const std::string_view name : kFields) t.fields.push_back({.name = std::string(name), .column = to_lower_ascii(name)});
  // Ours: names that no event's data has.
  for (const std::string name : {"action", "outcome", "user", "source_ip"})
    t.fields.push_back({.name = "_" + name, .column = name == "user" ? "user_name" : name});
  for (model::LogField& f : host_origin_fields()) {
    f.name = "_" + f.name;
    t.fields.push_back(std::move(f));
  }
  t.shape = {.source = {.otherwise = kind.name},
             .principal = {.fields = {"_user"}},
             .user_name = {.fields = {"_user"}},
             .action = {.fields = {"_action"}, .otherwise = "windows event"},
             .resource = {.fields = {"_instance", "Computer"}},
             .outcome = {.fields = {"_outcome"}, .otherwise = "success"},
             .error = {.fields = {"_outcome"}, .cases = {{"success", ""}}},
             .message = {.fields = {"Message", "ScriptBlockText", "CommandLine"}},
             .source_ip = {.fields = {"_source_ip"}}};
  return t;
}

/// `{"#attributes": {"Name": …}}`, `{"Name": …}`, or the text itself.
std::string named(const JsonItem& item, std::string_view path, std::string_view attribute) {
  const std::string p(path), a(attribute);
  for (const std::string& way : {p + ".#attributes." + a, p + "." + a, p + ".@" + a, p + ".#text"})
    if (const auto value = item.at(way)) return *value;
  const auto plain = item.at(p);
  return plain && !plain->starts_with('{') ? *plain : std::string();
}

void add_members(const JsonItem& item, std::string_view path, WindowsEvent& event) {
  const auto text = item.at(path);
  if (!text || !text->starts_with('{')) return;
  std::string padded = *text;
  padded.append(kPadding, '\0');
  JsonItem data;
  if (!data.load(std::string_view(padded).substr(0, text->size()))) return;
  for (const auto& [key, value] : data.members())
    if (value.kind != model::Value::Kind::null && !key.starts_with('#')) event.add(key, value.text);
}

/// What evtx readers print: {"Event": {"System": …, "EventData": …}}.
std::optional<WindowsEvent> of_event(const JsonItem& item) {
  if (!item.has("Event") || !item.at("Event.System.Channel")) return std::nullopt;
  WindowsEvent out{.event_id = named(item, "Event.System.EventID", "Value"),
                   .channel = item.at("Event.System.Channel").value_or(""),
                   .provider = named(item, "Event.System.Provider", "Name"),
                   .computer = item.at("Event.System.Computer").value_or(""),
                   .level = item.at("Event.System.Level").value_or(""),
                   .record_id = item.at("Event.System.EventRecordID").value_or(""),
                   .time = named(item, "Event.System.TimeCreated", "SystemTime"),
                   .user_id = named(item, "Event.System.Security", "UserID")};
  add_members(item, "Event.EventData", out);
  for (const std::string_view part : {"Event.UserData.LogFileCleared", "Event.UserData.EventXML"}) add_members(item, part, out);
  return out;
}

std::optional<WindowsEvent> of_winlogbeat(const JsonItem& item) {
  if (!item.has("winlog")) return std::nullopt;
  const auto get = [&](std::string_view path) { return item.at(path).value_or(""); };
  WindowsEvent out{.event_id = get("winlog.event_id").empty() ? get("event.code") : get("winlog.event_id"),
                   .channel = get("winlog.channel"),
                   .provider = get("winlog.provider_name"),
                   .computer = get("winlog.computer_name"),
                   .level = get("log.level"),
                   .record_id = get("winlog.record_id"),
                   .time = get("@timestamp"),
                   .message = get("message")};
  add_members(item, "winlog.event_data", out);
  add_members(item, "winlog.user_data", out);
  return out;
}

/// Kinesis Agent for Windows (EventId, Description), and PowerShell's Get-WinEvent (Id, Message): the message alone tells.
std::optional<WindowsEvent> of_log_name(const JsonItem& item) {
  if (!item.has("LogName") || !item.has("ProviderName") || !item.has("MachineName")) return std::nullopt;
  const bool agent = item.has("EventId");
  WindowsEvent out{.event_id = std::string(item.text(agent ? "EventId" : "Id")),
                   .channel = std::string(item.text("LogName")),
                   .provider = std::string(item.text("ProviderName")),
                   .computer = std::string(item.text("MachineName")),
                   .level = std::string(item.text("LevelDisplayName")),
                   .record_id = std::string(item.text(agent ? "Index" : "RecordId")),
                   .time = std::string(item.text("TimeCreated")),
                   .message = std::string(item.text(agent ? "Description" : "Message"))};
  // /Date(1764016443123)/
  if (constexpr std::string_view kDate = "/Date("; out.time.starts_with(kDate))
    if (const auto t = time_of_epoch(std::string_view(out.time).substr(kDate.size(), out.time.find(')') - kDate.size()), 1000))
      out.time = format_rfc3339(*t);
  read_windows_message(out);
  return out;
}

template <std::size_t K>
const model::LogType& type_of() {
  static const model::LogType type = make_type(kKinds[K]);
  return type;
}

template <std::size_t K>
JsonType json_of() {
  return {.type = &type_of<K>(), .recognises = recognises<K>, .complete = complete};
}

}  // namespace

const model::LogType& windows_security_type() { return type_of<0>(); }
const model::LogType& windows_system_type() { return type_of<1>(); }
const model::LogType& windows_powershell_type() { return type_of<2>(); }
const model::LogType& windows_application_type() { return type_of<3>(); }
const model::LogType& windows_event_type() { return type_of<4>(); }
JsonType windows_security_json() { return json_of<0>(); }
JsonType windows_system_json() { return json_of<1>(); }
JsonType windows_powershell_json() { return json_of<2>(); }
JsonType windows_application_json() { return json_of<3>(); }
JsonType windows_event_json() { return json_of<4>(); }

bool open_windows_object(const JsonItem& item, const ContextPtr& context, std::vector<Inner>& out) {
  for (const auto read : {of_event, of_winlogbeat, of_log_name}) {
    const auto event = read(item);
    if (!event) continue;
    if (!is_integer(event->event_id) || event->channel.empty() || (event->computer.empty() && event->provider.empty())) return false;
    out.push_back({.text = event->json(), .context = context});
    return true;
  }
  return false;
}

bool open_windows_line(std::string_view line, const Context& context, Inner& out) {
  auto event = line.starts_with('[') ? parse_windows_text(line) : line.starts_with('<') ? parse_windows_xml(line) : std::nullopt;
  if (!event) return false;
  out.text = event->json();
  out.context = share(context);
  return true;
}

}  // namespace backtrail::sources::detail
