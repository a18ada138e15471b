#pragma once

#include <string_view>

#include "store/meta.h"

namespace backtrail::ingest {

using store::get_meta;
using store::set_meta;
using store::meta::kDerivedStale;
using store::meta::kFindingsStale;
using store::meta::kHitsRulesHash;
using store::meta::kHitsVersion;
using store::meta::kReadOptionsUsed;

}  // namespace backtrail::ingest
