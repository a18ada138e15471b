#pragma once

namespace backtrail::cli {

/// Runs the program; returns its exit code (docs/cli.md lists them).
int run(int argc, char** argv);

}  // namespace backtrail::cli
