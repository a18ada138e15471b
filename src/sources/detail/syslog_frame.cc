#include "sources/detail/syslog_frame.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "sources/detail/line_text.h"

namespace backtrail::sources::detail {
namespace {

constexpr std::size_t kMaxHost = 255, kMaxProgram = 128;  // RFC 5424 allows 255 and 48; some write longer names

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

int number_of(std::string_view digits) {
  int n = -1;
  (void)std::from_chars(digits.data(), digits.data() + digits.size(), n);
  return n;
}

bool is_number(std::string_view s) {
  return !s.empty() && s.size() <= 10 && std::all_of(s.begin(), s.end(), is_digit);
}

/// The text up to the next space, which is taken as well; "" when there is no space.
std::string_view take_word(std::string_view& rest) {
  const std::size_t space = rest.find(' ');
  if (space == std::string_view::npos) return {};
  const std::string_view word = rest.substr(0, space);
  rest.remove_prefix(space + 1);
  return word;
}

/// `<34>`: -1 when there is none; nullopt: something else in its place.
std::optional<int> take_priority(std::string_view& rest) {
  if (!rest.starts_with('<')) return -1;
  const std::size_t end = rest.find('>');
  if (end == std::string_view::npos || end < 2 || end > 4) return std::nullopt;
  const std::string_view digits = rest.substr(1, end - 1);
  if (!is_number(digits) || number_of(digits) > 191) return std::nullopt;
  rest.remove_prefix(end + 1);
  return number_of(digits);
}

/// `20:34:03`, `20:34:03.123456`
std::optional<std::chrono::microseconds> take_time_of_day(std::string_view& rest) {
  if (rest.size() < 8 || rest[2] != ':' || rest[5] != ':') return std::nullopt;
  const auto two = [&](std::size_t at) {
    return is_digit(rest[at]) && is_digit(rest[at + 1]) ? (rest[at] - '0') * 10 + (rest[at + 1] - '0') : 99;
  };
  const int hour = two(0), minute = two(3), second = two(6);
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  std::chrono::microseconds out = std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(std::min(second, 59));
  rest.remove_prefix(8);
  if (rest.size() > 1 && rest[0] == '.' && is_digit(rest[1])) {
    rest.remove_prefix(1);
    for (int scale = 100'000; !rest.empty() && is_digit(rest[0]); scale /= 10) {
      out += std::chrono::microseconds((rest[0] - '0') * scale);
      rest.remove_prefix(1);
    }
  }
  return out;
}

int month_of(std::string_view name) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::size_t at = name.size() == 3 ? kMonths.find(name) : std::string_view::npos;
  return at == std::string_view::npos || at % 3 != 0 ? 0 : static_cast<int>(at / 3) + 1;
}

/// `Nov 24 20:34:03`, `Nov  4 20:34:03`, and with a year in front of the time. Takes the space behind it.
bool take_traditional(std::string_view& line, SyslogFrameView& out) {
  std::string_view rest = line;
  if (rest.size() < 15 || rest[3] != ' ') return false;
  YearlessTime t{.month = month_of(rest.substr(0, 3))};
  if (t.month == 0) return false;
  rest.remove_prefix(rest[4] == ' ' ? 5 : 4);
  const std::string_view day = take_word(rest);
  if (day.size() > 2 || !is_number(day)) return false;
  t.day = number_of(day);
  if (t.day < 1 || t.day > 31 || !t.in(2024)) return false;
  int year = 0;
  if (rest.size() > 5 && rest[4] == ' ' && is_number(rest.substr(0, 4))) year = number_of(take_word(rest));
  const auto of_day = take_time_of_day(rest);
  if (!of_day) return false;
  t.of_day = *of_day;
  out.stamp = line.substr(0, line.size() - rest.size());
  if (rest.starts_with(':')) rest.remove_prefix(1);  // as routers write it
  if (!rest.empty() && rest[0] != ' ') return false;
  if (year == 0)
    out.yearless = t;
  else if (!(out.time = t.in(year)))
    return false;
  line = rest.empty() ? rest : rest.substr(1);
  return true;
}

/// `sshd[812]: `, `kernel: `; also `sudo:    ubuntu : …`. What is no program is left in the message.
void take_program(std::string_view& rest, SyslogFrameView& out) {
  std::size_t end = 0;
  while (end < rest.size() && end <= kMaxProgram && rest[end] != ':' && rest[end] != '[' && rest[end] != ' ') ++end;
  if (end == 0 || end > kMaxProgram || end == rest.size()) return;
  std::string_view behind = rest.substr(end);
  std::string_view pid;
  if (behind[0] == '[') {
    const std::size_t close = behind.find(']');
    if (close == std::string_view::npos || close > 64) return;
    pid = behind.substr(1, close - 1);
    behind.remove_prefix(close + 1);
  }
  if (!behind.starts_with(':')) return;
  behind.remove_prefix(1);
  if (!behind.empty() && behind[0] != ' ') return;
  out.program = rest.substr(0, end);
  out.pid = pid;
  if (!behind.empty()) behind.remove_prefix(1);
  rest = behind;
}

bool is_host(std::string_view s) {
  return !s.empty() && s.size() <= kMaxHost && std::all_of(s.begin(), s.end(), [](char c) {
    return is_digit(c) || is_letter(c) || std::string_view(".-_:%").find(c) != std::string_view::npos || static_cast<unsigned char>(c) >= 0x80;
  }) && !s.ends_with(':');
}

/// Applications write `<time> INFO main: …` in the same places.
bool is_level(std::string_view s) {
  constexpr auto kLevels = std::to_array<std::string_view>({"trace", "debug", "info", "notice", "warn", "warning", "error", "err",
                                                             "critical", "crit", "alert", "fatal", "emerg", "severe", "start",
                                                             "end", "report"});
  const std::string lower = to_lower_ascii(s);
  return std::find(kLevels.begin(), kLevels.end(), lower) != kLevels.end();
}

/// Programs that write without their process id.
bool is_known_without_pid(std::string_view program) {
  constexpr auto kPrograms = std::to_array<std::string_view>({"kernel", "systemd", "sudo", "su", "cloud-init", "useradd", "usermod",
                                                               "groupadd", "passwd", "gpasswd", "login", "dhclient", "rsyslogd"});
  return std::find(kPrograms.begin(), kPrograms.end(), program) != kPrograms.end();
}

/// Host, program and message behind a stamp of ISO 8601.
bool take_iso_rest(std::string_view rest, std::string_view stamp, SyslogFrameView& out) {
  std::string_view in = rest;
  const std::string_view host = take_word(in);
  if (!is_host(host) || is_level(host)) return false;
  take_program(in, out);
  if (out.program.empty()) return false;
  const bool is_utc = stamp.ends_with('Z') || stamp.ends_with('z');
  if (out.pid.empty() && is_utc && (stamp.size() == 24 || !is_known_without_pid(out.program))) return false;
  if (!out.pid.empty() && !is_number(out.pid)) return false;
  out.host = host;
  out.message = in;
  return true;
}

/// `[id name="value"][…]`, or `-`; takes the space behind it.
bool take_structured_data(std::string_view& rest, std::string_view& out) {
  std::size_t at = 0;
  if (rest.starts_with('-')) {
    at = 1;
  } else {
    while (at < rest.size() && rest[at] == '[') {
      bool quoted = false;
      for (++at; at < rest.size() && (quoted || rest[at] != ']'); ++at) {
        if (quoted && rest[at] == '\\')
          ++at;
        else if (rest[at] == '"')
          quoted = !quoted;
      }
      if (at >= rest.size()) return false;
      ++at;
    }
    if (at == 0) return false;
    out = rest.substr(0, at);
  }
  if (at < rest.size() && rest[at] != ' ') return false;
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return true;
}

/// Behind `<34>1 `.
std::optional<SyslogFrameView> parse_rfc5424(std::string_view rest, SyslogFrameView out) {
  out.stamp = take_word(rest);
  if (out.stamp != "-" && !(out.time = parse_rfc3339(out.stamp))) return std::nullopt;
  for (std::string_view* const part : {&out.host, &out.program, &out.pid, &out.message_id}) {
    *part = take_word(rest);
    if (part->empty() || part->size() > kMaxHost) return std::nullopt;
    if (*part == "-") *part = {};
  }
  if (!take_structured_data(rest, out.structured_data)) return std::nullopt;
  if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
  out.message = rest;
  if (out.stamp == "-") out.stamp = {};
  return out;
}

}  // namespace

std::optional<Timestamp> YearlessTime::in(int year) const {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 1 || year > 9999 || !date.ok()) return std::nullopt;
  return Timestamp(std::chrono::sys_days(date)) + of_day;
}

std::optional<SyslogFrameView> parse_syslog(std::string_view line) {
  SyslogFrameView out;
  std::string_view rest = line;
  const auto priority = take_priority(rest);
  if (!priority) return std::nullopt;
  out.priority = *priority;
  if (out.priority >= 0 && rest.starts_with("1 ")) return parse_rfc5424(rest.substr(2), out);
  if (rest.size() < 16) return std::nullopt;
  if (is_digit(rest[0])) {
    const std::string_view stamp = take_word(rest);
    if (stamp.size() < 20 || stamp.size() > 35 || stamp[10] != 'T') return std::nullopt;
    out.stamp = stamp;
    const bool has_offset = stamp.ends_with('Z') || stamp.ends_with('z') || stamp.find_first_of("+-", 19) != std::string_view::npos;
    if (!has_offset || !(out.time = parse_log_time(stamp))) return std::nullopt;
    return take_iso_rest(rest, stamp, out) ? std::optional(out) : std::nullopt;
  }
  if (!is_letter(rest[0]) || !take_traditional(rest, out)) return std::nullopt;
  std::string_view behind = rest;
  const std::string_view host = take_word(behind);
  if (!is_host(host)) {
    // `logger` and containers write no host; then a program stands first.
    take_program(rest, out);
    if (out.program.empty()) return std::nullopt;
    out.message = rest;
    return out;
  }
  out.host = host;
  take_program(behind, out);
  out.message = behind;
  return out;
}

std::string_view facility_name(int facility) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert",
       "clock", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"});
  return facility < 0 || facility >= static_cast<int>(kNames.size()) ? std::string_view() : kNames[static_cast<std::size_t>(facility)];
}

std::string_view severity_name(int severity) {
  constexpr auto kNames = std::to_array<std::string_view>({"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"});
  return severity < 0 || severity >= static_cast<int>(kNames.size()) ? std::string_view() : kNames[static_cast<std::size_t>(severity)];
}

}  // namespace backtrail::sources::detail
