#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace backtrail::sources::detail {

/// What a path tells of a log that came out of a host. Never what the log is, but for shell histories, whose
/// content tells nothing.
struct FileFacts {
  std::string name{};      // the last part of the path, cut to 512 bytes
  std::string user{};      // whose home it lies in: /root/…, /home/<user>/…
  std::string instance{};  // an EC2 instance id in it
  std::optional<Timestamp> date{};  // the last day that it names: 2026-11-24, 2026/11/24, year=2026/month=11/day=24,
                                    // secure-20261124
};
[[nodiscard]] FileFacts facts_of_path(std::string_view path);

/// The last `i-` and 8 or 17 hexadecimal digits; "" when there is none.
[[nodiscard]] std::string_view instance_in(std::string_view text);

}  // namespace backtrail::sources::detail
