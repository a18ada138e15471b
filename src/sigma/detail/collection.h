#pragma once

#include <vector>

#include "sigma/detail/yaml.h"

namespace backtrail::sigma::detail {

/// Applies the legacy `action` key to the documents of one file: `global` is merged into each
/// following document and is no rule itself, `reset` forgets it, `repeat` merges the document into
/// the one before. Documents that only steer are removed; an unknown action refuses its document.
void merge_collection(std::vector<YamlDocument>& documents);

}  // namespace backtrail::sigma::detail
