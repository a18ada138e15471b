#pragma once

#include <memory>
#include <span>

#include "casefile/casefile.h"
#include "casefile/detail/document.h"

namespace backtrail::casefile {

/// `open` for a program whose format version is `version`.
[[nodiscard]] Result<std::unique_ptr<Case>> open_with(const std::filesystem::path& directory,
                                                      const OpenOptions& options,
                                                      std::span<const Migration> steps,
                                                      int version);

}  // namespace backtrail::casefile
