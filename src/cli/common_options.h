#pragma once

#include "cli/spec.h"

/// Options that several commands share, declared once.
namespace backtrail::cli {

[[nodiscard]] OptionSpec case_option();
/// `--output`, `formats.front()` being the default.
[[nodiscard]] OptionSpec output_option(std::vector<std::string> formats);
[[nodiscard]] OptionSpec out_option();
[[nodiscard]] OptionSpec limit_option(std::string help, std::string fallback = "all");
[[nodiscard]] OptionSpec fail_on_option();
[[nodiscard]] OptionSpec in_place_option();
/// How logs are read that do not tell it themselves: `--format`, `--as`, `--time-field`, `--year`.
[[nodiscard]] std::vector<OptionSpec> read_options();
[[nodiscard]] std::vector<OptionSpec> time_options();
[[nodiscard]] std::vector<OptionSpec> rule_options();
[[nodiscard]] ArgumentSpec paths_argument();
/// The severities from lowest to highest.
[[nodiscard]] std::vector<std::string> level_names();

/// One list of options out of several.
[[nodiscard]] std::vector<OptionSpec> options_of(std::vector<std::vector<OptionSpec>> lists);

}  // namespace backtrail::cli
