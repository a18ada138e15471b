#pragma once

#include <string>
#include <vector>

namespace backtrail::cli {

struct Console;

/// Runs the program; returns its exit code (docs/cli.md lists them).
int run(int argc, char** argv);

/// The same in-process: `arguments` without the program's name, streams and environment from
/// `console`.
int run(const std::vector<std::string>& arguments, Console& console);

}  // namespace backtrail::cli
