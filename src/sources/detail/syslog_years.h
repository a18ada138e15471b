#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "sources/detail/context.h"
#include "sources/detail/syslog_frame.h"

namespace backtrail::sources::detail {

/// What the user says of stamps without year (`ReadOptions::year`).
struct GivenYear {
  std::optional<int> year{};             // of each file's first line
  std::optional<Timestamp> collected{};  // when the files were taken: the last such day before it counts
  /// `2024`, `2025-01-05`; "" says nothing. nullopt: not understood.
  [[nodiscard]] static std::optional<GivenYear> parse(std::string_view text);
};

/// The time of syslog's stamps, which may have no year. Then the wrapper tells it, else the user, else a date in the
/// file's path; never the file's own times. Shared by the parsers of one reader, since they read the lines of one
/// file in turn.
class SyslogYears {
 public:
  explicit SyslogYears(GivenYear given) : given_(given) {}
  void reset() { year_.reset(); }

  struct Answer {
    std::optional<Timestamp> time{};
    std::string_view from{};  // "stamp", "wrapper", "option", "path"; "" where nothing tells
  };
  [[nodiscard]] Answer resolve(const SyslogFrameView& frame, const Context& context);

 private:
  std::optional<Timestamp> in_order(const YearlessTime& t);

  GivenYear given_;
  std::optional<int> year_{};  // of the line before
  int month_ = 0;
};

}  // namespace backtrail::sources::detail
