#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/detail/feed.h"

namespace backtrail::ingest {

/// Bulk-loads rows that lie in memory: `write` puts one into the writer.
template <typename T, typename Write>
Result<void> load_rows(store::Store& store, std::string_view table,
                       const std::vector<std::string>& leaves, const std::vector<T>& rows,
                       const Write& write, const std::stop_token& stop) {
  if (rows.empty()) return {};
  std::size_t next = 0;
  FunctionFeed feed([&]() -> FunctionFeed::Fill {
    return [&](store::RowWriter& out, std::size_t capacity) -> Result<std::size_t> {
      std::size_t n = 0;
      for (; n < capacity && next < rows.size(); ++n, ++next) {
        write(out, rows[next]);
        out.next_row();
      }
      return n;
    };
  });
  auto loaded = store.load(table, leaves, feed, 1, stop);
  if (!loaded) return loaded.error();
  return {};
}

}  // namespace backtrail::ingest
