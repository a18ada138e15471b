#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "casefile/casefile.h"
#include "ingest/detail/pipeline.h"
#include "ingest/detail/read_options.h"

namespace backtrail::ingest {

/// Takes out of `waiting` what can be read now, and says of it which records an equal item (of the same bytes)
/// gave already (`Work::copied`). Of equal items one at a time is read until one was read to its end, so that
/// the next takes the place of one that could not be read. Records of a type are copies where both items are
/// read alike for it. Takes at least one.
[[nodiscard]] Result<std::vector<Work>> take_round(const casefile::Case& kase, store::Store& store,
                                                   const ItemReadOptions& read, std::vector<Work>& waiting);

/// By log type, the items that rows of its table are from. None of CloudTrail: its copies are told by content.
using Holders = std::vector<std::set<std::uint32_t>>;
[[nodiscard]] Result<Holders> find_holders(store::Store& store);

/// SQL: the row of `evidence` is of an item of which something could not be read for want of the file.
inline constexpr std::string_view kUnreadableItem = "problems LIKE '%\"reason\":\"unreadable\"%'";

}  // namespace backtrail::ingest
