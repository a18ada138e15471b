// Forms of messages. Sources: OpenSSH (auth.c, session.c, packet.c; sshd-session since 9.8), sudo ("Logging format" in
// sudoers(5)), Linux-PAM's pam_unix, shadow (useradd.c, usermod.c, gpasswd.c, su.c), util-linux (login.c, su-common.c),
// systemd-logind, polkit's pkexec.
#include "sources/detail/auth_message.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "sources/detail/syslog_line.h"
#include "sources/detail/text_pattern.h"

namespace backtrail::sources::detail {
namespace {

struct Form {
  std::string_view pattern, action, outcome, reason;
};

// The more telling form of two that fit stands first.
constexpr auto kSshd = std::to_array<Form>({
    {"Accepted {method} for {user+} from {src_ip} port {src_port} ssh2: {key_type} {fingerprint}", "ssh_login", "success", ""},
    {"Accepted {method} for {user+} from {src_ip} port {src_port} ssh2: {key_type} {fingerprint} *", "ssh_login", "success", ""},
    {"Accepted {method} for {user+} from {src_ip} port {src_port}*", "ssh_login", "success", ""},
    {"Failed {method} for invalid user {user+} from {src_ip} port {src_port}*", "ssh_login", "denied", "invalid user"},
    {"Failed {method} for {user+} from {src_ip} port {src_port}*", "ssh_login", "denied", "failed"},
    {"Postponed {method} for {user+} from {src_ip} port {src_port}*", "ssh_login_step", "", ""},
    {"Invalid user {user+} from {src_ip} port {src_port}", "ssh_invalid_user", "denied", "invalid user"},
    {"Invalid user {user+} from {src_ip}", "ssh_invalid_user", "denied", "invalid user"},
    {"error: maximum authentication attempts exceeded for invalid user {user+} from {src_ip} port {src_port}*", "ssh_too_many_attempts", "denied", "invalid user"},
    {"error: maximum authentication attempts exceeded for {user+} from {src_ip} port {src_port}*", "ssh_too_many_attempts", "denied", "too many attempts"},
    {"User {user+} from {src_ip} not allowed because {reason+}", "ssh_login", "denied", ""},
    {"ROOT LOGIN REFUSED FROM {src_ip} port {src_port}", "ssh_login", "denied", "root login refused"},
    {"Connection from {src_ip} port {src_port} on*", "ssh_connection", "", ""},
    {"Connection closed by authenticating user {user+} {src_ip} port {src_port}*", "ssh_disconnect", "", ""},
    {"Connection closed by invalid user {user+} {src_ip} port {src_port}*", "ssh_disconnect", "", ""},
    {"Connection closed by {src_ip} port {src_port}*", "ssh_disconnect", "", ""},
    {"Connection reset by authenticating user {user+} {src_ip} port {src_port}*", "ssh_disconnect", "", ""},
    {"Connection reset by invalid user {user+} {src_ip} port {src_port}*", "ssh_disconnect", "", ""},
    {"Connection reset by {src_ip} port {src_port}*", "ssh_disconnect", "", ""},
    {"Disconnected from authenticating user {user+} {src_ip} port {src_port}*", "ssh_disconnect", "", ""},
    {"Disconnected from invalid user {user+} {src_ip} port {src_port}*", "ssh_disconnect", "", ""},
    {"Disconnected from user {user+} {src_ip} port {src_port}*", "ssh_disconnect", "", ""},
    {"Disconnected from {src_ip} port {src_port}*", "ssh_disconnect", "", ""},
    {"Received disconnect from {src_ip} port {src_port}:{detail+}", "ssh_disconnect", "", ""},
    {"Did not receive identification string from {src_ip} port {src_port}*", "ssh_probe", "", ""},
    {"banner exchange: Connection from {src_ip} port {src_port}: {detail+}", "ssh_probe", "", ""},
    {"Bad protocol version identification {detail+} from {src_ip} port {src_port}", "ssh_probe", "", ""},
    {"Unable to negotiate with {src_ip} port {src_port}: {detail+}", "ssh_probe", "", ""},
    {"Starting session: {detail+} for {user+} from {src_ip} port {src_port}*", "ssh_session", "success", ""},
    {"subsystem request for {service} by user {user+}", "ssh_session", "success", ""},
});

constexpr auto kPam = std::to_array<Form>({
    {"session opened for user {user} by {by+}", "session_opened", "success", ""},
    {"session closed for user {user+}", "session_closed", "success", ""},
    {"password changed for {user+}", "password_changed", "success", ""},
    {"check pass; user unknown", "authentication", "denied", "invalid user"},
    {"account {user+} has expired*", "authentication", "denied", "account expired"},
});

constexpr auto kAccounts = std::to_array<Form>({
    {"new user: name={user}, UID={user_id}, *", "user_created", "success", ""},
    {"failed adding user '{user+}'*", "user_created", "error", "failed"},
    {"new group: name={group}, GID={user_id}*", "group_created", "success", ""},
    {"add '{user}' to group '{group}'", "group_member_added", "success", ""},
    {"add '{user}' to shadow group '{group}'", "group_member_added", "success", ""},
    {"user {user} added by {by} to group {group+}", "group_member_added", "success", ""},
    {"members of group {group} set by {by} to {user+}", "group_member_added", "success", ""},
    {"delete '{user}' from group '{group}'", "group_member_removed", "success", ""},
    {"delete '{user}' from shadow group '{group}'", "group_member_removed", "success", ""},
    {"user {user} removed by {by} from group {group+}", "group_member_removed", "success", ""},
    {"delete user '{user}'", "user_deleted", "success", ""},
    {"change user '{user}' password", "password_changed", "success", ""},
    {"password for '{user}' changed by '{by}'", "password_changed", "success", ""},
    {"lock user '{user}' password", "user_locked", "success", ""},
    {"unlock user '{user}' password", "user_unlocked", "success", ""},
    {"change user '{user}' {detail+}", "user_changed", "success", ""},
});

constexpr auto kSu = std::to_array<Form>({
    {"(to {USER}) {user+} on {TTY}", "su", "success", ""},
    {"FAILED SU (to {USER}) {user+} on {TTY}", "su", "denied", "failed"},
    {"Successful su for {USER} by {user+}", "su", "success", ""},
    {"FAILED su for {USER} by {user+}", "su", "denied", "failed"},
    {"+ {TTY} {user}:{USER}", "su", "success", ""},
    {"- {TTY} {user}:{USER}", "su", "denied", "failed"},
});

constexpr auto kLogin = std::to_array<Form>({
    {"LOGIN ON {TTY} BY {user+}", "login", "success", ""},
    {"ROOT LOGIN ON {TTY} FROM {src_ip}", "login", "success", ""},
    {"ROOT LOGIN ON {TTY}", "login", "success", ""},
    {"FAILED LOGIN {service} on '{TTY}' FOR '{user+}', {reason+}", "login", "denied", ""},
    {"FAILED LOGIN {service} FROM {src_ip} FOR {user+}, {reason+}", "login", "denied", ""},
});

constexpr auto kLogind = std::to_array<Form>({
    {"New session {session} of user {user+} with class*", "session_opened", "success", ""},
    {"New session {session} of user {user+}.", "session_opened", "success", ""},
    {"Removed session {session+}.", "session_closed", "success", ""},
    {"Session {session} logged out.*", "session_closed", "success", ""},
});

constexpr auto kPkexec = std::to_array<Form>({
    {"{user}: Executing command [USER={USER}] [TTY={TTY}] [CWD={PWD}] [COMMAND={COMMAND+}]", "pkexec", "success", ""},
    {"{user}: Error executing command as another user: {reason+}", "pkexec", "denied", ""},
});

/// The place in the type's fields.
std::size_t field_of(std::string_view name) {
  if (name == "user") return kUser;
  if (name == "COMMAND") return kCommand;
  const auto at = std::find(kAuthFields.begin(), kAuthFields.end(), name);
  return kSyslogFields + static_cast<std::size_t>(at - kAuthFields.begin());
}

void set(std::string_view name, std::string_view value, Draft& draft) {
  if (!value.empty()) draft.text(field_of(name), value);
}

void set_result(std::string_view action, std::string_view outcome, std::string_view reason, Draft& draft) {
  draft.text(kAction, action);
  if (!outcome.empty()) draft.text(kOutcome, outcome);
  set("reason", reason, draft);
}

/// The forms of one program, ready to be tried.
class Forms {
 public:
  template <std::size_t N>
  explicit Forms(const std::array<Form, N>& forms) {
    for (const Form& f : forms) {
      TextPattern pattern(f.pattern);
      std::vector<std::size_t> fields;
      for (const std::string& hole : pattern.holes()) fields.push_back(field_of(hole));
      forms_.push_back({f, std::move(pattern), std::move(fields)});
    }
  }

  bool read(std::string_view message, Draft& draft) const {
    TextPattern::Match match;
    for (const Entry& e : forms_) {
      if (!e.pattern.match(message, match)) continue;
      set_result(e.form.action, e.form.outcome, e.form.reason, draft);
      for (std::size_t i = 0; i < e.fields.size(); ++i)
        if (!match.values[i].empty()) draft.text(e.fields[i], match.values[i]);
      if (e.form.outcome == "denied" && draft.at(field_of("reason")).empty()) set("reason", "refused", draft);
      return true;
    }
    return false;
  }

 private:
  struct Entry {
    Form form;
    TextPattern pattern;
    std::vector<std::size_t> fields;
  };
  std::vector<Entry> forms_{};
};

/// `root(uid=0)` is root.
std::string_view without_uid(std::string_view user) { return user.substr(0, user.find("(uid=")); }

/// The value of ` rhost=…` in PAM's words; they go on to the next space.
std::string_view pam_value(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    if (at > 0 && text[at - 1] != ' ') continue;
    const std::string_view value = text.substr(at + key.size());
    return value.substr(0, value.find(' '));
  }
  return {};
}

/// `pam_unix(sshd:session): session opened …`
bool read_pam(std::string_view message, Draft& draft) {
  static const Forms forms(kPam);
  if (message.starts_with("PAM ") || message.starts_with("error: PAM: ")) {
    if (message.find("uthentication failure") == std::string_view::npos) return false;
    set_result("authentication", "denied", "failed", draft);
  } else {
    if (!message.starts_with("pam_")) return false;
    const std::size_t open = message.find('('), close = message.find("): ");
    if (close == std::string_view::npos || open > close) return false;
    const std::string_view service = message.substr(open + 1, close - open - 1);
    set("service", service.substr(0, service.find(':')), draft);
    message.remove_prefix(close + 3);
    if (forms.read(message, draft)) {
      draft.text(kUser, without_uid(draft.at(kUser)));
      const std::string_view by = draft.at(field_of("by"));
      if (!by.empty()) draft.text(field_of("by"), without_uid(by));
      return true;
    }
    if (!message.starts_with("authentication failure")) return true;
    set_result("authentication", "denied", "failed", draft);
  }
  set("src_ip", pam_value(message, "rhost="), draft);
  set("TTY", pam_value(message, "tty="), draft);
  set("by", pam_value(message, "ruser="), draft);
  set("user_id", pam_value(message, "uid="), draft);
  if (const auto user = pam_value(message, "user="); !user.empty()) draft.text(kUser, user);
  return true;
}

/// `  ubuntu : TTY=pts/0 ; PWD=/home/ubuntu ; USER=root ; COMMAND=/bin/bash`, with a refusal in front where there is one.
void read_sudo(std::string_view message, Draft& draft) {
  message = trim(message);
  const std::size_t colon = message.find(" : ");
  if (colon == std::string_view::npos || message.substr(0, colon).find(' ') != std::string_view::npos) return;
  std::string_view rest = message.substr(colon + 3);
  std::string_view reason;
  bool told = false;
  while (!rest.empty()) {
    constexpr std::string_view kCommandKey = "COMMAND=";
    if (rest.starts_with(kCommandKey)) {  // may hold all that follows
      set("COMMAND", rest.substr(kCommandKey.size()), draft);
      told = true;
      break;
    }
    const std::size_t end = std::min(rest.find(" ; "), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 3, rest.size()));
    const std::size_t equals = part.find('=');
    const std::string_view key = part.substr(0, std::min(equals, part.size()));
    if (key == "USER" || key == "TTY" || key == "PWD")
      set(key, part.substr(equals + 1), draft);
    else if (key == "GROUP")
      set("group", part.substr(equals + 1), draft);
    else if (equals == std::string_view::npos && reason.empty())
      reason = part;
    told = told || equals != std::string_view::npos;
  }
  if (!told) return;
  draft.text(kUser, message.substr(0, colon));
  const bool continued = reason.starts_with("(command continued)");
  const bool refused = !reason.empty() && !continued;
  set_result("sudo", refused ? "denied" : "success", refused ? reason : std::string_view(), draft);
}

std::string_view base_name(std::string_view program) { return program.substr(program.rfind('/') + 1); }

}  // namespace

void read_auth_message(std::string_view program, std::string_view message, Draft& draft) {
  static const Forms sshd(kSshd), accounts(kAccounts), su(kSu), login(kLogin), logind(kLogind), pkexec(kPkexec);
  program = base_name(program);
  if (read_pam(message, draft)) return;
  if (program == "sudo") return read_sudo(message, draft);
  if (program.starts_with("sshd")) {
    if (message.starts_with("fatal: ")) message.remove_prefix(7);
    (void)sshd.read(message, draft);
    if (draft.at(kAction) == "ssh_login" && message.starts_with("ROOT LOGIN")) draft.text(kUser, "root");
  } else if (program == "su" || program == "runuser") {
    (void)su.read(message, draft);
  } else if (program == "login") {
    (void)login.read(message, draft);
    if (message.starts_with("ROOT LOGIN")) draft.text(kUser, "root");
  } else if (program == "systemd-logind") {
    (void)logind.read(message, draft);
  } else if (program == "pkexec") {
    (void)pkexec.read(message, draft);
  } else {
    (void)accounts.read(message, draft);
  }
}

}  // namespace backtrail::sources::detail
