#pragma once

#include <span>
#include <string_view>
#include <vector>

/// The calls of AWS that turn its logs on, off or elsewhere, as CloudTrail records them.
namespace backtrail::sources {

/// Calls of one service. Lives as long as the program.
struct LogSwitches {
  std::vector<std::string_view> logs{};  // names of log types
  std::string_view source{};             // eventSource: "ec2.amazonaws.com"; "": no call turns these logs
  std::vector<std::string_view> calls{};
  /// The call changes other things as well: its requestParameters hold this text, in lower case, where it bears on
  /// logs. Calls without requestParameters count: they say nothing against it.
  std::string_view mention{};
};

/// Every log type of product "aws" stands in at least one.
[[nodiscard]] std::span<const LogSwitches> log_switches();

}  // namespace backtrail::sources
