#pragma once

#include <set>
#include <span>
#include <vector>

#include "casefile/casefile.h"
#include "ingest/detail/read_options.h"
#include "ingest/ingest.h"

namespace backtrail::ingest {

/// Of the items that an import names again, makes those unread that are to be read anew: a file that could
/// not be read to its end, and one for which what the import says (`given`) bears on what was read of it, or
/// on what was not. Their rows go, and those of items of equal bytes; rows of CloudTrail stay, since no option
/// bears on them. Where options would give these other numbers nothing is done: what is returned says so
/// (`read_before`). `loaded`: the items that the tables hold; those to be read anew are taken out.
[[nodiscard]] Result<std::vector<Skipped>> forget_for_reading(casefile::Case& kase, store::Store& store,
                                                              const ItemReadOptions& read,
                                                              std::span<const std::uint32_t> named,
                                                              const sources::ReadOptions& given,
                                                              std::set<std::uint32_t>& loaded);

}  // namespace backtrail::ingest
