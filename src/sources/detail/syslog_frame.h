#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/time.h"

/// What stands around a message of syslog. Sources: RFC 3164, RFC 5424; rsyslog's RSYSLOG_TraditionalFileFormat and
/// RSYSLOG_FileFormat; systemd's `journalctl -o short` and `short-iso`.
namespace backtrail::sources::detail {

/// A stamp without year: `Nov 24 20:34:03`.
struct YearlessTime {
  int month = 1, day = 1;
  std::chrono::microseconds of_day{};
  /// In a year; nullopt when the day does not exist there.
  [[nodiscard]] std::optional<Timestamp> in(int year) const;
};

/// Views into the line.
struct SyslogFrameView {
  int priority = -1;  // facility * 8 + severity; -1: not told
  std::string_view stamp{};
  std::optional<Timestamp> time{};      // of a stamp with a year
  std::optional<YearlessTime> yearless{};
  std::string_view host{}, program{}, pid{}, message_id{}, structured_data{}, message{};

  [[nodiscard]] int facility() const { return priority < 0 ? -1 : priority / 8; }
};

/// The line's frame; nullopt when it is no line of syslog. A CloudWatch export's line,
/// `2026-11-24T20:34:03.123Z message`, is one only where a host and a program with its process id follow.
[[nodiscard]] std::optional<SyslogFrameView> parse_syslog(std::string_view line);

/// The names that syslog.conf has for them; "" outside of what RFC 5424 names.
[[nodiscard]] std::string_view facility_name(int facility);
[[nodiscard]] std::string_view severity_name(int severity);

}  // namespace backtrail::sources::detail
