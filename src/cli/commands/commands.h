#pragma once

#include <vector>

#include "cli/spec.h"

/// The groups of commands, each declared and implemented in its own file.
namespace backtrail::cli {

[[nodiscard]] std::vector<CommandSpec> investigate_commands();
[[nodiscard]] std::vector<CommandSpec> demo_commands();
[[nodiscard]] std::vector<CommandSpec> import_commands();
[[nodiscard]] std::vector<CommandSpec> detect_commands();
[[nodiscard]] std::vector<CommandSpec> scan_commands();
[[nodiscard]] std::vector<CommandSpec> findings_commands();
[[nodiscard]] std::vector<CommandSpec> timeline_commands();
[[nodiscard]] std::vector<CommandSpec> history_commands();
[[nodiscard]] std::vector<CommandSpec> coverage_commands();
[[nodiscard]] std::vector<CommandSpec> flows_commands();
[[nodiscard]] std::vector<CommandSpec> event_commands();
[[nodiscard]] std::vector<CommandSpec> summary_commands();
[[nodiscard]] std::vector<CommandSpec> query_commands();
[[nodiscard]] std::vector<CommandSpec> report_commands();
[[nodiscard]] std::vector<CommandSpec> case_commands();
[[nodiscard]] std::vector<CommandSpec> case_care_commands();
[[nodiscard]] std::vector<CommandSpec> rules_commands();
[[nodiscard]] std::vector<CommandSpec> rules_test_commands();
[[nodiscard]] std::vector<CommandSpec> explain_commands();
[[nodiscard]] std::vector<CommandSpec> manual_commands();

}  // namespace backtrail::cli
