#include "cli/console.h"

namespace backtrail::cli {

bool use_color(const Console& console, ColorChoice choice, bool is_terminal) {
  if (choice == ColorChoice::always) return true;
  if (choice == ColorChoice::never) return false;
  if (console.variable("NO_COLOR") || console.variable("BACKTRAIL_NO_COLOR")) return false;
  if (auto force = console.variable("FORCE_COLOR")) return *force != "0";
  if (console.variable("TERM").value_or("") == "dumb") return false;
  return is_terminal;
}

}  // namespace backtrail::cli
