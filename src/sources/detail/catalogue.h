#pragma once

#include <memory>
#include <span>
#include <vector>

#include "sources/detail/log_parser.h"
#include "sources/detail/reader_options.h"

/// All that can be recognised, in the order in which it is tried: what is told by more comes first.
namespace backtrail::sources::detail {

[[nodiscard]] std::span<const JsonType> json_types();
[[nodiscard]] std::span<const JsonWrapper> json_wrappers();
[[nodiscard]] std::vector<std::unique_ptr<LineParser>> make_line_parsers(const ReaderOptions& options);
[[nodiscard]] std::span<const LineWrapper> line_wrappers();

}  // namespace backtrail::sources::detail
