#pragma once

#include <duckdb.h>

#include <string>

#include "base/json.h"
#include "store/store.h"

namespace backtrail::store {

/// The SQL name of a type, with its alias where it has one (`IPADDRESS`, `JSON`).
[[nodiscard]] std::string type_name(duckdb_logical_type type);

/// Reads cells of one column's vectors; made once per column, used for every chunk.
class CellReader {
 public:
  explicit CellReader(duckdb_logical_type type);
  ~CellReader();
  CellReader(CellReader&&) noexcept;
  CellReader& operator=(CellReader&&) noexcept;

  [[nodiscard]] Cell read(duckdb_vector vector, idx_t row) const;

 private:
  void write_json(JsonWriter& out, duckdb_vector vector, idx_t row) const;

  duckdb_type id_;
  std::string alias_;
  std::uint8_t scale_ = 0;
  duckdb_type storage_ = DUCKDB_TYPE_INVALID;  // of DECIMAL and ENUM
  idx_t array_size_ = 0;
  std::vector<std::string> names_;             // STRUCT fields, ENUM values
  std::vector<CellReader> children_;
};

}  // namespace backtrail::store
