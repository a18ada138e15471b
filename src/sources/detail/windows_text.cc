#include "sources/detail/windows_text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/json.h"
#include "base/text.h"
#include "sources/detail/line_text.h"

namespace backtrail::sources::detail {
namespace {

constexpr std::array kOwn = std::to_array<std::string_view>(
    {"EventID", "Channel", "Provider_Name", "Computer", "Level", "EventRecordID", "TimeCreated", "UserID", "Message"});
constexpr std::size_t kMaxData = 256;

void append_code_point(std::string& out, unsigned long c) {
  if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  const auto byte = [&](unsigned long b) { out += static_cast<char>(static_cast<unsigned char>(b)); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | c >> 6);
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | c >> 12);
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | c >> 18);
    byte(0x80 | (c >> 12 & 0x3F));
    byte(0x80 | (c >> 6 & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

/// `&lt;`, `&#x41;` and the like; what is none stays.
std::string without_entities(std::string_view text) {
  constexpr auto kNames = std::to_array<std::pair<std::string_view, char>>(
      {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}});
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t end = text[i] == '&' ? text.substr(i, 12).find(';') : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += text[i];
      continue;
    }
    std::string_view name = text.substr(i + 1, end - 1);
    const auto* const known = std::find_if(kNames.begin(), kNames.end(), [&](const auto& n) { return n.first == name; });
    if (known != kNames.end()) {
      out += known->second;
    } else if (name.starts_with('#')) {
      const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
      name.remove_prefix(hex ? 2 : 1);
      unsigned long code = 0;
      const auto [at, error] = std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
      if (error != std::errc() || at != name.data() + name.size()) {
        out += text[i];
        continue;
      }
      append_code_point(out, code);
    } else {
      out += text[i];
      continue;
    }
    i += end;
  }
  return out;
}

/// The value of an attribute in the inside of a tag.
std::string attribute(std::string_view tag, std::string_view name) {
  for (std::size_t at = tag.find(name); at != std::string_view::npos; at = tag.find(name, at + 1)) {
    const std::size_t equals = at + name.size();
    if (at == 0 || (tag[at - 1] != ' ' && tag[at - 1] != '\n' && tag[at - 1] != '\t') || equals + 1 >= tag.size() || tag[equals] != '=')
      continue;
    const char quote = tag[equals + 1];
    if (quote != '\'' && quote != '"') continue;
    const std::size_t end = tag.find(quote, equals + 2);
    if (end != std::string_view::npos) return without_entities(tag.substr(equals + 2, end - equals - 2));
  }
  return {};
}

std::string_view tag_name(std::string_view tag) { return tag.substr(0, tag.find_first_of(" \t\r\n/")); }

/// Where the tag that begins at `open` ends: quotes may hold `>`.
std::size_t tag_end(std::string_view text, std::size_t open) {
  char quote = '\0';
  for (std::size_t i = open; i < text.size(); ++i) {
    if (quote != '\0')
      quote = text[i] == quote ? '\0' : quote;
    else if (text[i] == '\'' || text[i] == '"')
      quote = text[i];
    else if (text[i] == '>')
      return i;
  }
  return std::string_view::npos;
}

struct Line {
  std::string_view section, key, name;  // section "": any
};

// Of English messages. Source: Windows security audit event reference (4624, 4625, 4648, 4688, 4720, 4732), Service
// Control Manager's 7045.
constexpr auto kLines = std::to_array<Line>({
    {"Subject", "Account Name", "SubjectUserName"},
    {"Subject", "Account Domain", "SubjectDomainName"},
    {"New Logon", "Account Name", "TargetUserName"},
    {"New Logon", "Account Domain", "TargetDomainName"},
    {"Account For Which Logon Failed", "Account Name", "TargetUserName"},
    {"Account For Which Logon Failed", "Account Domain", "TargetDomainName"},
    {"Account Whose Credentials Were Used", "Account Name", "TargetUserName"},
    {"Account That Was Locked Out", "Account Name", "TargetUserName"},
    {"New Account", "Account Name", "TargetUserName"},
    {"Target Account", "Account Name", "TargetUserName"},
    {"Group", "Group Name", "TargetUserName"},
    {"Group", "Account Name", "TargetUserName"},
    {"Group", "Security ID", "TargetSid"},
    {"Member", "Account Name", "MemberName"},
    {"Member", "Security ID", "MemberSid"},
    {"", "Logon Type", "LogonType"},
    {"", "Source Network Address", "IpAddress"},
    {"", "Network Address", "IpAddress"},
    {"", "Source Port", "IpPort"},
    {"", "Port", "IpPort"},
    {"", "Workstation Name", "WorkstationName"},
    {"", "Status", "Status"},
    {"", "Sub Status", "SubStatus"},
    {"", "Failure Reason", "FailureReason"},
    {"", "Logon Process", "LogonProcessName"},
    {"", "Authentication Package", "AuthenticationPackageName"},
    {"", "New Process Name", "NewProcessName"},
    {"", "Creator Process Name", "ParentProcessName"},
    {"", "Process Command Line", "CommandLine"},
    {"", "Service Name", "ServiceName"},
    {"", "Service File Name", "ImagePath"},
    {"", "Service Type", "ServiceType"},
    {"", "Service Start Type", "StartType"},
    {"", "Service Account", "AccountName"},
    {"", "Task Name", "TaskName"},
});

}  // namespace

void WindowsEvent::add(std::string_view name, std::string_view value) {
  if (name.empty()) name = "Data";
  const auto same = std::find_if(data.begin(), data.end(), [&](const auto& d) { return d.first == name; });
  if (same != data.end())
    same->second.append("\n").append(value);
  else if (data.size() < kMaxData)
    data.emplace_back(name, value);
  else
    add("Data", value);
}

std::string WindowsEvent::json() const {
  JsonWriter out;
  out.begin_object();
  std::int64_t id = 0;
  (void)std::from_chars(event_id.data(), event_id.data() + event_id.size(), id);
  out.field("EventID", id);
  const std::array values = {&channel, &provider, &computer, &level, &record_id, &time, &user_id, &message};
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!values[i]->empty()) out.field(kOwn[i + 1], *values[i]);
  for (const auto& [name, value] : data) {
    const bool own = std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end();
    out.field(own || name.starts_with('_') ? "EventData_" + name : name, value);
  }
  out.end_object();
  return out.take();
}

std::optional<WindowsEvent> parse_windows_xml(std::string_view text) {
  if (!text.starts_with("<Event ") && !text.starts_with("<Event>")) return std::nullopt;
  WindowsEvent out;
  std::string_view part;  // System, EventData, UserData, RenderingInfo
  for (std::size_t open = text.find('<'); open != std::string_view::npos;) {
    const std::size_t close = tag_end(text, open);
    if (close == std::string_view::npos) break;
    const std::string_view tag = text.substr(open + 1, close - open - 1);
    const std::string_view name = tag_name(tag);
    const std::size_t next = text.find('<', close);
    const bool leaf = !tag.ends_with('/') && next != std::string_view::npos && text.substr(next).starts_with("</");
    const auto inside = [&] { return without_entities(text.substr(close + 1, next - close - 1)); };
    open = next;
    if (name == "System" || name == "EventData" || name == "UserData" || name == "RenderingInfo") {
      part = name;
    } else if (part == "System") {
      if (name == "Provider")
        out.provider = attribute(tag, "Name");
      else if (name == "TimeCreated")
        out.time = attribute(tag, "SystemTime");
      else if (name == "Security")
        out.user_id = attribute(tag, "UserID");
      else if (leaf && name == "EventID")
        out.event_id = inside();
      else if (leaf && name == "Level")
        out.level = inside();
      else if (leaf && name == "EventRecordID")
        out.record_id = inside();
      else if (leaf && name == "Channel")
        out.channel = inside();
      else if (leaf && name == "Computer")
        out.computer = inside();
    } else if (leaf && part == "EventData" && name == "Data") {
      out.add(attribute(tag, "Name"), inside());
    } else if (leaf && part == "UserData" && !name.empty()) {
      out.add(name, inside());
    } else if (leaf && part == "RenderingInfo" && name == "Message") {
      out.message = inside();
    }
  }
  if (!is_integer(out.event_id) || out.channel.empty()) return std::nullopt;
  return out;
}

void read_windows_message(WindowsEvent& event) {
  std::string_view rest = event.message, section;
  constexpr std::string_view kScript = "Creating Scriptblock text (";
  if (rest.starts_with(kScript)) {
    const std::size_t from = std::min(rest.find('\n'), rest.size() - 1) + 1;
    const std::size_t to = std::min(rest.rfind("ScriptBlock ID:"), rest.size());
    if (to >= from) event.add("ScriptBlockText", trim(rest.substr(from, to - from)));
    return;
  }
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, colon), value = trim(line.substr(colon + 1));
    if (value.empty()) {
      section = key;
      continue;
    }
    for (const Line& l : kLines) {
      if (l.key != key || (!l.section.empty() && l.section != section)) continue;
      const bool told = std::any_of(event.data.begin(), event.data.end(), [&](const auto& d) { return d.first == l.name; });
      if (!told) event.add(l.name, value);
      break;
    }
  }
}

std::optional<WindowsEvent> parse_windows_text(std::string_view text) {
  WindowsEvent out;
  for (std::string* const part : {&out.channel, &out.level, &out.event_id, &out.provider, &out.computer}) {
    const std::size_t end = text.find("] [");
    if (!text.starts_with('[') || end == std::string_view::npos || end < 2 || end > 256) return std::nullopt;
    *part = text.substr(1, end - 1);
    text.remove_prefix(end + 2);
  }
  if (!is_integer(out.event_id) || out.event_id.size() > 5 || !text.starts_with('[')) return std::nullopt;
  text.remove_prefix(1);
  text = trim(text);
  if (text.ends_with(']')) text.remove_suffix(1);
  out.message = text;
  read_windows_message(out);
  return out;
}

}  // namespace backtrail::sources::detail
