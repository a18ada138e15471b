#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace backtrail {

/// A point in time: UTC, microseconds since 1970 (equal to DuckDB's TIMESTAMP).
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// The injected clock; tests pass a fixed one.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Timestamp now() const = 0;
};
/// The system's clock.
[[nodiscard]] const Clock& system_clock();

class FixedClock final : public Clock {
 public:
  explicit FixedClock(Timestamp t) : t_(t) {}
  [[nodiscard]] Timestamp now() const override { return t_; }

 private:
  Timestamp t_;
};

/// RFC 3339, strict: `2023-07-10T11:42:31Z`, fraction of 1 to 9 digits (cut to microseconds),
/// offset `Z` or `±hh:mm`; `T` and `Z` in either case. Years 0001–9999.
[[nodiscard]] std::optional<Timestamp> parse_rfc3339(std::string_view text);

/// The times that logs hold: RFC 3339, also with a space in place of `T`, without an offset (=
/// UTC), with `±hhmm` or `±hh`, with ` UTC`, and date only (00:00). Nothing else is guessed.
[[nodiscard]] std::optional<Timestamp> parse_log_time(std::string_view text);

/// RFC 3339 in UTC with `Z`; a fraction only when there is one (6 digits).
[[nodiscard]] std::string format_rfc3339(Timestamp t);

/// `s`, `m`, `h`, `d`, `w`: how long that is; nullopt for any other letter.
[[nodiscard]] std::optional<std::chrono::seconds> unit_of(char letter);

/// A moment as users type it: RFC 3339, a date, `now`, `24h`, `now-2h`, `7d` (units s m h d w; a
/// bare duration counts back from `now`). Error `time.invalid` names what is accepted.
[[nodiscard]] Result<Timestamp> parse_time_argument(std::string_view text, Timestamp now);

/// A half-open span [from, to); an absent end is open.
struct TimeWindow {
  std::optional<Timestamp> from{};
  std::optional<Timestamp> to{};
  [[nodiscard]] bool contains(Timestamp t) const {
    return (!from || t >= *from) && (!to || t < *to);
  }
};

}  // namespace backtrail
