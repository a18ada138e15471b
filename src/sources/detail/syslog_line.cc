#include "sources/detail/syslog_line.h"

#include <algorithm>
#include <array>

#include "sources/detail/line_text.h"
#include "sources/detail/text_pattern.h"

namespace backtrail::sources::detail {
namespace {

/// `/usr/sbin/CRON` is CRON.
std::string_view base_name(std::string_view program) { return program.substr(program.rfind('/') + 1); }

bool is_auth_program(std::string_view program) {
  constexpr auto kPrograms = std::to_array<std::string_view>(
      {"chage",   "chfn",    "chgpasswd", "chpasswd",   "chsh",         "doas",      "dropbear",     "gpasswd",       "groupadd",
       "groupdel", "groupmod", "internal-sftp", "login", "newgrp",       "newusers",  "passwd",       "pkexec",        "polkitd",
       "runuser", "sftp-server", "sshd",  "sshd-auth",   "sshd-session", "su",        "sudo",         "systemd-logind", "unix_chkpwd",
       "useradd", "userdel", "usermod"});
  return std::find(kPrograms.begin(), kPrograms.end(), program) != kPrograms.end() || program.starts_with("gdm-") ||
         program.starts_with("sudo-");
}

}  // namespace

std::vector<model::LogField> host_origin_fields() {
  return {{.name = "instance", .column = "instance"},
          {.name = "log_group", .column = "log_group"},
          {.name = "log_stream", .column = "log_stream"},
          {.name = "time_from", .column = "time_from"}};
}

void set_host_origin(std::size_t first, std::string_view time_from, Draft& draft) {
  const Context& c = draft.context();
  std::string_view instance = instance_in(c.log_stream);
  if (instance.empty()) instance = instance_in(c.log_group);
  if (instance.empty() && c.file != nullptr) instance = c.file->instance;
  const std::array values = {instance, std::string_view(c.log_group), std::string_view(c.log_stream), time_from};
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!values[i].empty()) draft.text(first + i, values[i]);
}

std::vector<model::LogField> syslog_fields(std::vector<model::LogField> more) {
  std::vector<model::LogField> out;
  for (const char* name : {"timestamp", "host", "facility", "severity", "program", "pid", "msgid", "structured_data", "message"})
    out.push_back({.name = name, .column = name});
  out.push_back({.name = "repeats", .column = "repeats", .kind = model::FieldKind::integer});
  for (const char* name : {"action", "outcome"}) out.push_back({.name = name, .column = name});
  out.push_back({.name = "user", .column = "user_name"});  // SQL has its own meaning for `user`
  out.push_back({.name = "COMMAND", .column = "command"});
  for (model::LogField& f : more) out.push_back(std::move(f));
  for (model::LogField& f : host_origin_fields()) out.push_back(std::move(f));
  return out;
}

std::string_view set_syslog(const SyslogFrameView& frame, SyslogYears& years, std::size_t origin, Draft& draft) {
  const auto set = [&](std::size_t field, std::string_view value) {
    if (!value.empty()) draft.text(field, value);
  };
  set(kStamp, frame.stamp);
  set(kHost, frame.host);
  set(kFacility, facility_name(frame.facility()));
  if (frame.priority >= 0) set(kSeverity, severity_name(frame.priority % 8));
  set(kProgram, frame.program);
  set(kPid, frame.pid);
  set(kMessageId, frame.message_id);
  set(kStructuredData, frame.structured_data);

  std::string_view message = frame.message;
  static const TextPattern repeated("message repeated {n} times: [ {message+}]"), again("last message repeated {n} times");
  TextPattern::Match match;
  if (repeated.match(message, match) && is_integer(match.values[0])) {
    set(kRepeats, match.values[0]);
    message = match.values[1];
  } else if (again.match(message, match) && is_integer(match.values[0])) {
    set(kRepeats, match.values[0]);
  }
  draft.text(kMessage, message);

  const SyslogYears::Answer answer = years.resolve(frame, draft.context());
  if (!frame.stamp.empty() || answer.time) draft.time(answer.time);
  if (frame.yearless && answer.from.empty()) draft.lacks_year();
  set_host_origin(origin, answer.from, draft);
  return message;
}

bool is_auth(const SyslogFrameView& frame) {
  constexpr int kAuth = 4, kAuthPriv = 10;
  const std::string_view program = base_name(frame.program);
  return frame.facility() == kAuth || frame.facility() == kAuthPriv || is_auth_program(program) ||
         frame.message.starts_with("pam_");
}

}  // namespace backtrail::sources::detail
