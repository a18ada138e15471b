#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cli/spec.h"

namespace backtrail::cli {

/// A command line after parsing: values by the name of their option or argument, checked against
/// their kind. Asking for a name that the command does not declare aborts.
class Arguments {
 public:
  Arguments(const CommandSpec& command, std::map<std::string, std::vector<std::string>> values);

  [[nodiscard]] bool has(std::string_view name) const { return !list(name).empty(); }
  [[nodiscard]] const std::vector<std::string>& list(std::string_view name) const;
  /// The one value, or `fallback`.
  [[nodiscard]] std::string text(std::string_view name, std::string_view fallback = "") const;
  [[nodiscard]] std::optional<std::uint64_t> count(std::string_view name) const;
  [[nodiscard]] bool declared(std::string_view name) const;
  /// Options and arguments given and never asked for (tests prove that there are none).
  [[nodiscard]] std::vector<std::string> unread() const;

 private:
  const CommandSpec* command_;
  std::map<std::string, std::vector<std::string>> values_;
  mutable std::set<std::string, std::less<>> read_;
};

/// Parses what follows the command's name. Errors are `usage.…`, with the near name for a typo;
/// `usage.help` when -h or --help was asked for (message "short" or "full").
[[nodiscard]] Result<Arguments> parse(const CommandSpec& command,
                                      std::vector<std::string> arguments);

}  // namespace backtrail::cli
