#pragma once

#include "ingest/detail/pipeline.h"
#include "ingest/ingest.h"

namespace backtrail::ingest {

/// Adds one file's outcome to the totals and counts it as imported or skipped.
void add_outcome(Summary& summary, const Work& work, const WorkOutcome& outcome);
/// By path, offset, reason.
void sort_skipped(Summary& summary);

}  // namespace backtrail::ingest
