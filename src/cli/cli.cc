#include "cli/cli.h"

#include <cstdio>

namespace backtrail::cli {
int run(int, char**) { return 0; }
}  // namespace backtrail::cli
