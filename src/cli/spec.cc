#include "cli/spec.h"

#include "cli/commands/commands.h"

namespace backtrail::cli {

const std::vector<CommandSpec>& commands() {
  static const std::vector<CommandSpec> kCommands = [] {
    std::vector<CommandSpec> out;
    for (const auto make :
         {investigate_commands, demo_commands, import_commands, detect_commands, findings_commands,
          event_commands, summary_commands, timeline_commands, history_commands, coverage_commands, flows_commands, query_commands, report_commands,
          scan_commands, case_commands, case_care_commands, rules_commands, rules_test_commands,
          explain_commands, manual_commands})
      for (CommandSpec& c : make()) out.push_back(std::move(c));
    return out;
  }();
  return kCommands;
}

const std::vector<CommandGroup>& command_groups() {
  static const std::vector<CommandGroup> kGroups = {
      {"case", "Make, describe, verify and hand over cases"},
      {"finding", "Decide about findings"},
      {"rules", "Check, try and explain detection rules"}};
  return kGroups;
}

const CommandSpec* find_command(std::string_view name) {
  for (const CommandSpec& c : commands())
    if (c.name == name) return &c;
  return nullptr;
}

const CommandGroup* find_group(std::string_view name) {
  for (const CommandGroup& g : command_groups())
    if (g.name == name) return &g;
  return nullptr;
}

}  // namespace backtrail::cli
