#include "base/version.h"

namespace backtrail {

std::string_view program_version() { return BACKTRAIL_VERSION; }

}  // namespace backtrail
