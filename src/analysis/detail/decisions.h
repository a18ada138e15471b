#pragma once

#include "base/result.h"
#include "casefile/casefile.h"

namespace backtrail::analysis {

/// Writes a ledger entry of type `decision` into table `decisions`.
[[nodiscard]] Result<void> store_decision(casefile::Case& kase, const casefile::Case::Entry& entry);

}  // namespace backtrail::analysis
