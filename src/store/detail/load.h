#pragma once

#include "store/detail/handles.h"
#include "store/store.h"

namespace backtrail::store {

[[nodiscard]] Result<std::uint64_t> bulk_load(duckdb_connection connection, std::string_view table,
                                              std::span<const std::string> leaves, RowFeed& feed,
                                              unsigned threads, std::stop_token stop);

}  // namespace backtrail::store
