#include "cli/cli.h"

int main(int argc, char** argv) { return backtrail::cli::run(argc, argv); }
