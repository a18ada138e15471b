#include "store/meta.h"

namespace backtrail::store {

Result<std::string> get_meta(Engine& engine, std::string_view key) {
  BACKTRAIL_ASSIGN(const Table table, fetch(engine, {.sql = "SELECT value FROM meta WHERE key = $1",
                                                     .parameters = {std::string(key)}}));
  return table.rows.empty() ? std::string() : to_text(table.rows[0][0]);
}

Result<void> set_meta(Store& store, std::string_view key, std::string_view value) {
  return store.execute({.sql = "INSERT OR REPLACE INTO meta VALUES ($1, $2)",
                        .parameters = {std::string(key), std::string(value)}});
}

}  // namespace backtrail::store
